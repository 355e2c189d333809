/**
 * GraphQL over the real DocTypes of Frappe apps, where they are at hand: all that the schema says can be asked,
 * and a generated document of each one is written and read with the answers of REST.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  buildClientSchema,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  validateSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocTypeFiles } from '../../server/doctypes/files.ts';
import { importDocTypes } from '../../server/doctypes/import.ts';
import { systemActor } from '../../server/kernel/actor.ts';
import { canonicalJson } from '../../server/kernel/json.ts';
import { graphqlFieldName, graphqlNames } from '../../server/schema/graphql-names.ts';
import type { DocTypePlan } from '../../server/schema/plan.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { generate, OF_THEIR_OWN, pathOf, type World } from './generate.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../shared/frappe/doctypes');
const isHere = existsSync(FOLDER);

// biome-ignore lint/suspicious/noExplicitAny: a test reads into answers of every shape
type Data = any;

describe.skipIf(!isHere)(
  'GraphQL over the real DocTypes (skipped where ../shared/frappe/doctypes is not beside the project)',
  () => {
    let app: TestApp;
    let schema: GraphQLSchema;
    let world: World;

    beforeAll(async () => {
      app = await createTestApp({ graphqlLimits: { cost: 1_000_000 } });
      const files = await readDocTypeFiles([FOLDER]);
      await importDocTypes(app.app.schema, { actor: systemActor('the corpus test of GraphQL'), files });
      let counter = 0;
      world = { client: app, snapshot: app.app.store.current(), made: new Map(), next: () => ++counter };
    }, 60_000);
    afterAll(() => app?.close());

    const ask = async (query: string, variables?: unknown): Promise<Data> =>
      (await app.json('POST', '/graphql', { query, variables })).body;

    it('has a schema in which graphql-js finds no fault', async () => {
      const { data, errors } = await ask(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }));
      expect(errors).toBeUndefined();
      schema = buildClientSchema(data);
      expect(validateSchema(schema)).toEqual([]);
      expect(Object.keys(schema.getQueryType()?.getFields() ?? {}).length).toBeGreaterThan(900);
    }, 60_000);

    it('answers a list, a document, aggregates, groups and pages of each DocType, with all fields', async () => {
      const names = graphqlNames(world.snapshot);
      const failures: string[] = [];
      for (const doctype of world.snapshot.names) {
        const plan = world.snapshot.find(doctype) as DocTypePlan;
        if (plan.definition.istable) continue;
        const name = names.of(doctype);
        const type = schema.getType(name) as GraphQLObjectType;
        const fields = selection(type, 1);
        const values = selection(type, 0).join(' ');
        const all = plan.storage === 'table' ? summaries(schema, name) : '';
        for (const part of parts(fields)) {
          const { errors } = await ask(
            `{ ${name}(limit: 3) { ${part} } ${name}_by_pk(name: "x") { ${values} } ${all} }`,
          );
          if (errors) failures.push(`${doctype}: ${JSON.stringify(errors).slice(0, 400)}`);
        }
      }
      expect(failures).toEqual([]);
    }, 120_000);

    it('writes a document of each DocType as REST does', async () => {
      const failures: string[] = [];
      let served = 0;
      for (const doctype of world.snapshot.names) {
        const plan = world.snapshot.find(doctype) as DocTypePlan;
        if (plan.storage !== 'table' || OF_THEIR_OWN.has(doctype)) continue;
        const failure = await serve(plan).catch((error: unknown) => String(error));
        if (failure) failures.push(`${doctype}: ${failure}`);
        else served++;
      }
      expect(failures).toEqual([]);
      expect(served).toBeGreaterThan(150);
    }, 120_000);

    /** Insert, read, update, delete; what went wrong, in words. */
    async function serve(plan: DocTypePlan): Promise<string | undefined> {
      const name = graphqlNames(world.snapshot).of(plan.name);
      const type = schema.getType(name) as GraphQLObjectType;
      const fields = written(type);
      const object = keyed(plan, await generate(world, plan));
      const made = await ask(
        `mutation m($object: ${name}_insert_input!) { made: insert_${name}_one(object: $object) { ${fields} } }`,
        { object },
      );
      if (made.errors) return `insert ${JSON.stringify(made.errors).slice(0, 400)}`;
      const key = made.data.made.name as string;
      const rest = await app.json('GET', pathOf(plan.name, key));
      const expected = canonicalJson(shownOf(plan, rest.body));
      if (canonicalJson(made.data.made) !== expected)
        return `insert gives ${canonicalJson(made.data.made)}\nand REST ${expected}`;
      const read = await ask(
        `query q($id: uuid, $where: ${name}_bool_exp) { one: ${name}_by_pk(id: $id) { ${fields} } many: ${name}(where: $where) { ${fields} } }`,
        { id: rest.body.id, where: { name: { _eq: key } } },
      );
      if (read.errors) return `read ${JSON.stringify(read.errors).slice(0, 400)}`;
      if (canonicalJson(read.data.one) !== expected)
        return `by_pk gives ${canonicalJson(read.data.one)}\nand REST ${expected}`;
      if (canonicalJson(read.data.many) !== `[${expected}]`) return `a list gives ${canonicalJson(read.data.many)}`;
      const changed = await ask(
        `mutation m($key: String) { update_${name}_by_pk(pk_columns: {name: $key}, _set: {}, _version: ${rest.body._version}) { _version } }`,
        { key },
      );
      if (changed.data?.[`update_${name}_by_pk`]?._version !== rest.body._version + 1)
        return `update ${JSON.stringify(changed).slice(0, 400)}`;
      if (world.made.get(plan.name) === key) return undefined;
      const gone = await ask(`mutation m($key: String) { delete_${name}_by_pk(name: $key) { name } }`, { key });
      if (gone.errors) return `delete ${JSON.stringify(gone.errors).slice(0, 400)}`;
      return (await app.json('GET', pathOf(plan.name, key))).status === 404 ? undefined : 'it is still there';
    }

    /** A document of REST with the names of GraphQL, rows too; what nobody has computed is null. */
    function shownOf(plan: DocTypePlan, doc: Record<string, unknown>): Record<string, unknown> {
      const type = schema.getType(graphqlNames(world.snapshot).of(plan.name)) as GraphQLObjectType;
      const virtual = plan.fields.filter((field) => field.isVirtual && field.type.column);
      const shown: Record<string, unknown> = Object.fromEntries(virtual.map(({ fieldname }) => [fieldname, null]));
      for (const [fieldname, value] of Object.entries(doc)) {
        const field = plan.byName.get(fieldname);
        const child = field?.childDocType ? world.snapshot.find(field.childDocType) : undefined;
        const name = graphqlFieldName(fieldname);
        if (!type.getFields()[name]) continue;
        shown[name] = child ? (value as Record<string, unknown>[]).map((row) => shownOf(child, row)) : value;
      }
      return shown;
    }

    function keyed(plan: DocTypePlan, values: Record<string, unknown>): Record<string, unknown> {
      return Object.fromEntries(
        Object.entries(values).map(([fieldname, value]) => {
          const child = plan.byName.get(fieldname)?.childDocType;
          const rows = child && (value as Record<string, unknown>[]);
          const childPlan = child ? world.snapshot.find(child) : undefined;
          return [graphqlFieldName(fieldname), rows && childPlan ? rows.map((row) => keyed(childPlan, row)) : value];
        }),
      );
    }
  },
);

/** Every field of a type that needs no argument, objects one level deeper. */
function selection(type: GraphQLObjectType, depth: number): string[] {
  return Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some(isRequiredArgument)) return [];
    const of = getNamedType(field.type);
    if (isLeafType(of)) return [field.name];
    if (depth === 0) return [];
    const limit = field.args.some(({ name }) => name === 'limit') ? '(limit: 2)' : '';
    const inner = isObjectType(of) ? selection(of, depth - 1) : Object.keys((of as GraphQLInterfaceType).getFields());
    return [`${field.name}${limit} { ${inner.join(' ')} }`];
  });
}

/** Values and rows: what a document itself has, without what it leads to. */
function written(type: GraphQLObjectType): string {
  return Object.values(type.getFields())
    .flatMap((field) => {
      const of = getNamedType(field.type);
      if (isLeafType(of)) return [field.name];
      const isRows = field.args.length > 0 && !field.description?.includes('documents whose');
      return isRows ? [`${field.name} { ${written(of as GraphQLObjectType)} }`] : [];
    })
    .join(' ');
}

/** As many fields at once as are answered. */
function parts(fields: readonly string[]): string[] {
  const found: string[] = [];
  let part: string[] = [];
  let size = 0;
  for (const field of fields) {
    const more = field.split(' ').length;
    if (size + more > 400) {
      found.push(part.join(' '));
      part = [];
      size = 0;
    }
    part.push(field);
    size += more;
  }
  return [...found, part.join(' ')];
}

function summaries(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(`${name}_aggregate_fields`) as GraphQLObjectType;
  const aggregate = selection(type, 1).join(' ');
  const key = Object.keys((schema.getType(`${name}_groups_key`) as GraphQLObjectType).getFields())[0];
  return `${name}_aggregate { aggregate { ${aggregate} } } ${name}_groups(by: ${key}) { key { ${key} } aggregate { count } } ${name}_connection(first: 1) { totalCount edges { node { name } } }`;
}
