import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setPassword } from '../../../server/auth/login.ts';
import { ADMIN_PASSWORD, type Client, clientOf, createTestApp, type TestApp } from '../../support/app.ts';
import { scenarios } from './scenario.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app?.close());

const LOGIN = 'POST /api/v1/auth/login';
const WRONG = 'The user name or the password is wrong.';

describe('signing in', () => {
  scenarios(
    () => app.anonymous,
    [
      {
        name: 'with the native names',
        ask: LOGIN,
        body: { user: 'Administrator', password: ADMIN_PASSWORD },
        status: 200,
        must: ['"token":"', '"token_type":"Bearer"'],
      },
      {
        name: "with Frappe's names",
        ask: LOGIN,
        body: { usr: 'Administrator', pwd: ADMIN_PASSWORD },
        status: 200,
        must: ['"access_token":"'],
      },
      {
        name: 'with a wrong password',
        ask: LOGIN,
        body: { user: 'Administrator', password: 'x' },
        status: 401,
        must: [WRONG],
      },
      {
        name: 'as somebody unknown: the same answer',
        ask: LOGIN,
        body: { user: 'nobody', password: 'x' },
        status: 401,
        must: [WRONG],
      },
      {
        name: 'as a name with U+0000: the same answer',
        ask: LOGIN,
        body: { user: 'Admin\0istrator', password: 'x' },
        status: 401,
        must: [WRONG],
      },
      {
        name: 'with a password of a megabyte: not even hashed',
        ask: LOGIN,
        body: { user: 'Administrator', password: 'x'.repeat(1_000_000) },
        status: 401,
        must: [WRONG],
      },
      {
        name: 'without a password',
        ask: LOGIN,
        body: { user: 'Administrator' },
        status: 400,
        must: ['"field":"password"'],
      },
      {
        name: 'with a password that is no text',
        ask: LOGIN,
        body: { user: 'Administrator', password: { $ne: 1 } },
        status: 400,
        must: ['"field":"password"'],
      },
      {
        name: 'from a page of another site',
        ask: LOGIN,
        body: { user: 'Administrator', password: ADMIN_PASSWORD },
        headers: { origin: 'https://evil.example' },
        status: 403,
        mustNot: ['token'],
      },
      { name: 'by GET', ask: 'GET /api/v1/auth/login', status: 401 },
    ],
  );

  test('the cookie cannot be read by scripts, goes to no other site, and signs in', async () => {
    const { headers, body } = await app.anonymous.json('POST', '/api/v1/auth/login', {
      user: 'Administrator',
      password: ADMIN_PASSWORD,
    });
    const cookie = headers.get('set-cookie') ?? '';
    expect(cookie).toBe(`sid=${body.token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800`);
    const me = await app.anonymous.json('GET', '/api/v1/auth/me', undefined, {
      cookie: `theme=dark; ${cookie.split(';')[0]}`,
    });
    expect(me.body).toMatchObject({ user: 'Administrator', full_name: 'Administrator' });
    expect(me.body.roles).toEqual(expect.arrayContaining(['Administrator', 'System Manager', 'All']));
  });
});

describe('what is open', () => {
  scenarios(
    () => app.anonymous,
    [
      { name: 'health', ask: 'GET /health', status: 200, must: ['ok'] },
      { name: 'readiness', ask: 'GET /ready', status: 200, must: ['ready'] },
      {
        name: 'the description of what anybody may do',
        ask: 'GET /openapi.json',
        status: 200,
        must: ['/api/v1/auth/login'],
        mustNot: ['/api/v1/User', '"x-frappe-doctype":"User"'],
      },
      ...[
        '/metrics',
        '/api/meta',
        '/api/meta/User',
        '/api/meta/schema',
        '/api/v1/User',
        '/api/v1/User/Guest',
        '/api/v1/auth/me',
        '/api/v1/Nothing',
        '/nothing',
      ].map((path) => ({
        name: `${path} is not`,
        ask: `GET ${path}`,
        status: 401,
        mustNot: ['Guest'],
      })),
      { name: 'a write is not', ask: 'POST /api/v1/Role', body: { role_name: 'Sneaky' }, status: 401 },
    ],
  );

  test('401 says how', async () => {
    const { headers } = await app.anonymous.json('GET', '/api/v1/User');
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('tokens', () => {
  const withHeader = (authorization: string): Promise<number> =>
    app.anonymous.json('GET', '/api/v1/auth/me', undefined, { authorization }).then((reply) => reply.status);

  test('are taken as Bearer and, as Frappe does, as token', async () => {
    expect(await withHeader(`Bearer ${app.token}`)).toBe(200);
    expect(await withHeader(`bearer ${app.token}`)).toBe(200);
    expect(await withHeader(`token ${app.token}`)).toBe(200);
  });

  test.each(['Bearer x', 'Bearer', `Basic ${btoa('Administrator:x')}`, 'token a:b', `Bearer ${'a'.repeat(5000)}`])(
    '%s is refused',
    async (header) => {
      expect(await withHeader(header)).toBe(401);
    },
  );

  test('a bad header is not mended by a good cookie', async () => {
    const reply = await app.anonymous.json('GET', '/api/v1/auth/me', undefined, {
      authorization: 'Bearer x',
      cookie: `sid=${app.token}`,
    });
    expect(reply.status).toBe(401);
  });

  test('only their hash is stored', async () => {
    const rows = await app.app.db.query({ text: 'select token_hash from m_session', values: [] });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map((row) => row.token_hash)).not.toContain(app.token);
  });
});

describe('pages of other sites', () => {
  const write = (headers: Record<string, string>): Promise<number> =>
    app.anonymous
      .json('POST', '/api/v1/Role', { role_name: `R${Math.random()}` }, headers)
      .then((reply) => reply.status);

  test('cannot write with our cookie', async () => {
    const cookie = `sid=${app.token}`;
    expect(await write({ cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await write({ cookie, origin: 'null' })).toBe(403);
    expect(await write({ cookie, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await write({ cookie, origin: app.url })).toBe(201);
    expect(await write({ cookie })).toBe(201);
  });

  test('can with a token, which no browser sends by itself', async () => {
    expect(await write({ authorization: `Bearer ${app.token}`, origin: 'https://evil.example' })).toBe(201);
  });
});

describe('the end of a session', () => {
  let second: Client;
  beforeAll(async () => {
    second = await app.signIn();
  });

  test('sessions lists those of the user, and which is this one', async () => {
    const { body } = await second.json('GET', '/api/v1/auth/sessions');
    expect(body.items.filter((item: { current: boolean }) => item.current)).toHaveLength(1);
    expect(JSON.stringify(body)).not.toContain(second.token);
  });

  test('logout ends this one at once, and no other', async () => {
    const reply = await second.json('POST', '/api/v1/auth/logout');
    expect([reply.status, reply.headers.get('set-cookie')]).toEqual([
      204,
      'sid=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0',
    ]);
    expect((await second.json('GET', '/api/v1/auth/me')).status).toBe(401);
    expect((await app.json('GET', '/api/v1/auth/me')).status).toBe(200);
  });

  test('a new password ends all', async () => {
    const before = await app.signIn();
    await setPassword(app.app.db, 'Administrator', 'another password');
    // Not used before, so that no process remembers it.
    expect((await before.json('GET', '/api/v1/auth/me')).status).toBe(401);
    expect(
      (await app.anonymous.json('POST', '/api/v1/auth/login', { user: 'Administrator', password: ADMIN_PASSWORD }))
        .status,
    ).toBe(401);
    await setPassword(app.app.db, 'Administrator', ADMIN_PASSWORD);
    expect((await app.signIn()).token).not.toBe('');
  });

  test('an expired one is none', async () => {
    const { token } = await app.signIn();
    await app.app.db.query({ text: `update m_session set expires = now() - interval '1 second'`, values: [] });
    expect((await clientOf(app.url, token).json('GET', '/api/v1/auth/me')).status).toBe(401);
  });
});

describe('many at once', () => {
  test('a flood of sign-ins is refused with a time to wait, and the server goes on', async () => {
    const ask = (user = 'nobody'): Promise<number> =>
      app.anonymous.json('POST', '/api/v1/auth/login', { user, password: 'x' }).then((reply) => reply.status);
    const statuses = await Promise.all(Array.from({ length: 70 }, () => ask()));
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(await ask('somebody')).toBe(401);
  });
});
