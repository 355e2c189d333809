/** A reply that is lost, at COMMIT or on its way to the client: the request may be repeated, and has one effect. */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply } from '../../support/app.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { type CommitProxy, startCommitProxy } from '../../support/reliability/commit-proxy.ts';
import { type ServerProcess, startServer } from '../../support/reliability/server-process.ts';

let database: TestDatabase;
let proxy: CommitProxy;
let server: ServerProcess;

beforeAll(async () => {
  database = await createDatabase();
  proxy = await startCommitProxy(database.url);
  server = await startServer(proxy.url);
  const entry = [{ fieldname: 'what', fieldtype: 'Data' }];
  await made({ name: 'Receipt Row', istable: 1, fields: entry });
  await made({
    name: 'Receipt',
    autoname: 'REC-.#####',
    fields: [
      { fieldname: 'token', fieldtype: 'Data', reqd: 1 },
      { fieldname: 'code', fieldtype: 'Data', unique: 1 },
      { fieldname: 'rows', fieldtype: 'Table', options: 'Receipt Row' },
    ],
  });
});
afterAll(async () => {
  await server?.stop();
  await proxy?.close();
  await database?.drop();
});

async function made(doctype: Record<string, unknown>): Promise<void> {
  const reply = await server.json('POST', '/api/v1/DocType', { module: 'Test', permissions: [], ...doctype });
  expect(reply.status, reply.text).toBe(201);
}

const keyed = (key: string, method: string, path: string, body?: unknown): Promise<Reply> =>
  server.json(method, path, body, { 'idempotency-key': key });

const essence = (reply: Reply) => [reply.status, reply.text, reply.headers.get('location'), reply.headers.get('etag')];

async function withToken(token: string): Promise<{ name: string; _version: number }[]> {
  const filters = encodeURIComponent(JSON.stringify([['token', '=', token]]));
  const reply = await server.json('GET', `/api/v1/Receipt?fields=["name","_version"]&filters=${filters}`);
  expect(reply.status, reply.text).toBe(200);
  return reply.body.items;
}

function expectHonest(reply: Reply): void {
  expect(reply.status, reply.text).toBe(503);
  expect(reply.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(reply.body.type).toBe('/problems/unavailable');
  expect(reply.body.detail).toMatch(/outcome is unknown.*Idempotency-Key/);
}

const receipt = (token: string) => ({ token, rows: [{ what: 'a' }, { what: 'b' }] });

test('a create whose COMMIT got no reply says so, and repeated under its key gives what it made', async () => {
  for (let round = 0; round < 5; round++) {
    const [key, token] = [randomUUID(), randomUUID()];
    proxy.cutNextCommit(token);
    expectHonest(await keyed(key, 'POST', '/api/v1/Receipt', receipt(token)));
    // It did happen, all of it.
    const [written, ...others] = await withToken(token);
    expect([written?._version, others]).toEqual([1, []]);
    const again = await keyed(key, 'POST', '/api/v1/Receipt', receipt(token));
    expect(again.status, again.text).toBe(201);
    expect(again.body).toMatchObject({ name: written?.name, token, rows: [{ what: 'a' }, { what: 'b' }] });
    expect(again.headers.get('location')).toBe(`/api/v1/Receipt/${written?.name}`);
    expect(essence(await keyed(key, 'POST', '/api/v1/Receipt', receipt(token)))).toEqual(essence(again));
    expect(await withToken(token)).toHaveLength(1);
  }
  expect(proxy.cuts()).toBe(5);
});

test('a COMMIT that never arrived: nothing was written, and the same key writes it', async () => {
  const [key, token] = [randomUUID(), randomUUID()];
  const before = proxy.cuts();
  proxy.cutBeforeNextCommit(token);
  expectHonest(await keyed(key, 'POST', '/api/v1/Receipt', receipt(token)));
  expect(proxy.cuts()).toBe(before + 1);
  expect(await withToken(token)).toEqual([]);
  expect((await keyed(key, 'POST', '/api/v1/Receipt', receipt(token))).status).toBe(201);
  expect(await withToken(token)).toHaveLength(1);
});

test('without a key the answer is as honest, and a second try is a second document', async () => {
  const token = randomUUID();
  proxy.cutNextCommit(token);
  expectHonest(await server.json('POST', '/api/v1/Receipt', receipt(token)));
  expect(await withToken(token)).toHaveLength(1);
  expect((await server.json('POST', '/api/v1/Receipt', receipt(token))).status).toBe(201);
  expect(await withToken(token)).toHaveLength(2);
});

test('changes and deletions are repeated to one effect too', async () => {
  const token = randomUUID();
  const { body } = await server.json('POST', '/api/v1/Receipt', receipt(token));
  const path = `/api/v1/Receipt/${body.name}`;
  const change = { code: randomUUID(), _version: 1 };
  const key = randomUUID();
  proxy.cutNextCommit(change.code);
  expectHonest(await keyed(key, 'PUT', path, change));
  const again = await keyed(key, 'PUT', path, change);
  expect([again.status, again.body._version, again.body.code]).toEqual([200, 2, change.code]);

  const other = randomUUID();
  proxy.cutNextCommit(body.id);
  expectHonest(await keyed(other, 'DELETE', path));
  expect((await keyed(other, 'DELETE', path)).status).toBe(204);
  expect((await server.json('GET', path)).status).toBe(404);
});

test('the edit of a DocType as well', async () => {
  const key = randomUUID();
  const doctype = {
    name: 'Lost Edit',
    module: 'Test',
    permissions: [],
    fields: [{ fieldname: 'a', fieldtype: 'Int' }],
  };
  proxy.cutNextCommit('Lost Edit');
  expectHonest(await keyed(key, 'POST', '/api/v1/DocType', doctype));
  const again = await keyed(key, 'POST', '/api/v1/DocType', doctype);
  expect([again.status, again.body.name, again.body._version]).toEqual([201, 'Lost Edit', 1]);
  expect((await server.json('POST', '/api/v1/Lost%20Edit', { a: 1 })).status).toBe(201);
});

test('a client that is cut off before our reply repeats and gets it', async () => {
  for (const patience of [0, 1, 2, 4, 8, 16]) {
    const [key, token] = [randomUUID(), randomUUID()];
    await sendAndHangUp(key, receipt(token), patience);
    const again = await keyed(key, 'POST', '/api/v1/Receipt', receipt(token));
    expect(again.status, again.text).toBe(201);
    const found = await withToken(token);
    expect(found.map((row) => row.name)).toEqual([again.body.name]);
  }
});

/** Sends a whole request and closes the connection after so many milliseconds, answer or not. */
async function sendAndHangUp(key: string, body: unknown, patience: number): Promise<void> {
  const { hostname, port } = new URL(server.url);
  const text = JSON.stringify(body);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  const head = [
    'POST /api/v1/Receipt HTTP/1.1',
    `Host: ${hostname}`,
    `Authorization: Bearer ${server.token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    `Idempotency-Key: ${key}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${text}`);
  await sleep(patience);
  socket.resetAndDestroy();
}

test('ten at once under one key while a COMMIT is lost: one effect, equal answers', async () => {
  for (let round = 0; round < 3; round++) {
    const [key, token] = [randomUUID(), randomUUID()];
    proxy.cutNextCommit(token);
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => keyed(key, 'POST', '/api/v1/Receipt', receipt(token))),
    );
    const [lost, ...rest] = [...replies].sort((a, b) => b.status - a.status);
    expectHonest(lost as Reply);
    expect(new Set(rest.map((reply) => JSON.stringify(essence(reply)))).size, rest.map((r) => r.text).join()).toBe(1);
    expect(rest[0]?.status).toBe(201);
    expect(await withToken(token)).toHaveLength(1);
  }
});

test('a key is for one request; one that failed may be mended under its key', async () => {
  const [key, token] = [randomUUID(), randomUUID()];
  expect((await keyed(key, 'POST', '/api/v1/Receipt', { rows: [] })).status).toBe(400);
  await server.json('POST', '/api/v1/Receipt', { token: 'holds the code', code: 'taken' });
  expect((await keyed(key, 'POST', '/api/v1/Receipt', { token, code: 'taken' })).status).toBe(409);
  expect((await keyed(key, 'POST', '/api/v1/Receipt', { token, code: 'free' })).status).toBe(201);
  const other = await keyed(key, 'POST', '/api/v1/Receipt', { token, code: 'else' });
  expect([other.status, other.body.detail]).toEqual([409, expect.stringMatching(/used for another request/)]);
  expect(await withToken(token)).toHaveLength(1);
});

test('afterwards the server is as before: no error was logged, no connection is left in a transaction', async () => {
  expect(server.errors()).toEqual([]);
  const replies = await Promise.all(Array.from({ length: 30 }, () => server.json('GET', '/api/v1/Receipt?limit=1')));
  expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
});
