import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../../server/documents/contract.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { scenarios } from './scenario.ts';
import { installTask } from './task.ts';

const LISTED: App = {
  controllers: {
    Task: {
      methods: {
        echo: ({ args, actor, doctype }) => ({ args, user: actor.user, doctype }),
        make: async ({ doors, args }) => (await doors.create('Task', { name: String(args.name), title: 'Made' })).name,
        makeAndFail: async ({ doors, fail }) => {
          await doors.create('Task', { name: 'never', title: 'N' });
          fail('changed my mind', 'title');
        },
        burst: () => {
          throw new Error('a secret of the inside');
        },
      },
    },
  },
  functions: { 'shop.tools.add': ({ args }) => Number(args.a) + Number(args.b) },
};

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ apps: [LISTED] });
  await installTask(app);
});
afterAll(() => app?.close());

describe('meta', () => {
  scenarios(
    () => app,
    [
      {
        name: 'all',
        ask: 'GET /api/meta',
        status: 200,
        must: ['"name":"Task"', '"name":"DocType"', '"graphql_name":"work_order"'],
        mustNot: ['"table"'],
      },
      {
        name: 'one',
        ask: 'GET /api/meta/Task',
        status: 200,
        must: [
          '"workflow":null',
          '"graphql_name":"task"',
          '{"link_doctype":"Order Step","link_fieldname":"task","is_child_table":true}',
        ],
      },
      {
        name: 'the schema of one',
        ask: 'GET /api/meta/Work%20Order/schema',
        status: 200,
        must: ['2020-12', '"#/$defs/Order%20Step"'],
      },
      { name: 'none', ask: 'GET /api/meta/Nothing', status: 404 },
      { name: 'none of JavaScript', ask: 'GET /api/meta/__proto__', status: 404 },
      { name: 'the meta-schema', ask: 'GET /api/meta/schema', status: 200, must: ['json-schema.org/draft/2020-12'] },
      {
        name: 'field types',
        ask: 'GET /api/meta/fieldtypes',
        status: 200,
        must: ['"name":"Currency"', '"has_rows":true'],
      },
    ],
  );

  test('the layout is tabs, sections and columns', async () => {
    const { body } = await app.json('GET', '/api/meta/Work%20Order');
    expect(body.layout).toEqual([
      {
        fieldname: 'details',
        label: 'Details',
        sections: [{ fieldname: 'main', label: 'Main', collapsible: false, columns: [['subject'], ['hours']] }],
      },
      {
        fieldname: 'more',
        label: 'More',
        sections: [{ fieldname: '', label: '', collapsible: false, columns: [expect.arrayContaining(['steps'])] }],
      },
    ]);
    expect(body.permissions).toMatchObject({ read: true, submit: true });
  });

  test('follows an edit at once, and its ETag with it', async () => {
    const before = await app.json('GET', '/api/meta/Task');
    const etag = before.headers.get('etag') ?? '';
    expect((await app.json('GET', '/api/meta/Task', undefined, { 'if-none-match': etag })).status).toBe(304);
    const { body } = await app.json('GET', '/api/v1/DocType/Task');
    const fields = [...body.fields, { fieldname: 'colour', fieldtype: 'Data' }];
    expect((await app.json('PUT', '/api/v1/DocType/Task', { fields, _version: body._version })).status).toBe(200);
    const after = await app.json('GET', '/api/meta/Task', undefined, { 'if-none-match': etag });
    expect([after.status, after.text.includes('colour')]).toEqual([200, true]);
    expect((await app.json('PUT', '/api/v1/DocType/Task', { fields, _version: body._version })).status).toBe(409);
  });
});

describe('the edit of a DocType', () => {
  const field = (fieldname: string, fieldtype: string) => ({ fieldname, fieldtype });

  test('plan, danger, confirmation, history, revert', async () => {
    const options = (text: string) => ({ ...field('size', 'Select'), options: text });
    const definition = {
      name: 'Shelf',
      module: 'Test',
      autoname: 'prompt',
      fields: [field('label', 'Data'), options('S\nM')],
      permissions: [],
    };
    await app.json('POST', '/api/v1/DocType', definition);
    await app.json('POST', '/api/v1/Shelf', { name: 's', label: 'L', size: 'S' });

    const wider = { ...definition, fields: [...definition.fields, field('width', 'Int')] };
    const planned = await app.json('POST', '/api/v1/doctype/Shelf/plan', wider);
    expect(planned.body).toEqual([
      expect.objectContaining({
        op: 'add_column',
        table: 'shelf',
        column: 'width',
        safety: 'SAFE',
        rows: expect.any(Number),
        sql: expect.stringContaining('add column'),
      }),
    ]);
    expect((await app.json('GET', '/api/v1/Shelf/s')).body.width).toBeUndefined();

    const narrow = { fields: [field('label', 'Data'), options('M')] };
    const dangerous = await app.json('PUT', '/api/v1/DocType/Shelf', narrow);
    expect([dangerous.status, dangerous.body.type]).toEqual([409, '/problems/confirmation_required']);
    expect(dangerous.body.plan).toEqual([expect.objectContaining({ column: 'size', safety: 'DANGEROUS', rows: 1 })]);
    const hash = dangerous.body.plan_hash as string;
    expect(
      (await app.json('POST', '/api/v1/doctype/Shelf/plan', { ...definition, ...narrow })).headers.get('x-plan-hash'),
    ).toBe(hash);
    expect((await app.json('PUT', '/api/v1/DocType/Shelf?confirm=00000000', narrow)).status).toBe(409);
    expect((await app.json('PUT', `/api/v1/DocType/Shelf?confirm=${hash}`, narrow)).status).toBe(200);
    expect((await app.json('POST', '/api/v1/Shelf', { name: 't', label: 'L', size: 'S' })).status).toBe(400);

    const { body: history } = await app.json('GET', '/api/v1/doctype/Shelf/history');
    expect(history.items.map((item: { version: number }) => item.version)).toEqual([2, 1]);
    const reverted = await app.json('POST', '/api/v1/doctype/Shelf/revert', { version: 1 });
    expect([reverted.status, reverted.body._version]).toEqual([200, 3]);
    expect((await app.json('POST', '/api/v1/Shelf', { name: 't', label: 'L', size: 'S' })).status).toBe(201);
  });

  test('a plan is of what PUT would do: what is left out stays, a row is known by its name', async () => {
    const definition = { name: 'Crate', module: 'Test', autoname: 'field:label', fields: [field('label', 'Data')] };
    const { body } = await app.json('POST', '/api/v1/DocType', definition);
    const plan = async (ask: unknown) => (await app.json('POST', '/api/v1/doctype/Crate/plan', ask)).body;
    expect(await plan({})).toEqual([]);
    expect(await plan({ ...definition, autoname: undefined })).toEqual([]);
    expect(await plan({ autoname: 'hash' })).toEqual([expect.objectContaining({ op: 'drop_index', column: 'label' })]);
    const renamed = { ...field('title', 'Data'), name: body.fields[0].name };
    expect(await plan({ autoname: 'field:title', fields: [renamed] })).toEqual([
      expect.objectContaining({ op: 'rename_field', safety: 'SAFE' }),
    ]);
  });

  test('DocTypes are listed by their flags, set or left out, and by their fields', async () => {
    const names = async (filters: unknown) => {
      const ask = `/api/v1/DocType?limit=1000&fields=["name","istable"]&filters=${JSON.stringify(filters)}`;
      const { body } = await app.json('GET', ask);
      return new Map(body.items.map((item: { name: string; istable: boolean }) => [item.name, item.istable]));
    };
    const plain = await names({ istable: 0 });
    expect([plain.get('Task'), plain.has('Order Step')]).toEqual([false, false]);
    expect((await names([['istable', '=', 1]])).get('Order Step')).toBe(true);
    expect([...(await names([['fields.options', '=', 'Order Step']])).keys()]).toEqual(['Work Order']);
  });

  test('a fieldname that was left empty is made once, from the label', async () => {
    const fields = [{ label: 'Net Weight?', fieldtype: 'Float' }, { fieldtype: 'Section Break' }, { label: 'Note' }];
    const { body } = await app.json('POST', '/api/v1/DocType', { name: 'Parcel', module: 'Test', fields });
    const stale = await app.json('PUT', '/api/v1/DocType/Parcel', {
      description: 'x',
      modified: '2020-01-01T00:00:00.000000Z',
    });
    expect([stale.status, stale.body.detail]).toEqual([409, expect.stringContaining('leave modified out')]);
    expect((await app.json('PUT', '/api/v1/DocType/Parcel', { _version: '7' })).status).toBe(409);
    const named = body.fields.map((row: { fieldname: string; fieldtype: string }) => [row.fieldname, row.fieldtype]);
    expect(named).toEqual([
      ['net_weight', 'Float'],
      ['section_break_1', 'Section Break'],
      ['note', 'Data'],
    ]);
    const relabelled = body.fields.map((row: { fieldname: string }) =>
      row.fieldname === 'net_weight' ? { ...row, label: 'Gross Weight' } : row,
    );
    const { body: after } = await app.json('PUT', '/api/v1/DocType/Parcel', { fields: relabelled });
    expect(after.fields[0].fieldname).toBe('net_weight');
  });

  scenarios(
    () => app,
    [
      {
        name: 'what would lose data is refused, confirmed or not',
        ask: 'PUT /api/v1/DocType/Shelf?confirm=00000000',
        body: { fields: [{ fieldname: 'label', fieldtype: 'Int' }] },
        status: 409,
        must: ['"code":"data_loss"', '"refused":true'],
      },
      {
        name: 'the plan of what is no DocType',
        ask: 'POST /api/v1/doctype/Shelf/plan',
        body: { fields: 'none' },
        status: 400,
        must: ['"field":"fields"'],
      },
      {
        name: 'a plan for another name',
        ask: 'POST /api/v1/doctype/Shelf/plan',
        body: { name: 'Task', fields: [] },
        status: 400,
        must: ['rename'],
      },
      { name: 'the history of nothing', ask: 'GET /api/v1/doctype/Nothing/history', status: 404 },
      {
        name: 'revert to a version that never was',
        ask: 'POST /api/v1/doctype/Shelf/revert',
        body: { version: 99 },
        status: 404,
      },
      {
        name: 'revert to no version',
        ask: 'POST /api/v1/doctype/Shelf/revert',
        body: {},
        status: 400,
        must: ['"field":"version"'],
      },
      {
        name: 'a reserved name',
        ask: 'POST /api/v1/DocType',
        body: { name: 'auth', module: 'Test', fields: [], permissions: [] },
        status: 400,
      },
    ],
  );
});

test('a field that becomes a number and unique at once is refused with the rows that would meet', async () => {
  const code = { fieldname: 'code', fieldtype: 'Data' };
  const fields = [code, { fieldname: 'note', fieldtype: 'Data' }];
  const permissions = [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }];
  const given = { name: 'Numbered', module: 'Test', autoname: 'prompt', fields, permissions };
  const { status, body, text } = await app.json('POST', '/api/v1/DocType', given);
  expect(status, text).toBe(201);
  for (const [name, value] of Object.entries({ a: '', b: '', c: '7' }))
    expect((await app.json('POST', '/api/v1/Numbered', { name, code: value })).status).toBe(201);
  const edit = (field: object) =>
    app.json('PUT', '/api/v1/DocType/Numbered', { fields: [{ ...code, ...field }], _version: body._version });
  const number = { fieldtype: 'Int', unique: 1 };
  const refused = await edit(number);
  expect([refused.status, refused.body.code], refused.text).not.toEqual([409, 'duplicate']);
  const reason = expect.stringContaining(
    '2 rows share their value with another, so it cannot be made unique (for example "0")',
  );
  expect(refused.body.plan).toContainEqual(
    expect.objectContaining({ op: 'create_index', rows: 2, safety: 'DANGEROUS', reason }),
  );
  await app.json('PATCH', '/api/v1/Numbered/b', { code: 'nine' });
  // What does not survive is what is said then, and not that it is unique.
  expect((await edit(number)).text).toContain('1 rows would not survive');
  await app.json('PATCH', '/api/v1/Numbered/b', { code: '9' });
  const review = await app.json('POST', '/api/v1/doctype/Numbered/plan', {
    ...given,
    fields: [{ ...code, ...number }, fields[1]],
  });
  expect(JSON.stringify(review.body)).not.toContain('refused');
});

describe('rpc', () => {
  scenarios(
    () => app,
    [
      {
        name: 'a method',
        ask: 'POST /api/v1/rpc/Task/echo',
        body: { a: 1 },
        status: 200,
        must: ['{"result":{"args":{"a":1},"user":"Administrator","doctype":"Task"}}'],
      },
      {
        name: 'a function',
        ask: 'POST /api/v1/rpc/fn/shop.tools.add',
        body: { a: 1, b: 2 },
        status: 200,
        must: ['{"result":3}'],
      },
      {
        name: 'a method that writes',
        ask: 'POST /api/v1/rpc/Task/make',
        body: { name: 'rpc' },
        status: 200,
        must: ['"rpc"'],
      },
      { name: 'what it wrote', ask: 'GET /api/v1/Task/rpc', status: 200, must: ['Made'] },
      {
        name: 'a method that refuses',
        ask: 'POST /api/v1/rpc/Task/makeAndFail',
        status: 400,
        must: ['changed my mind'],
      },
      { name: 'is rolled back', ask: 'GET /api/v1/Task/never', status: 404 },
      {
        name: 'a method that breaks says nothing of it',
        ask: 'POST /api/v1/rpc/Task/burst',
        status: 500,
        mustNot: ['secret'],
      },
      { name: 'a method that is not listed', ask: 'POST /api/v1/rpc/Task/toString', status: 404 },
      { name: 'a function that is not listed', ask: 'POST /api/v1/rpc/fn/constructor', status: 404 },
      { name: 'by GET', ask: 'GET /api/v1/rpc/Task/echo', status: 405 },
    ],
  );
});

describe('the server itself', () => {
  scenarios(
    () => app,
    [
      {
        name: 'metrics',
        ask: 'GET /metrics',
        status: 200,
        must: ['http_requests_total{status="200"}', 'framework_m_info{version="1.2.3"} 1'],
      },
      { name: 'kinds of problems', ask: 'GET /problems/conflict', status: 200, must: ['"status":409'] },
      { name: 'openapi of nothing', ask: 'GET /openapi.json?doctype=Task,Nothing', status: 404, must: ['Nothing'] },
    ],
  );

  test('openapi describes every DocType, and every reference in it leads somewhere', async () => {
    const { body, text } = await app.json('GET', '/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(body.paths['/api/v1/Work%20Order/{name}/submit'].post).toBeDefined();
    expect(body.paths['/api/v1/Order%20Step']).toBeUndefined();
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] as string);
    expect(references.length).toBeGreaterThan(10);
    for (const reference of new Set(references)) {
      const found = reference
        .slice(2)
        .split('/')
        .reduce((at, key) => at?.[key], body);
      expect(found, reference).toBeDefined();
    }
  });

  test('openapi of some has their child tables too', async () => {
    const { body } = await app.json('GET', '/openapi.json?doctype=Work%20Order');
    expect(Object.keys(body.components.schemas).sort()).toEqual(['Order_Step', 'Problem', 'Work_Order']);
  });
});

test('the fields of DocTypes are a list of their own, by the DocType that they belong to', async () => {
  const filters = encodeURIComponent(JSON.stringify([['parent', '=', 'Work Order']]));
  const { status, body } = await app.json(
    'GET',
    `/api/v1/DocField?filters=${filters}&fields=["fieldname","parent"]&limit=100`,
  );
  const { body: doctype } = await app.json('GET', '/api/v1/DocType/Work%20Order');
  expect(status).toBe(200);
  expect(body.items.map((row: { fieldname: string }) => row.fieldname).sort()).toEqual(
    doctype.fields.map((field: { fieldname: string }) => field.fieldname).sort(),
  );
  expect((await app.json('POST', '/api/v1/DocField', { fieldname: 'x' })).status).toBe(409);
  // Rows of DocTypes all the same: no menu offers them.
  expect((await app.json('GET', '/api/meta/DocField')).body).toMatchObject({ istable: true, is_virtual: true });
});
