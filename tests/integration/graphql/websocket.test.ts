/** GraphQL over WebSockets: who gets in, what the protocol allows, and that nothing is left when either side goes. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import { connect, refusal, type Socket } from './following.ts';

const PERMISSIONS = [
  { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 },
  { role: 'Clerk', read: 1 },
] as const;
const NOTE = docType('Note', ['title', 'body Text'], { autoname: 'prompt', permissions: [...PERMISSIONS] });
const ALLOWED = 'https://desk.example.com';
const LIVE = 'subscription { note(order_by: {name: asc}) { name title } }';

let app: TestApp;
const open: Socket[] = [];

beforeAll(async () => {
  app = await createTestApp({ corsOrigins: [ALLOWED], liveTimes: { greetingMs: 400, pingMs: 500 } });
  await app.json('POST', '/api/v1/Role', { role_name: 'Clerk' });
  expect((await app.json('POST', '/api/v1/DocType', NOTE)).status).toBe(201);
});
afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.terminate();
  await app.json('POST', '/graphql', { query: 'mutation { delete_note(where: {}) { affected_rows } }' });
  await expect.poll(() => app.app.live.figures().followers).toBe(0);
});
afterAll(() => app?.close());

async function join(q: Parameters<typeof connect>[1] = {}): Promise<Socket> {
  const made = await connect(app, { params: { authorization: `Bearer ${app.token}` }, ...q });
  open.push(made);
  return made;
}

const subscribe = (socket: Socket, id: string, query: string, variables?: unknown): void =>
  socket.send({ type: 'subscribe', id, payload: { query, variables } });

async function note(name: string, title: string): Promise<void> {
  expect((await app.json('POST', '/api/v1/Note', { name, title })).status).toBe(201);
}

describe('a socket', () => {
  test('follows a query, answers others beside it, and ends each as it is told', async () => {
    const socket = await join();
    subscribe(socket, '1', LIVE);
    expect(await socket.next()).toEqual({ id: '1', type: 'next', payload: { data: { note: [] } } });
    const insert = 'mutation ($title: String) { insert_note_one(object: {name: "a", title: $title}) { name } }';
    subscribe(socket, '2', insert, { title: 'x' });
    const three = [await socket.next(), await socket.next(), await socket.next()];
    expect(three).toContainEqual({ id: '2', type: 'next', payload: { data: { insert_note_one: { name: 'a' } } } });
    expect(three).toContainEqual({ id: '2', type: 'complete' });
    const pushed = { data: { note: [{ name: 'a', title: 'x' }] } };
    expect(three).toContainEqual({ id: '1', type: 'next', payload: pushed });
    subscribe(socket, '2', '{ me { user } }');
    expect((await socket.next()).payload.data.me.user).toBe('Administrator');
    expect(await socket.next()).toEqual({ id: '2', type: 'complete' });
    socket.send({ type: 'complete', id: '1' });
    await expect.poll(() => app.app.live.figures().followers).toBe(0);
    await note('b', 'y');
    await socket.silent(200);
    socket.send({ type: 'ping', payload: { a: 1 } });
    expect(await socket.next()).toEqual({ type: 'pong', payload: { a: 1 } });
  });

  test('tells errors of an operation and goes on', async () => {
    const socket = await join();
    for (const query of ['{ nothing }', 'subscription { nothing { name } }', '{', 'subscription { __typename }']) {
      subscribe(socket, 'x', query);
      const { type, payload } = await socket.next();
      expect(type, query).toBe('error');
      expect(payload[0].extensions.code).toBe('bad_request');
    }
    subscribe(socket, 'x', '{ me { user } }');
    expect((await socket.next()).type).toBe('next');
  });

  test('speaks with the client of the protocol', async () => {
    const client = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { headers: { Authorization: `Bearer ${app.token}` } },
      retryAttempts: 0,
    });
    const answers = client.iterate({ query: LIVE });
    expect((await answers.next()).value).toEqual({ data: { note: [] } });
    await note('c', 'z');
    expect((await answers.next()).value).toEqual({ data: { note: [{ name: 'c', title: 'z' }] } });
    await answers.return?.();
    const single = client.iterate({ query: '{ me { user } }' });
    expect((await single.next()).value).toEqual({ data: { me: { user: 'Administrator' } } });
    expect((await single.next()).done).toBe(true);
    await client.dispose();
    await expect.poll(() => app.app.live.figures().followers).toBe(0);
  });
});

describe('who comes in', () => {
  const cookie = (): string => `sid=${app.token}`;
  const user = async (socket: Socket): Promise<string> => {
    subscribe(socket, 'me', '{ me { user } }');
    return (await socket.next()).payload.data.me.user;
  };

  test.each([
    ['a header', {}, () => ({ authorization: `Bearer ${app.token}` })],
    ['a cookie of our own page', {}, () => ({ cookie: cookie(), origin: app.url })],
    ['a cookie of an allowed page', {}, () => ({ cookie: cookie(), origin: ALLOWED })],
    ['a cookie, and no browser', {}, () => ({ cookie: cookie() })],
  ])('by %s', async (_, params, headers) => {
    expect(await user(await join({ params, headers: headers() }))).toBe('Administrator');
  });

  test.each(['authorization', 'Authorization'])('by %s in the greeting, whoever wrote the page', async (name) => {
    const params = { [name]: `Bearer ${app.token}` };
    expect(await user(await join({ params, headers: { origin: 'https://elsewhere.example' } }))).toBe('Administrator');
  });

  test('a page of another site with our cookie is refused', async () => {
    for (const origin of ['https://evil.example', 'null', `${app.url}.evil.example`]) {
      const { status, body } = await refusal(app, { headers: { cookie: cookie(), origin } });
      expect(status).toBe(403);
      expect(body.type).toBe('/problems/forbidden');
    }
  });

  test('what is said in the greeting goes before the cookie, and a wrong one is not mended by it', async () => {
    const socket = await join({ params: undefined, headers: { cookie: cookie() } });
    socket.send({ type: 'connection_init', payload: { authorization: 'Bearer wrong' } });
    expect(await socket.closed()).toBe(4401);
  });

  test('another path, another protocol, another upgrade', async () => {
    expect((await refusal(app, { path: '/api/v1/Note' })).status).toBe(404);
    const other = await connect(app, { protocol: 'graphql-ws' }).catch((error: unknown) => error);
    expect(String(other)).toMatch(/subprotocol|closed/i);
    // What offers another upgrade is a plain request.
    const plain = get(`${app.url}/health`, { headers: { connection: 'upgrade', upgrade: 'h2c' } });
    const [response] = (await once(plain, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(200);
  });

  test('a guest sees what guests may', async () => {
    const socket = await join({ params: {} });
    expect(await user(socket)).toBe('Guest');
    await socket.next();
    subscribe(socket, 'x', LIVE);
    expect((await socket.next()).type).toBe('error');
  });

  test('a session that ends, ends what it began', async () => {
    const dan = await app.user({ name: 'dan@x.org', roles: ['Clerk'] });
    const socket = await join({ params: { authorization: `Bearer ${dan.token}` } });
    subscribe(socket, '1', LIVE);
    await socket.next();
    await dan.json('POST', '/api/v1/auth/logout');
    await note('after', 'logout');
    const { type, payload } = await socket.next();
    expect([type, payload[0].extensions.code]).toEqual(['error', 'unauthenticated']);
    subscribe(socket, '2', '{ me { user } }');
    expect((await socket.next()).payload[0].extensions.code).toBe('unauthenticated');
  });
});

describe('what breaks the protocol closes the socket', () => {
  test.each([
    ['no JSON', '{', 4400],
    ['no message', { type: 'hello' }, 4400],
    ['a message of the server', { type: 'next', id: '1', payload: {} }, 4400],
    ['a second greeting', { type: 'connection_init' }, 4429],
    ['an endless id', { type: 'subscribe', id: 'x'.repeat(300), payload: { query: '{ me { user } }' } }, 4400],
    ['more than may be', { type: 'ping', payload: { a: 'x'.repeat(1_100_000) } }, 1009],
  ])('%s', async (_, message, code) => {
    const socket = await join();
    socket.send(message);
    expect(await socket.closed()).toBe(code);
  });

  test('bytes, an id twice, an operation before the greeting, no greeting', async () => {
    const bytes = await join();
    bytes.socket.send(Buffer.from('{}'));
    expect(await bytes.closed()).toBe(4400);
    const twice = await join();
    subscribe(twice, '1', LIVE);
    subscribe(twice, '1', LIVE);
    expect(await twice.closed()).toBe(4409);
    const early = await join({ params: undefined });
    subscribe(early, '1', LIVE);
    expect(await early.closed()).toBe(4401);
    expect(await (await join({ params: undefined })).closed()).toBe(4408);
  });
});

describe('limits', () => {
  test('of operations of one connection', async () => {
    const socket = await join();
    for (let id = 0; id < 50; id++) subscribe(socket, String(id), LIVE);
    for (let id = 0; id < 50; id++) expect((await socket.next()).type).toBe('next');
    subscribe(socket, 'more', LIVE);
    const { id, type, payload } = await socket.next();
    expect([id, type, payload[0].extensions.code]).toEqual(['more', 'error', 'rate_limited']);
    socket.send({ type: 'complete', id: '7' });
    subscribe(socket, 'more', LIVE);
    expect((await socket.next()).type).toBe('next');
  });

  test('of connections', async () => {
    const small = await createTestApp({
      databaseUrl: app.databaseUrl,
      graphqlLimits: { userSockets: 1, allSockets: 2 },
    });
    try {
      const params = { authorization: `Bearer ${app.token}` };
      const first = await connect(small, { params });
      const second = await connect(small);
      second.send({ type: 'connection_init', payload: params });
      expect(await second.closed()).toBe(1013);
      await connect(small, { params: {} });
      await expect.poll(async () => (await refusal(small)).status).toBe(429);
      await first.close();
      await expect.poll(() => connect(small, { params }).then(() => true)).toBe(true);
    } finally {
      await small.close();
    }
  });
});

describe('the other end', () => {
  test('that is dead is found out', async () => {
    const socket = await join();
    subscribe(socket, '1', LIVE);
    await socket.next();
    // It reads nothing any more, and so answers no ping.
    socket.socket.pause();
    await expect.poll(() => app.app.live.figures().followers, { timeout: 4000 }).toBe(0);
  });

  test('that reads slowly gets the newest state, and only that is kept', async () => {
    const patient = await createTestApp({ databaseUrl: app.databaseUrl, liveTimes: { pingMs: 60_000 } });
    try {
      const socket = await connect(patient, { params: { authorization: `Bearer ${app.token}` } });
      subscribe(socket, '1', 'subscription { note_by_pk(name: "slow") { title body } }');
      await socket.next();
      socket.socket.pause();
      const pushes = 60;
      for (let n = 1; n <= pushes; n++) {
        const body = `${n} `.repeat(60_000);
        if (n === 1) await app.json('POST', '/api/v1/Note', { name: 'slow', title: '1', body });
        else await app.json('PATCH', '/api/v1/Note/slow', { title: String(n), body });
        await pause(55);
      }
      await pause(300);
      socket.socket.resume();
      const titles: string[] = [];
      while (titles.at(-1) !== String(pushes)) titles.push((await socket.next()).payload.data.note_by_pk.title);
      // What the system had taken already, and the last one.
      expect(titles.length).toBeLessThan(pushes);
      expect(titles).toEqual([...titles].sort((a, b) => Number(a) - Number(b)));
      await socket.silent(200);
    } finally {
      await patient.close();
    }
  }, 60_000);

  test('is told when the server stops, and what is under way is finished', async () => {
    const short = await createTestApp({ databaseUrl: app.databaseUrl });
    const params = { authorization: `Bearer ${app.token}` };
    const sockets = await Promise.all(Array.from({ length: 5 }, () => connect(short, { params })));
    for (const socket of sockets) {
      subscribe(socket, '1', LIVE);
      await socket.next();
    }
    const since = Date.now();
    const closing = short.close();
    for (const socket of sockets) {
      expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
      expect(await socket.closed()).toBe(1001);
    }
    await closing;
    expect(Date.now() - since).toBeLessThan(3000);
  });
});
