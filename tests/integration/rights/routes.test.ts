import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';

let app: TestApp;
let ann: UserClient;
let ben: UserClient;
let boss: UserClient;

beforeAll(async () => {
  app = await createTestApp();
  await app.json('POST', '/api/v1/DocType', {
    name: 'Memo',
    module: 'Test',
    autoname: 'prompt',
    fields: [{ fieldname: 'text', fieldtype: 'Data' }],
    permissions: [
      { role: 'Author', read: 1, write: 1, create: 1, share: 1, if_owner: 1 },
      { role: 'System Manager', read: 1 },
    ],
  });
  ann = await app.user({ name: 'ann', roles: ['Author'] });
  ben = await app.user({ name: 'ben' });
  boss = await app.user({ name: 'boss', roles: ['System Manager'] });
  expect((await ann.json('POST', '/api/v1/Memo', { name: 'one', text: 'a' })).status).toBe(201);
});

afterAll(() => app?.close());

test('POST, GET and DELETE /api/v1/share, and …/shares', async () => {
  const subject = { doctype: 'Memo', name: 'one', user: 'ben' };
  const given = await ann.json('POST', '/api/v1/share', { ...subject, write: 1 });
  expect(given.status).toBe(200);
  expect(given.body).toMatchObject({
    ...subject,
    everyone: false,
    read: true,
    write: true,
    share: false,
    shared_by: 'ann',
  });
  expect((await ben.json('PATCH', '/api/v1/Memo/one', { text: 'b' })).status).toBe(200);
  expect((await ann.json('GET', '/api/v1/Memo/one/shares')).body.items).toEqual([given.body]);
  expect((await ann.json('GET', '/api/v1/share')).body).toEqual({ given: [given.body], received: [] });
  expect((await ben.json('GET', '/api/v1/share')).body).toEqual({ given: [], received: [given.body] });
  expect((await ann.json('DELETE', '/api/v1/share', subject)).status).toBe(204);
  expect((await ann.json('DELETE', '/api/v1/share', subject)).status).toBe(204);
  expect((await ben.json('GET', '/api/v1/Memo/one')).status).toBe(404);
  expect((await ben.json('GET', '/api/v1/Memo/one/shares')).status).toBe(404);
  expect((await app.anonymous.json('GET', '/api/v1/share')).status).toBe(401);
  expect((await app.anonymous.json('POST', '/api/v1/share', subject)).status).toBe(401);
});

test('POST /api/v1/permissions/{doctype}/customize and reset', async () => {
  const customized = await boss.json('POST', '/api/v1/permissions/Memo/customize');
  expect(customized.body).toMatchObject({ doctype: 'Memo', is_customized: true });
  const rows = await boss.json(
    'GET',
    `/api/v1/Custom%20DocPerm?filters=${encodeURIComponent('[["ref_doctype","=","Memo"]]')}`,
  );
  expect(rows.body.total).toBe(2);
  const manager = rows.body.items.find((row: { role: string }) => row.role === 'Author');
  expect(
    (await boss.json('PATCH', `/api/v1/Custom%20DocPerm/${manager.name}`, { create: false, write: false })).status,
  ).toBe(200);
  expect((await ann.json('POST', '/api/v1/Memo', { name: 'two' })).status).toBe(403);
  expect((await boss.json('POST', '/api/v1/permissions/Memo/reset')).status).toBe(204);
  expect((await ann.json('POST', '/api/v1/Memo', { name: 'two' })).status).toBe(201);
  expect((await ann.json('POST', '/api/v1/permissions/Memo/customize')).status).toBeGreaterThanOrEqual(403);
});

test('GET /api/v1/permissions/explain', async () => {
  const explain = (who: UserClient, query: string) => who.json('GET', `/api/v1/permissions/explain?${query}`);
  const ours = await explain(boss, 'doctype=Memo&name=one&user=ann');
  expect(ours.body).toMatchObject({ doctype: 'Memo', name: 'one', user: 'ann', is_enabled: true });
  expect(ours.body.rights.write).toEqual({
    allowed: true,
    because: ['Author gives write for documents that the user made.'],
  });
  expect((await explain(boss, 'doctype=Memo&name=one&user=ben')).body.rights.read.allowed).toBe(false);
  expect((await explain(ann, 'doctype=Memo&name=one')).body.rights.delete.allowed).toBe(false);
  expect((await explain(ben, 'doctype=Memo&name=one')).status).toBe(404);
  expect((await explain(ann, 'doctype=Memo&user=ben')).status).toBe(403);
  expect((await explain(boss, 'name=one')).status).toBe(400);
  expect((await explain(boss, 'doctype=Nothing')).status).toBe(404);
});
