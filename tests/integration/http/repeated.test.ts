import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { purgeIdempotency } from '../../../server/http/idempotency.ts';
import { createTestApp, type Reply, type TestApp } from '../../support/app.ts';
import { installTask } from './task.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ poolSize: 8 });
  await installTask(app);
});
afterAll(() => app?.close());

const keyed = (key: string, method: string, path: string, body?: unknown): Promise<Reply> =>
  app.json(method, path, body, { 'idempotency-key': key });
const count = async (doctype: string): Promise<number> =>
  (await app.json('GET', `/api/v1/${doctype}/count`)).body.count;
const essence = (reply: Reply) => [reply.status, reply.text, reply.headers.get('location'), reply.headers.get('etag')];

test('a repeated create has one effect and the same answer, byte for byte', async () => {
  const key = randomUUID();
  const first = await keyed(key, 'POST', '/api/v1/Work%20Order', { subject: 'once' });
  const second = await keyed(key, 'POST', '/api/v1/Work%20Order', { subject: 'once' });
  expect(first.status).toBe(201);
  expect(essence(second)).toEqual(essence(first));
  expect(await count('Work%20Order')).toBe(1);
});

test('sixteen at the same moment have one effect', async () => {
  const before = await count('Work%20Order');
  const key = randomUUID();
  const replies = await Promise.all(
    Array.from({ length: 16 }, () => keyed(key, 'POST', '/api/v1/Work%20Order', { subject: 'race' })),
  );
  expect(new Set(replies.map((reply) => JSON.stringify(essence(reply)))).size).toBe(1);
  expect(replies[0]?.status).toBe(201);
  expect(await count('Work%20Order')).toBe(before + 1);
});

test('the key belongs to one request: another body, path or method is a conflict', async () => {
  const key = randomUUID();
  await keyed(key, 'POST', '/api/v1/Task', { name: 'k', title: 'K' });
  expect((await keyed(key, 'POST', '/api/v1/Task', { name: 'k2', title: 'K' })).body.type).toBe('/problems/conflict');
  expect((await keyed(key, 'PUT', '/api/v1/Task/k', { title: 'K' })).status).toBe(409);
  expect(await count('Task')).toBe(1);
});

test('a failed request leaves nothing: with the same key it may be mended', async () => {
  const key = randomUUID();
  expect((await keyed(key, 'POST', '/api/v1/Task', { name: 'failed' })).status).toBe(400);
  expect((await keyed(key, 'POST', '/api/v1/Task', { name: 'failed', title: 'F' })).status).toBe(201);
});

test('update, delete, states, rename and bulk too', async () => {
  await app.json('POST', '/api/v1/Task', { name: 'all', title: 'A' });
  const twice = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const key = randomUUID();
    const first = await keyed(key, method, path, body);
    const second = await keyed(key, method, path, body);
    expect(essence(second)).toEqual(essence(first));
    expect(first.status, first.text).toBeLessThan(300);
    return second;
  };
  expect((await twice('PUT', '/api/v1/Task/all', { title: 'B' })).body._version).toBe(2);
  expect((await twice('POST', '/api/v1/Task/all/rename', { name: 'every' })).body.name).toBe('every');
  expect((await twice('DELETE', '/api/v1/Task/every')).status).toBe(204);
  expect((await twice('POST', '/api/v1/Task/every/restore')).body.title).toBe('B');
  const { body } = await twice('POST', '/api/v1/Task/bulk', {
    action: 'insert',
    docs: [
      { name: 'b1', title: 'x' },
      { name: 'b1', title: 'x' },
    ],
    atomic: false,
  });
  expect([body.succeeded, body.failed]).toEqual([1, 1]);
  expect(
    (await twice('POST', '/api/v1/DocType', { name: 'Kept Once', module: 'Test', fields: [], permissions: [] })).status,
  ).toBe(201);
});

test('keys belong to their user and are checked', async () => {
  expect((await keyed('x'.repeat(201), 'POST', '/api/v1/Task', { name: 'long', title: 'L' })).status).toBe(400);
  expect(
    (await keyed(`"'; drop table m_idempotency; --`, 'POST', '/api/v1/Task', { name: 'odd', title: 'O' })).status,
  ).toBe(201);
  const rows = await app.app.db.query({ text: 'select distinct "user" from m_idempotency', values: [] });
  expect(rows).toEqual([{ user: 'Administrator' }]);
});

test('a key is kept for a day', async () => {
  const key = randomUUID();
  await keyed(key, 'PUT', '/api/v1/Task/odd', { points: 1 });
  const age = (hours: number) =>
    app.app.db.query({
      text: `update m_idempotency set created = now() - make_interval(hours => $2) where key = $1`,
      values: [key, hours],
    });
  await age(23);
  expect((await keyed(key, 'PUT', '/api/v1/Task/odd', { points: 2 })).status).toBe(409);
  await age(25);
  expect((await keyed(key, 'PUT', '/api/v1/Task/odd', { points: 2 })).body.points).toBe(2);
  await age(25);
  expect(await purgeIdempotency(app.app.db, Date.now())).toBe(1);
});
