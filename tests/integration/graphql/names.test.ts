/** What DocTypes and fields are called in GraphQL, and which fields each kind of DocType has at the roots. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { ask, dataOf, makeDocType } from './asking.ts';

let app: TestApp;
const title = [{ fieldname: 'title', fieldtype: 'Data' }];

/** DocTypes whose names meet each other's, or words of GraphQL and of this surface. */
const NAMES = [
  'Sales Order',
  'Order By',
  'Document',
  'Json',
  'String',
  'Search',
  'Me',
  'Query Root',
  'User Info',
  'Sales Order Aggregate',
  'Sales Order Bool Exp',
  'Sales Order Groups',
  'Insert Sales Order',
  'Delete Sales Order',
  'String Comparison Exp',
  'Type',
  'Constructor',
  'One',
  'Sales Order One',
  'Order',
  'Submit Order',
];

beforeAll(async () => {
  app = await createTestApp();
  await imported(NAMES.map((name) => definition(name, title)));
});
afterAll(() => app?.close());

const permissions = [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }];

function definition(name: string, fields: readonly object[]): DocTypeJson {
  return {
    doctype: 'DocType',
    name,
    module: 'Test',
    autoname: 'prompt',
    fields,
    permissions,
  } as unknown as DocTypeJson;
}

/** As files of an app: more is let through there than over REST. */
async function imported(definitions: readonly DocTypeJson[]): Promise<void> {
  const doctypes = definitions.map((each) => ({ definition: each, app: 'test', file: `${each.name}.json` }));
  const files = { doctypes, customFields: [], propertySetters: [], customPermissions: [], documents: [], skipped: [] };
  await importDocTypes(app.app.schema, { actor: systemActor('a test of names'), files });
}

async function graphqlName(doctype: string): Promise<string> {
  const { status, text, body } = await app.json('GET', `/api/meta/${encodeURIComponent(doctype)}`);
  expect(status, text).toBe(200);
  return body.graphql_name;
}

describe('names of DocTypes', () => {
  test('snake case', async () => {
    expect(await graphqlName('Sales Order')).toBe('sales_order');
    expect(await graphqlName('Order')).toBe('order');
    expect(await graphqlName('Constructor')).toBe('constructor');
  });

  test('no two are the same, and none is a word that is taken', async () => {
    const all = await Promise.all(NAMES.map(graphqlName));
    expect(new Set(all).size).toBe(NAMES.length);
    const taken = [
      'order_by',
      'document',
      'json',
      'int',
      'string',
      'date',
      'search',
      'me',
      'query_root',
      'user_info',
      'sales_order_aggregate',
      'doctype_meta',
    ];
    expect(all.filter((name) => taken.includes(name))).toEqual([]);
    for (const name of ['Document', 'Json', 'Search', 'Sales Order Aggregate'])
      expect(await graphqlName(name)).toMatch(/_[a-z0-9]{4,}$/);
  });

  test.each(NAMES)('%s: /graphql takes what the metadata says, for everything', async (doctype) => {
    const name = await graphqlName(doctype);
    const data = await dataOf(
      app,
      `mutation { one: insert_${name}_one(object: {name: "a", title: "A"}) { name __typename doctype }
        many: insert_${name}(objects: [{name: "b", title: "B"}]) { affected_rows __typename }
        set: update_${name}_by_pk(pk_columns: {name: "a"}, _set: {title: "AA"}) { title }
        all: update_${name}(where: {name: {_eq: "b"}}, _set: {title: "BB"}) { affected_rows }
        call: delete_${name}(where: {name: {_eq: "nobody"}}) { affected_rows } }`,
    );
    expect(data).toEqual({
      one: { name: 'a', __typename: name, doctype },
      many: { affected_rows: 1, __typename: `${name}_mutation_response` },
      set: { title: 'AA' },
      all: { affected_rows: 1 },
      call: { affected_rows: 0 },
    });
    const read = await dataOf(
      app,
      `query q($where: ${name}_bool_exp, $order: [${name}_order_by!]) { ${name}(where: $where, order_by: $order) { name }
        ${name}_by_pk(name: "b") { title } ${name}_aggregate { aggregate { count } nodes { name } __typename }
        ${name}_groups(by: title) { key { title } } ${name}_connection(first: 1, order_by: {name: asc}) { edges { node { name } __typename } __typename } }`,
      { order: { name: 'desc' } },
    );
    expect(read[name]).toEqual([{ name: 'b' }, { name: 'a' }]);
    expect(read[`${name}_by_pk`]).toEqual({ title: 'BB' });
    expect(read[`${name}_aggregate`]).toMatchObject({ aggregate: { count: 2 }, __typename: `${name}_aggregate` });
    expect(read[`${name}_groups`]).toEqual([{ key: { title: 'AA' } }, { key: { title: 'BB' } }]);
    expect(read[`${name}_connection`].edges).toEqual([{ node: { name: 'a' }, __typename: `${name}_edge` }]);
    const rest = await app.json('DELETE', `/api/v1/${encodeURIComponent(doctype)}/a`);
    expect(rest.status).toBe(204);
    await dataOf(app, `mutation { delete_${name}_by_pk(name: "b") { name } }`);
  });

  test('names that meet are refused where they are given', async () => {
    const reply = await app.json('POST', '/api/v1/DocType', definition('Sales-Order', title));
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0]).toMatchObject({ field: 'name', code: 'name_collision' });
  });
});

describe('names of fields', () => {
  test('as they are; those that GraphQL cannot say, and those that meet, get another', async () => {
    await imported([
      definition('Odd Target', title),
      definition('Odd Field', [
        { fieldname: '2nd', fieldtype: 'Data' },
        { fieldname: '_2nd', fieldtype: 'Data' },
        { fieldname: 'customer', fieldtype: 'Link', options: 'Odd Target' },
        { fieldname: 'customer_doc', fieldtype: 'Data' },
        { fieldname: 'where', fieldtype: 'Data' },
        { fieldname: 'limit', fieldtype: 'Int' },
        { fieldname: 'count', fieldtype: 'Int' },
      ]),
      definition('Odd Asker', [
        { fieldname: 'target', fieldtype: 'Link', options: 'Odd Target' },
        { fieldname: 'odd_asker_by_target', fieldtype: 'Data' },
        { fieldname: 'me', fieldtype: 'Link', options: 'Odd Asker' },
        { fieldname: 'odd_asker_by_me', fieldtype: 'Data' },
      ]),
    ]);
    const { __type: type } = await dataOf(app, '{ __type(name: "odd_field") { fields { name } } }');
    const all = type.fields.map(({ name }: { name: string }) => name);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toEqual(
      expect.arrayContaining(['_2nd', 'customer', 'customer_doc', 'customer__doc', 'where', 'limit', 'count']),
    );
    const data = await dataOf(
      app,
      `mutation { insert_odd_target_one(object: {name: "t", title: "T"}) { name }
        insert_odd_field_one(object: {name: "f", _2nd: "2", customer: "t", customer_doc: "text", where: "w", limit: 5, count: 6}) {
          _2nd customer_doc customer__doc { title } where limit count }
        insert_odd_asker_one(object: {name: "a", target: "t", odd_asker_by_me: "own"}) { name } }`,
    );
    expect(data.insert_odd_field_one).toEqual({
      _2nd: '2',
      customer_doc: 'text',
      customer__doc: { title: 'T' },
      where: 'w',
      limit: 5,
      count: 6,
    });
    expect((await app.json('GET', '/api/v1/Odd%20Field/f')).body).toMatchObject({ '2nd': '2' });
    const read = await dataOf(
      app,
      `mutation { update_odd_asker_by_pk(pk_columns: {name: "a"}, _set: {me: "a"}) { odd_asker_by_me odd_asker__by_me { name } } }`,
    );
    expect(read.update_odd_asker_by_pk).toEqual({ odd_asker_by_me: 'own', odd_asker__by_me: [{ name: 'a' }] });
    const filtered = await dataOf(
      app,
      `{ odd_asker(where: {odd_asker__by_me: {odd_asker_by_me: {_eq: "own"}}}) { name }
        odd_target(where: {odd_asker_by_target: {name: {_eq: "a"}}, odd_field_by_customer: {limit: {_eq: 5}, customer__doc: {title: {_eq: "T"}}}}) { odd_field_by_customer { name } }
        odd_field_groups(by: count, order_by_aggregate: {count: desc}) { key { count } aggregate { count sum { count } } } }`,
    );
    expect(filtered).toEqual({
      odd_asker: [{ name: 'a' }],
      odd_target: [{ odd_field_by_customer: [{ name: 'f' }] }],
      odd_field_groups: [{ key: { count: 6 }, aggregate: { count: 1, sum: { count: 6 } } }],
    });
  });
});

describe('what each kind of DocType has', () => {
  const ROOTS = ['', '_by_pk', '_aggregate', '_groups', '_connection'];
  const CHANGES = [
    'insert_*_one',
    'insert_*',
    'update_*_by_pk',
    'update_*',
    'delete_*_by_pk',
    'delete_*',
    'submit_*',
    'cancel_*',
    'amend_*',
    'rename_*',
    'call_*',
  ];

  const KINDS: readonly [kind: string, more: object, roots: string[], changes: string[]][] = [
    ['table', {}, ROOTS, CHANGES.filter((each) => !/submit|cancel|amend|rename/.test(each))],
    ['renamed', { allow_rename: 1 }, ROOTS, CHANGES.filter((each) => !/submit|cancel|amend/.test(each))],
    ['tree', { is_tree: 1 }, ROOTS, CHANGES.filter((each) => !/submit|cancel|amend|rename/.test(each))],
    ['submittable', { is_submittable: 1 }, ROOTS, CHANGES.filter((each) => !/rename/.test(each))],
    ['single', { issingle: 1, autoname: undefined }, ['', '_by_pk'], ['insert_*_one', 'update_*_by_pk', 'call_*']],
    ['child', { istable: 1, autoname: undefined }, [], []],
  ];

  test.each(KINDS)('%s', async (kind, more, roots, changes) => {
    await makeDocType(app, { name: `Kind ${kind}`, autoname: 'prompt', fields: title, ...more });
    const name = `kind_${kind}`;
    const schema = await dataOf(
      app,
      '{ __schema { queryType { fields { name } } mutationType { fields { name } } subscriptionType { fields { name } } } }',
    );
    const found = (of: { fields: { name: string }[] }) =>
      new Set(of.fields.map((each) => each.name).filter((each) => new RegExp(`(^|_)${name}(_|$)`).test(each)));
    expect(found(schema.__schema.queryType)).toEqual(new Set(roots.map((suffix) => `${name}${suffix}`)));
    expect(found(schema.__schema.subscriptionType)).toEqual(new Set(roots.map((suffix) => `${name}${suffix}`)));
    expect(found(schema.__schema.mutationType)).toEqual(new Set(changes.map((each) => each.replace('*', name))));
    for (const suffix of ROOTS.filter((each) => !roots.includes(each)))
      expect((await ask(app, `{ ${name}${suffix} { __typename } }`)).body.errors[0].message).toContain(
        'Cannot query field',
      );
  });
});
