/** A list as a file: cell by cell what the documents say, for whom and of what it may be. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';
import { readWorkbook } from './workbook-reader.ts';

const PARCEL = {
  name: 'Parcel',
  module: 'Test',
  autoname: 'prompt',
  fields: [
    { fieldname: 'title', fieldtype: 'Data', label: 'Title', in_list_view: 1 },
    { fieldname: 'weight', fieldtype: 'Float', label: 'Weight' },
    { fieldname: 'many', fieldtype: 'Long Int', label: 'Many' },
    { fieldname: 'is_fragile', fieldtype: 'Check', label: 'Is Fragile' },
    { fieldname: 'due', fieldtype: 'Date', label: 'Due' },
    { fieldname: 'sent_at', fieldtype: 'Datetime', label: 'Sent At' },
    { fieldname: 'by_time', fieldtype: 'Time', label: 'By' },
    { fieldname: 'shape', fieldtype: 'JSON', label: 'Shape' },
    { fieldname: 'parent_parcel', fieldtype: 'Link', options: 'Parcel', label: 'Part Of' },
    { fieldname: 'price', fieldtype: 'Currency', label: 'Price', permlevel: 1 },
  ],
  permissions: [
    { role: 'Clerk', read: 1, write: 1, create: 1, export: 1 },
    { role: 'Reader', read: 1 },
    { role: 'Sender', read: 1, create: 1 },
    { role: 'Sender', read: 1, export: 1, if_owner: 1 },
  ],
};

const HOSTILE = '=cmd|\'/c calc\'!A1 <b>&"x"\u0007 _x0041_ 😀\r\nnext';
const DOCS = [
  {
    name: 'P-1',
    title: HOSTILE,
    weight: -1.25,
    many: '9007199254740993',
    is_fragile: true,
    due: '2026-03-31',
    sent_at: '2026-03-29T12:30:15Z',
    by_time: '08:15:00',
    shape: { a: [1] },
    price: 12,
  },
  {
    name: 'P-2',
    title: '',
    weight: 1e-9,
    is_fragile: false,
    due: '1899-05-01',
    sent_at: '2026-01-15T23:00:00Z',
    parent_parcel: 'P-1',
  },
  { name: 'P-3', title: '+49 123' },
];
const PATHS = [
  'name',
  'title',
  'weight',
  'many',
  'is_fragile',
  'due',
  'sent_at',
  'by_time',
  'shape',
  'parent_parcel.title',
];

let app: TestApp;
let clerk: UserClient;

beforeAll(async () => {
  app = await createTestApp();
  for (const role of ['Clerk', 'Reader', 'Sender']) await app.json('POST', '/api/v1/Role', { role_name: role });
  const made = await app.json('POST', '/api/v1/DocType', PARCEL);
  expect(made.status, made.text).toBe(201);
  for (const doc of DOCS) {
    const { status, text } = await app.json('POST', '/api/v1/Parcel', doc);
    expect(status, text).toBe(201);
  }
  clerk = await app.user({ name: 'clerk@test.org', roles: ['Clerk'] });
});
afterAll(() => app?.close());

interface Taken {
  status: number;
  headers: Headers;
  bytes: Buffer;
}

async function take(wish: unknown, token = app.token, doctype = 'Parcel'): Promise<Taken> {
  const response = await fetch(`${app.url}/api/v1/${doctype}/export`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(wish),
  });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

const textOf = async (wish: unknown, token?: string): Promise<string> =>
  (await take(wish, token)).bytes.toString('utf8');

describe('a workbook', () => {
  test('has each value as what it is, and no formula', async () => {
    const { status, headers, bytes } = await take({
      format: 'xlsx',
      fields: PATHS,
      order_by: 'name',
      time_zone: 'Europe/Berlin',
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('spreadsheetml');
    expect(headers.get('content-disposition')).toContain('Parcel.xlsx');
    expect(headers.get('x-total-rows')).toBe('3');
    const { name, rows } = readWorkbook(bytes);
    expect(name).toBe('Parcel');
    const values = rows.map((row) => Array.from({ length: PATHS.length }, (_, index) => row[index]?.value ?? null));
    expect(values[0]).toEqual(
      ['Name', 'Title', 'Weight', 'Many', 'Is Fragile', 'Due', 'Sent At', 'By', 'Shape', 'parent_parcel.title'].map(
        (label, index) => (index === 0 ? values[0]?.[0] : label),
      ),
    );
    // Days since the last of 1899: 46112 is 31 March 2026; half past two is what a clock in Berlin said.
    expect(values[1]).toEqual([
      'P-1',
      HOSTILE,
      -1.25,
      '9007199254740993',
      true,
      46112,
      expect.closeTo(46110 + (14 * 3600 + 30 * 60 + 15) / 86400, 9),
      8.25 / 24,
      '{"a": [1]}'.replace(' ', ''),
      null,
    ]);
    expect(values[2]).toEqual(['P-2', null, 1e-9, 0, false, '1899-05-01', 46038, null, null, HOSTILE]);
    expect(rows[1]?.map((cell) => cell?.format)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'yyyy-mm-dd',
      'yyyy-mm-dd hh:mm:ss',
      'hh:mm:ss',
      undefined,
    ]);
    expect(values[3]?.[1]).toBe('+49 123');
  });

  test('of no rows has its head', async () => {
    const { bytes } = await take({ filters: [['name', '=', 'none']] });
    expect(readWorkbook(bytes).rows).toHaveLength(1);
  });
});

describe('text', () => {
  test('of CSV is guarded against formulas, and numbers stay numbers', async () => {
    const text = await textOf({ format: 'csv', fields: ['name', 'title', 'weight', 'is_fragile'], order_by: 'name' });
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect(text.split('\r\n')[1]).toBe(`P-1,"'${HOSTILE.split('\r\n')[0]?.replaceAll('"', '""')}`);
    expect(text).toContain('next",-1.25,1\r\n');
    expect(text).toContain("P-3,'+49 123,0,0\r\n");
    expect((await textOf({ format: 'csv', bom: false })).startsWith('N')).toBe(true);
  });

  test('of JSON is the documents', async () => {
    const rows = JSON.parse(
      await textOf({
        format: 'json',
        fields: ['name', 'weight', 'shape', 'parent_parcel.title'],
        order_by: 'name desc',
        filters: [['name', 'in', ['P-1', 'P-2']]],
      }),
    );
    expect(rows).toEqual([
      { name: 'P-2', weight: 1e-9, shape: null, 'parent_parcel.title': HOSTILE },
      { name: 'P-1', weight: -1.25, shape: { a: [1] }, 'parent_parcel.title': null },
    ]);
  });
});

describe('rights', () => {
  test('without that to export it is refused, to whom the list is shown as well', async () => {
    const reader = await app.user({ name: 'reader@test.org', roles: ['Reader'] });
    expect((await take({}, reader.token)).status).toBe(403);
    expect((await take({}, '')).status).toBe(401);
    const nobody = await app.user({ name: 'nobody@test.org' });
    expect((await take({}, nobody.token)).status).toBe(404);
  });

  test('a field of another level is not to be had', async () => {
    const { status, bytes } = await take({ fields: ['name', 'price'] }, clerk.token);
    expect(status).toBe(400);
    expect(bytes.toString()).toContain('price');
    expect((await take({ fields: ['name'], filters: [['price', '>', 1]] }, clerk.token)).status).toBe(400);
    expect((await take({ fields: ['name', 'price'] })).status).toBe(200);
  });

  test("of one's own documents reaches no other's", async () => {
    const sender = await app.user({ name: 'sender@test.org', roles: ['Sender'] });
    const { status } = await sender.json('POST', '/api/v1/Parcel', { name: 'P-own', title: 'own' });
    expect(status).toBe(201);
    const rows = JSON.parse(await textOf({ format: 'json', fields: ['name'] }, sender.token));
    expect(rows).toEqual([{ name: 'P-own' }]);
    await app.json('DELETE', '/api/v1/Parcel/P-own');
  });
});

test.each([
  { wish: { format: 'pdf' }, says: 'xlsx' },
  { wish: { fields: [] }, says: 'fields' },
  { wish: { fields: [{ count: '*' }] }, says: 'fields' },
  { wish: { fields: ['titel'] }, says: 'title' },
  { wish: { filters: [['name']] }, says: 'filters' },
  { wish: { filters: [['titel', '=', 1]] }, says: 'title' },
  { wish: { q: 1 }, says: 'q' },
  { wish: { order_by: 'name; drop' }, says: 'order_by' },
  { wish: { time_zone: 'Mars/Base' }, says: 'Mars/Base' },
  { wish: { feilds: ['name'] }, says: 'fields' },
  { wish: { bom: 'perhaps' }, says: 'bom' },
])('$wish is refused', async ({ wish, says }) => {
  const { status, bytes } = await take(wish);
  expect(status, bytes.toString()).toBe(400);
  expect(bytes.toString()).toContain(says);
});

test('a DocType that keeps its documents elsewhere is exported as well', async () => {
  const { status, bytes } = await take(
    { format: 'json', fields: ['name'], filters: [['name', '=', 'Parcel']] },
    app.token,
    'DocType',
  );
  expect(status).toBe(200);
  expect(JSON.parse(bytes.toString())).toEqual([{ name: 'Parcel' }]);
});

test('a hundred thousand rows come as they are made, in bounded memory', { timeout: 120_000 }, async () => {
  await app.app.db.query({
    text: `insert into parcel (id, name, owner, creation, modified, modified_by, docstatus, idx, _version, title, weight)
      select gen_random_uuid(), 'M-' || n, 'Administrator', now(), now(), 'Administrator', 0, 0, 1, 'Row ' || n || repeat(' of many', 10), n
      from generate_series(1, 100000) n`,
    values: [],
  });
  const before = process.memoryUsage().rss;
  let most = before;
  let lag = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    const now = performance.now();
    lag = Math.max(lag, now - last);
    last = now;
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  const wish = {
    fields: ['name', 'title', 'weight', 'is_fragile', 'due', 'modified'],
    filters: [['name', 'like', 'M-%']],
    order_by: 'name',
  };
  const { bytes, headers } = await take(wish);
  clearInterval(watch);
  expect(headers.get('x-total-rows')).toBe('100000');
  const { rows } = readWorkbook(bytes);
  expect(rows).toHaveLength(100_001);
  expect(new Set(rows.slice(1).map((row) => row[0]?.value)).size).toBe(100_000);
  // The file itself is held here, by the test.
  expect(most - before).toBeLessThan(300e6);
  expect(lag).toBeLessThan(2000);
});

test('who goes away in the middle leaves nothing running', async () => {
  const abort = new AbortController();
  const response = await fetch(`${app.url}/api/v1/Parcel/export`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ format: 'csv' }),
    signal: abort.signal,
  });
  await response.body?.getReader().read();
  abort.abort();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { status } = await app.json('GET', '/api/v1/Parcel?limit=1');
  expect(status).toBe(200);
});
