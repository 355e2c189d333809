/** Edits that once lost or refused what they must not: rows of table fields, numbers that become links, unique defaults. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  const row = { fieldname: 'what', fieldtype: 'Data' };
  for (const doctype of [
    { name: 'Line', istable: 1, fields: [row] },
    {
      name: 'Sheet',
      autoname: 'prompt',
      fields: ['first', 'second'].map((fieldname) => ({ fieldname, fieldtype: 'Table', options: 'Line' })),
    },
  ]) {
    const reply = await app.json('POST', '/api/v1/DocType', { module: 'Test', permissions: [], ...doctype });
    expect(reply.status, reply.text).toBe(201);
  }
});
afterAll(() => app?.close());

const texts = (rows: { what: string }[]) => rows.map((row) => row.what);

test('two table fields of one child DocType swap their names, and their rows go with them', async () => {
  const given = { name: 'S', first: [{ what: 'a' }, { what: 'b' }], second: [{ what: 'c' }] };
  expect((await app.json('POST', '/api/v1/Sheet', given)).status).toBe(201);
  const { body } = await app.json('GET', '/api/v1/DocType/Sheet');
  const swapped = body.fields.map((field: { id: string; fieldname: string }) => ({
    id: field.id,
    fieldname: field.fieldname === 'first' ? 'second' : 'first',
    fieldtype: 'Table',
    options: 'Line',
  }));
  const edited = await app.json('PUT', '/api/v1/DocType/Sheet', { fields: swapped });
  expect(edited.status, edited.text).toBe(200);
  const after = (await app.json('GET', '/api/v1/Sheet/S')).body;
  expect([texts(after.first), texts(after.second)]).toEqual([['c'], ['a', 'b']]);
});

test('a table field that was renamed, removed and reverted to its first name has its rows again', async () => {
  const first = (await app.json('GET', '/api/v1/DocType/Sheet')).body;
  const change = async (fields: unknown[]): Promise<void> => {
    const reply = await app.json('PUT', '/api/v1/DocType/Sheet', { fields });
    expect(reply.status, reply.text).toBe(200);
  };
  const renamed = first.fields.map((field: { fieldname: string }) =>
    field.fieldname === 'first' ? { ...field, fieldname: 'third' } : field,
  );
  await change(renamed);
  await change(renamed.filter((field: { fieldname: string }) => field.fieldname !== 'third'));
  const reverted = await app.json('POST', '/api/v1/doctype/Sheet/revert', { version: first._version });
  expect(reverted.status, reverted.text).toBe(200);
  expect(texts((await app.json('GET', '/api/v1/Sheet/S')).body.first)).toEqual(['c']);
});

test('a new unique field whose default all rows would get is refused by the plan, with the reason', async () => {
  const base = { name: 'Twin', module: 'Test', autoname: 'prompt', permissions: [], fields: [] as unknown[] };
  await app.json('POST', '/api/v1/DocType', base);
  for (const name of ['a', 'b']) await app.json('POST', '/api/v1/Twin', { name });
  for (const field of [{ fieldtype: 'Data', default: 'x' }, { fieldtype: 'Int' }]) {
    const refused = await app.json('PUT', '/api/v1/DocType/Twin', {
      fields: [{ fieldname: 'u', unique: 1, ...field }],
    });
    expect([refused.status, refused.body.errors?.[0]?.code, refused.body.detail]).toEqual([
      409,
      'data_loss',
      expect.stringMatching(/2 rows would all get the default.*Add the field first/),
    ]);
  }
  const free = await app.json('PUT', '/api/v1/DocType/Twin', {
    fields: [{ fieldname: 'u', fieldtype: 'Data', unique: 1 }],
  });
  expect(free.status, free.text).toBe(200);
});

test('an Int that becomes a Link: refused for numbers that are no names, never a failure', async () => {
  const fields = [{ fieldname: 'to', fieldtype: 'Int' }];
  const doctype = { name: 'Pointer', module: 'Test', autoname: 'prompt', permissions: [], fields };
  await app.json('POST', '/api/v1/DocType', doctype);
  await app.json('POST', '/api/v1/Pointer', { name: 'P', to: 7 });
  const asLink = { fields: [{ fieldname: 'to', fieldtype: 'Link', options: 'Sheet' }] };
  const refused = await app.json('PUT', '/api/v1/DocType/Pointer', asLink);
  expect([refused.status, refused.body.errors?.[0]?.code]).toEqual([409, 'data_loss']);
  await app.json('POST', '/api/v1/Sheet', { name: '7' });
  const done = await app.json('PUT', '/api/v1/DocType/Pointer', asLink);
  expect(done.status, done.text).toBe(200);
  expect((await app.json('GET', '/api/v1/Pointer/P')).body.to).toBe('7');
});
