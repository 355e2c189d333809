/** What the schema says of itself is valid, and all of it can be asked; for who sees all, and for who sees a part. */
import {
  buildClientSchema,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isRequiredArgument,
  validateSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, clientOf, type TestApp } from '../../support/app.ts';
import { ask, createCrm, dataOf } from './asking.ts';

let app: TestApp;
let limited: Client;

beforeAll(async () => {
  app = await createCrm();
  limited = await app.user({ name: 'limited@example.org', roles: ['Narrow'] });
  for (const doctype of ['Sales Order', 'Customer', 'Sales Settings']) {
    const { body } = await app.json('GET', `/api/v1/DocType/${encodeURIComponent(doctype)}`);
    const permissions = [...body.permissions, { role: 'Narrow', read: 1 }];
    const reply = await app.json('PUT', `/api/v1/DocType/${encodeURIComponent(doctype)}`, { permissions });
    expect(reply.status, reply.text).toBe(200);
  }
});
afterAll(() => app?.close());

async function schemaOf(client: Client): Promise<GraphQLSchema> {
  const query = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });
  return buildClientSchema(await dataOf(client, query));
}

function* walk(field: GraphQLField<unknown, unknown>, depth: number): Generator<string> {
  if (field.args.some(isRequiredArgument)) return;
  const type = getNamedType(field.type);
  if (isLeafType(type)) yield field.name;
  else if (depth > 0) {
    const fields = Object.values((type as GraphQLObjectType).getFields());
    const inner = fields.flatMap((each) => [...walk(each, depth - 1)]);
    const limit = field.args.some(({ name }) => name === 'limit') ? '(limit: 2)' : '';
    if (isInterfaceType(type) || inner.length > 0) yield `${field.name}${limit} { __typename ${inner.join(' ')} }`;
  }
}

/** Arguments that a root field cannot be without. */
const NEEDED: readonly [end: string, args: string][] = [
  ['_by_pk', '(name: "nobody")'],
  ['_groups', '(by: name)'],
  ['search', '(text: "a")'],
  ['doctype_meta', '(name: "User")'],
];

describe.each([
  ['Administrator', () => app, 400],
  ['somebody with three DocTypes', () => limited, 20],
] as const)('%s', (_, client, least) => {
  let schema: GraphQLSchema;

  test('a schema in which graphql-js finds no fault', async () => {
    schema = await schemaOf(client());
    expect(validateSchema(schema)).toEqual([]);
    expect(Object.keys(schema.getTypeMap()).length).toBeGreaterThan(least);
  });

  test('every field of it is answered', async () => {
    const failures: string[] = [];
    for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
      const args = NEEDED.find(([end]) => field.name.endsWith(end))?.[1] ?? '';
      const type = getNamedType(field.type);
      const parts = isLeafType(type)
        ? ['']
        : Object.values((type as GraphQLObjectType).getFields()).flatMap((each) => [
            ...walk(each, field.name.endsWith('_connection') ? 2 : 1),
          ]);
      if (field.name.endsWith('_groups')) parts.splice(0, parts.length, 'key { name } aggregate { count }');
      const limited = args === '' && field.args.some(({ name }) => name === 'limit') ? '(limit: 2)' : args;
      const selected = parts[0] === '' ? '' : `{ ${parts.join(' ')} }`;
      const { body } = await ask(client(), `{ ${field.name}${limited} ${selected} }`);
      if (body.errors) failures.push(`${field.name}: ${JSON.stringify(body.errors).slice(0, 300)}`);
    }
    expect(failures).toEqual([]);
  });

  test('each of its types by name is the same', async () => {
    const names = Object.keys(schema.getTypeMap()).filter(
      (name) =>
        !name.startsWith('__') &&
        (least > 100 ? /^(sales_order|customer|doctype|PageInfo|document|json)/ : /./).test(name),
    );
    for (const name of names) {
      const { __type: type } = await dataOf(
        client(),
        '{ __type(name: "NAME") { name kind fields { name } inputFields { name } enumValues { name } possibleTypes { name } interfaces { name } } }'.replace(
          'NAME',
          name,
        ),
      );
      const known = schema.getType(name) as unknown as { getFields?(): object };
      const members = (type.fields ?? type.inputFields ?? []).map((each: { name: string }) => each.name).sort();
      expect({ name: type.name, members }).toEqual({ name, members: Object.keys(known.getFields?.() ?? {}).sort() });
    }
  });
});

describe('what it says', () => {
  test('kinds of scalars, options and labels', async () => {
    const { a, b, c } = await dataOf(
      app,
      `{ a: __type(name: "sales_order") { description fields { name description type { kind name ofType { name } } args { name } } interfaces { name } }
         b: __type(name: "sales_item") { fields { name type { name ofType { name } } } }
         c: __type(name: "nothing") { name } }`,
    );
    expect(c).toBeNull();
    expect(a.interfaces).toEqual([{ name: 'document' }]);
    const by = (type: typeof a) =>
      Object.fromEntries(type.fields.map((field: { name: string }) => [field.name, field]));
    const order = by(a);
    expect(order.status.description).toContain('One of: Draft, To Deliver');
    expect(order.customer.type.ofType?.name ?? order.customer.type.name).toBe('String');
    expect(order.customer_doc.type).toMatchObject({ kind: 'OBJECT', name: 'customer' });
    const scalar = (field: { type: { name: string; ofType?: { name: string } } }) =>
      field.type.name ?? field.type.ofType?.name;
    expect(
      ['id', 'creation', 'order_date', 'grand_total', 'apply_discount', 'docstatus', 'items_count'].map((name) =>
        scalar(order[name]),
      ),
    ).toEqual(['uuid', 'timestamptz', 'date', 'numeric', 'Boolean', 'Int', 'bigint']);
    const item = by(b);
    expect(['attributes', 'warranty_months', 'item_name'].map((name) => scalar(item[name]))).toEqual([
      'json',
      'bigint',
      'String',
    ]);
    expect(order.items.args.map(({ name }: { name: string }) => name)).toEqual([
      'where',
      'order_by',
      'limit',
      'offset',
      'distinct_on',
    ]);
  });

  test('aliases, fragments and __typename in it', async () => {
    const data = await dataOf(
      app,
      `query { s: __schema { q: queryType { n: name ...kind } types { ...kind } directives { name args { name defaultValue type { ...kind } } locations isRepeatable } } __type(name: "Int") { ...kind __typename } }
       fragment kind on __Type { k: kind __typename }`,
    );
    expect(data.s.q).toEqual({ n: 'query_root', k: 'OBJECT', __typename: '__Type' });
    expect(data.__type).toEqual({ k: 'SCALAR', __typename: '__Type' });
    expect(data.s.directives.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['include', 'skip', 'deprecated', 'specifiedBy']),
    );
    const deprecated = data.s.directives.find(({ name }: { name: string }) => name === 'deprecated');
    expect(deprecated.args[0].defaultValue).toBe('"No longer supported"');
  });

  test('a part of it, by module', async () => {
    const { body } = await app.json('POST', '/graphql?module=Sales', {
      query: '{ __schema { queryType { fields { name } } } }',
    });
    const names = body.data.__schema.queryType.fields.map(({ name }: { name: string }) => name);
    expect(names).toContain('sales_order');
    expect(names).not.toContain('doctype');
  });

  test('a guest, who may change and follow nothing, gets a schema without those roots', async () => {
    const guest = clientOf(app.url, '');
    const schema = await schemaOf(guest);
    expect(validateSchema(schema)).toEqual([]);
    expect([schema.getMutationType() ?? null, schema.getSubscriptionType() ?? null]).toEqual([null, null]);
    expect(await dataOf(guest, '{ __type(name: "mutation_root") { name } }')).toEqual({ __type: null });
    const { body } = await ask(guest, 'mutation { insert_customer_one(object: {}) { name } }');
    expect(body.errors[0].message).toBe('Cannot query field "insert_customer_one" on type "mutation_root".');
  });

  test('somebody with three DocTypes sees them, and those alone', async () => {
    const { __schema: schema } = await dataOf(limited, '{ __schema { queryType { fields { name } } } }');
    const names = schema.queryType.fields.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['sales_order', 'customer', 'sales_settings', 'me', 'search']));
    expect(names).not.toContain('territory');
    const { __type: order } = await dataOf(limited, '{ __type(name: "sales_order") { fields { name } } }');
    const fields = order.fields.map(({ name }: { name: string }) => name);
    expect(fields).toContain('customer_doc');
    expect(fields).not.toContain('territory_doc');
  });
});
