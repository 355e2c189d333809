import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kind, type OperationDefinitionNode, parse, print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { BROWSER, compile, generatedFolder, NODE } from '../../support/compile.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { createProject, type Project } from './command.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const OUT = generatedFolder('client');
const NAMES = ['types.ts', 'graphql.ts', 'client.ts'];

let database: TestDatabase;
let project: Project;
let app: TestApp;

beforeAll(async () => {
  database = await createDatabase();
  project = await createProject({ DATABASE_URL: database.url });
  const imported = await project.m(['doctype', 'import', path.join(ROOT, 'seeds/crm'), path.join(ROOT, 'seeds/todo')]);
  expect(imported).toMatchObject({ code: 0 });
  app = await createTestApp({ databaseUrl: database.url });
});

afterAll(async () => {
  await app?.close();
  await project?.remove();
  await database?.drop();
  if (!process.env.KEEP) await rm(OUT, { recursive: true, force: true });
});

function codegen(...args: string[]) {
  return project.m(['codegen', 'client', ...args]);
}

test('writes a client, and once more the same', async () => {
  const first = await codegen('--lang', 'ts', '--out', OUT);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const read = () => Promise.all(NAMES.map((name) => readFile(path.join(OUT, name), 'utf8')));
  const texts = await read();
  for (const text of texts) expect(text).toMatch(/from schema version \d+\.\n \* Not to be edited/);
  const second = await codegen('--lang', 'ts', '--out', OUT);
  expect(second.stdout).toMatch(/^Nothing changed: /);
  expect(await read()).toEqual(texts);
});

test('what it wrote compiles, and refuses what is wrong', async () => {
  await copyFile(path.join(import.meta.dirname, 'codegen-usage.txt'), path.join(OUT, 'usage.ts'));
  expect(await compile(OUT, BROWSER)).toBe('');
  expect(await compile(OUT, NODE)).toBe('');
}, 120_000);

test('only files of ours are overwritten', async () => {
  const folder = path.join(project.folder, 'own');
  expect((await codegen('--lang', 'ts', '--out', folder, '--doctype', 'User')).code).toBe(0);
  await writeFile(path.join(folder, 'client.ts'), 'export {};\n');
  const refused = await codegen('--lang', 'ts', '--out', folder);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^\S+client\.ts was not made by "m codegen client", so it is left alone\. .*\n$/);
  expect(await readFile(path.join(folder, 'client.ts'), 'utf8')).toBe('export {};\n');
  expect(await readFile(path.join(folder, 'types.ts'), 'utf8')).not.toContain('SalesOrder');

  const file = await project.write('a-file', 'text');
  expect((await codegen('--lang', 'ts', '--out', file)).stderr).toBe(
    `${file} is a file: name a folder for the client.\n`,
  );
});

test('a part of the DocTypes comes with its child tables, and compiles by itself', async () => {
  const folder = `${OUT}-part`;
  const { stdout } = await codegen('--lang', 'ts', '--out', folder, '--doctype', 'Sales Order', '--json');
  const { doctypes, files, schema_version: version } = JSON.parse(stdout);
  expect(doctypes).toEqual(['Sales Order', 'Sales Order Item']);
  expect(files).toEqual(NAMES.map((name) => ({ file: path.join(folder, name), changed: true })));
  expect(version).toBeGreaterThan(0);
  expect(await compile(folder, BROWSER)).toBe('');
  const both = await codegen('--lang', 'ts', '--out', folder, '--module', 'Tasks', '--doctype', 'Territory', '--json');
  expect(JSON.parse(both.stdout).doctypes).toContain('Territory');
  await rm(folder, { recursive: true });
}, 60_000);

test.each([
  [['--lang', 'cobol', '--out', 'x'], 2, /'cobol' is invalid.*\bts\b/],
  [['--out', 'x'], 2, /--lang/],
  [['--lang', 'ts'], 2, /--out/],
  [['--lang', 'ts', '--out', 'x', '--doctype', 'Sales Ordr'], 1, /no DocType "Sales Ordr"; did you mean Sales Order\?/],
  [['--lang', 'ts', '--out', 'x', '--module', 'Sale'], 1, /no module "Sale"; did you mean Sales\?/],
])('%j ends with one sentence', async (args, code, sentence) => {
  const outcome = await codegen(...args);
  expect(outcome).toMatchObject({ code, stdout: '' });
  expect(outcome.stderr).toMatch(sentence);
  expect(outcome.stderr.trim()).not.toContain('\n');
});

test('has a help', async () => {
  expect((await codegen('--help')).stdout).toContain('--doctype <name...>');
});

// The types are proven above by the compiler; here the generated code runs, whatever its types.
// biome-ignore lint/suspicious/noExplicitAny: the module is made by the test
async function clientModule(): Promise<any> {
  return import(pathToFileURL(path.join(OUT, 'client.ts')).href);
}

async function connect(more: object = {}) {
  const { createClient } = await clientModule();
  return createClient({ url: app.url, token: app.token, ...more });
}

describe('REST, against a server', () => {
  test('makes, reads, changes, lists and removes documents', async () => {
    const client = await connect();
    const territories = client.doc('Territory');
    const made = await territories.insert({ territory_name: 'count' });
    expect(made).toMatchObject({ doctype: 'Territory', name: 'count', _version: 1 });
    expect(await territories.get('count')).toEqual(made);
    const changed = await territories.update('count', { is_group: true }, { version: made._version });
    expect(changed).toMatchObject({ is_group: true, _version: 2 });
    await expect(territories.update('count', {}, { version: 1 })).rejects.toMatchObject({
      status: 409,
      code: 'conflict',
    });
    const renamed = await territories.rename('count', 'North');
    expect(renamed.name).toBe('North');

    for (const name of ['../x', 'A/B', 'C?d=e', 'F%20', 'bulk']) {
      await territories.insert({ territory_name: name, parent_territory: 'North' });
      expect(await territories.get(name, { fields: ['name', 'parent_territory'] })).toEqual({
        name,
        parent_territory: 'North',
      });
    }
    const filters = [['parent_territory', '=', 'North']];
    expect(await territories.count({ filters })).toBe(5);
    const page = await territories.list({ fields: ['name'], filters, order_by: ['name asc'], limit: 2 });
    expect(page).toMatchObject({ total: 5, has_more: true, items: [{ name: '../x' }, { name: 'A/B' }] });
    const rows = [];
    for await (const row of territories.all({ fields: ['name'], filters, order_by: 'name desc', limit: 2 }))
      rows.push(row.name);
    expect(rows).toEqual(['bulk', 'F%20', 'C?d=e', 'A/B', '../x']);
    const expanded = await territories.get('A/B', { fields: ['name'], expand: ['parent_territory'] });
    expect(expanded.parent_territory).toMatchObject({ name: 'North', is_group: true });
    await territories.remove('../x', { hard: true });
    await expect(territories.get('..')).rejects.toMatchObject({ status: 404 });
    await expect(territories.submit('..')).rejects.toThrow(/No document is called/);
    await territories.remove('bulk');
    expect(await territories.count({ filters })).toBe(3);
  });

  test('submits, cancels and amends', async () => {
    const client = await connect();
    await client.doc('Customer Group').insert({ customer_group_name: 'All' });
    const customer = await client
      .doc('Customer')
      .insert({ customer_name: 'Ada', customer_group: 'All', territory: 'North', customer_type: 'Company' });
    const item = await client.doc('Sales Item').insert({ item_code: 'PEN', item_name: 'Pen' });
    const orders = client.doc('Sales Order');
    const key = { idempotencyKey: 'once' };
    const order = { customer: customer.name, items: [{ item: item.name, qty: 2, rate: 1.5 }] };
    const made = await orders.insert(order, key);
    expect((await orders.insert(order, key)).name).toBe(made.name);
    expect(await orders.submit(made.name, { version: made._version })).toMatchObject({ docstatus: 1 });
    expect(await orders.cancel(made.name)).toMatchObject({ docstatus: 2 });
    expect(await orders.amend(made.name)).toMatchObject({ docstatus: 0, amended_from: made.name });
    const listed = await orders.list();
    expect(Object.keys(listed.items[0]).sort()).toEqual([
      'customer_name',
      'delivery_date',
      'grand_total',
      'name',
      'order_date',
      'status',
    ]);
    const figures = await orders.list({ fields: ['docstatus', { count: '*', as: 'n' }], group_by: ['docstatus'] });
    expect(figures.items).toEqual(expect.arrayContaining([{ docstatus: 2, n: 1 }]));
  });

  test('a refusal is a ProblemError', async () => {
    const client = await connect();
    const { ProblemError } = await clientModule();
    const refused = await client
      .doc('Sales Order')
      .insert({ statsu: 'Draft' })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused).toMatchObject({ status: 400, code: 'validation', request_id: expect.stringMatching(/./) });
    expect(refused.errors).toEqual([expect.objectContaining({ field: 'statsu' })]);
    await expect(client.doc('Customer').get('Nobody')).rejects.toMatchObject({ status: 404, code: 'not_found' });
    const stranger = await connect({ token: 'none' });
    await expect(stranger.doc('Customer').list()).rejects.toMatchObject({ status: 401 });
    const away = await connect({
      fetch: async () => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }),
    });
    await expect(away.doc('Customer').list()).rejects.toMatchObject({ status: 502, title: 'Bad Gateway' });
  });

  test('an API key signs in too', async () => {
    const { body } = await app.json('POST', '/api/v1/auth/api-keys', { label: 'codegen' });
    const client = await connect({ token: undefined, apiKey: `${body.key}:${body.secret}` });
    expect(await client.doc('Territory').count()).toBeGreaterThan(0);
  });
});

describe('GraphQL', () => {
  const hostile = '") { name } } mutation { delete_sales_order(where: {}) { affected_rows } } #';

  test('is text with variables, and values never are a part of it', async () => {
    const { graphql } = await connect();
    const { query, variables } = graphql.operation('query', {
      sales_order: {
        args: { where: { status: { _eq: hostile } }, order_by: [{ order_date: 'desc' }], limit: 20, offset: undefined },
        select: {
          name: true,
          notes: false,
          customer_doc: { select: { sales_order_by_customer: { args: { limit: 1 }, select: { name: true } } } },
          items: { args: { where: { qty: { _gt: 1 } } }, select: { qty: true } },
        },
      },
      sales_order_by_pk: { args: { name: hostile }, select: { name: true } },
      territory_aggregate: {
        args: { where: {} },
        select: {
          aggregate: { select: { count: { args: { columns: ['name'], distinct: true } } } },
          nodes: { select: { name: true } },
        },
      },
      sales_order_connection: {
        args: { first: 5 },
        select: { edges: { select: { node: { select: { items: { args: { limit: 1 }, select: { qty: true } } } } } } },
      },
      search: { args: { text: 'Ada', doctypes: ['Customer'] }, select: { name: true } },
      sales_order_groups: { args: { by: ['status'] }, select: { key: { select: { status: true } } } },
    });
    expect(query).not.toContain('mutation');
    expect(typesOf(query)).toEqual([
      ...['sales_order_bool_exp!', '[sales_order_order_by!]!', 'Int!', 'Int!', 'sales_order_item_bool_exp!', 'String!'],
      ...[
        'territory_bool_exp!',
        '[territory_select_column!]!',
        'Boolean!',
        'Int!',
        'Int!',
        'String!',
        '[String!]!',
        '[sales_order_select_column!]!',
      ],
    ]);
    expect(Object.values(variables).slice(0, 3)).toEqual([{ status: { _eq: hostile } }, [{ order_date: 'desc' }], 20]);
    expect(query).toMatch(/customer_doc \{\s+sales_order_by_customer\(limit: \$v4\) \{\s+name\s+\}/);
  });

  test('knows the arguments of mutations', async () => {
    const { graphql } = await connect();
    const { query } = graphql.operation('mutation', {
      insert_sales_order_one: { args: { object: {} }, select: { name: true } },
      insert_sales_order: {
        args: { objects: [] },
        select: { affected_rows: true, returning: { select: { name: true } } },
      },
      update_territory_by_pk: {
        args: { pk_columns: { name: 'N' }, _set: {}, _inc: {}, _version: 1 },
        select: { id: true },
      },
      delete_territory_by_pk: { args: { id: 'x' }, select: { id: true } },
      rename_territory: { args: { name: 'N', new_name: 'M', merge: false }, select: { id: true } },
      call_territory: { args: { name: 'N', method: 'm', args: null } },
    });
    expect(typesOf(query)).toEqual([
      ...['sales_order_insert_input!', '[sales_order_insert_input!]!'],
      ...['territory_pk_columns_input!', 'territory_set_input!', 'territory_inc_input!', 'Int!'],
      ...['uuid!', 'String!', 'String!', 'Boolean!', 'String!', 'String!', 'json'],
    ]);
  });

  test('refuses names that are none, and selections of nothing', async () => {
    const { graphql } = await connect();
    const operation = (select: object, args?: object) => () =>
      graphql.operation('query', { territory: { args, select } });
    expect(operation({ 'name } #': true })).toThrow(/no name of GraphQL/);
    expect(operation({})).toThrow(/empty/);
    expect(operation({ name: true }, { 'x: 1) #': 1 })).toThrow(/no argument/);
  });

  test('errors of an answer are thrown as REST would have', async () => {
    const errors = [
      { message: 'Not there.', extensions: { code: 'not_found', status: 404, request_id: 'r1', errors: [] } },
    ];
    const { graphql } = await connect({ fetch: async () => Response.json({ data: null, errors }) });
    const problem = { status: 404, code: 'not_found', detail: 'Not there.', request_id: 'r1', errors: [] };
    await expect(graphql.raw('{ me { name } }')).rejects.toMatchObject(problem);
    const refused = await connect({ fetch: async () => Response.json({ errors }, { status: 400 }) });
    await expect(refused.graphql.raw('{ me { name } }')).rejects.toMatchObject(problem);
  });

  test('a subscription is read from events, however they are cut, and ends with them', async () => {
    const text =
      ':\r\n\r\nevent: next\r\ndata: {"data":\r\ndata: {"territory":[{"name":"Süd"}]}}\r\n\r\nevent: next\ndata: {"data":{"territory":[]}}\n\nevent: complete\ndata:\n\n';
    const bytes = new TextEncoder().encode(text);
    let asked: Request | undefined;
    const fetch = async (url: string, init: RequestInit) => {
      asked = new Request(url, init);
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    };
    const { graphql } = await connect({ fetch });
    const seen = [];
    for await (const data of graphql.subscribe({ territory: { select: { name: true } } })) seen.push(data);
    expect(seen).toEqual([{ territory: [{ name: 'Süd' }] }, { territory: [] }]);
    expect(asked?.headers.get('accept')).toBe('text/event-stream');
    const sent = (await (asked as Request | undefined)?.json()) as { query: string } | undefined;
    expect(print(parse(sent?.query ?? ''))).toMatch(/^subscription \{\n {2}territory \{/);
  });

  test('over the wire', async ({ skip }) => {
    const { status } = await app.json('POST', '/graphql', { query: '{ __typename }' });
    skip(status === 404, 'the server has no /graphql yet');
    const { graphql } = await connect();
    const answer = await graphql.query({
      territory: {
        args: { where: { parent_territory: { _eq: 'North' } }, order_by: [{ name: 'asc' }], limit: 1 },
        select: { name: true },
      },
      territory_by_pk: { args: { name: 'North' }, select: { name: true, is_group: true } },
      territory_aggregate: { select: { aggregate: { select: { count: true } } } },
    });
    expect(answer.territory).toHaveLength(1);
    expect(answer.territory_by_pk).toEqual({ name: 'North', is_group: true });
    expect(answer.territory_aggregate.aggregate.count).toBeGreaterThan(1);
    const made = await graphql.mutation({
      insert_territory_one: { args: { object: { territory_name: 'West' } }, select: { name: true } },
    });
    expect(made).toEqual({ insert_territory_one: { name: 'West' } });
    for await (const live of graphql.subscribe({
      territory_by_pk: { args: { name: 'West' }, select: { name: true } },
    })) {
      expect(live).toEqual({ territory_by_pk: { name: 'West' } });
      break;
    }
  });
});

/** The types of an operation's variables, in the order of the text; throws when it is no GraphQL. */
function typesOf(query: string): string[] {
  const [operation] = parse(query).definitions;
  expect(operation?.kind).toBe(Kind.OPERATION_DEFINITION);
  return ((operation as OperationDefinitionNode).variableDefinitions ?? []).map(({ type }) => print(type));
}
