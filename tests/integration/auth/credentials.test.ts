/** Credentials other than the session: access tokens, API keys, Basic, a gateway; and who passes without any. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type Reply, type TestApp, type UserClient } from '../../support/app.ts';

const PASSWORD = 'wet paint on the door';
const ME = '/api/v1/auth/me';

let app: TestApp;
let anna: UserClient;
beforeAll(async () => {
  app = await createTestApp();
  anna = await app.user({ name: 'anna@example.com', roles: ['System Manager'], password: PASSWORD });
});
afterAll(() => app?.close());

function me(headers: Record<string, string>, on: TestApp = app): Promise<Reply> {
  return on.anonymous.json('GET', ME, undefined, headers);
}

async function makeKey(
  wish: Record<string, unknown> = {},
): Promise<{ id: string; key: string; secret: string; token: string }> {
  const { status, body } = await anna.json('POST', '/api/v1/auth/api-keys', { label: 'a test', ...wish });
  expect([status, body.detail]).toEqual([201, undefined]);
  return body;
}

describe('an access token', () => {
  test('signs in as its session does, until that ends', async () => {
    const own = await app.as('anna@example.com');
    const { body } = await own.json('POST', '/api/v1/auth/token');
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    const authorization = `Bearer ${body.access_token}`;
    expect((await me({ authorization })).body.user).toBe('anna@example.com');
    await own.json('POST', '/api/v1/auth/logout');
    expect((await me({ authorization })).status).toBe(401);
  });

  test('goes on when the session token is renewed', async () => {
    const own = await app.as('anna@example.com');
    const { access_token } = (await own.json('POST', '/api/v1/auth/token')).body;
    await own.json('POST', '/api/v1/auth/refresh');
    expect((await own.json('GET', ME)).status).toBe(401);
    expect((await me({ authorization: `Bearer ${access_token}` })).status).toBe(200);
  });

  test('is known to another process of the database', async () => {
    const other = await createTestApp({ databaseUrl: app.databaseUrl });
    const { access_token } = (await anna.json('POST', '/api/v1/auth/token')).body;
    expect((await me({ authorization: `Bearer ${access_token}` }, other)).status).toBe(200);
    await other.close();
  });
});

describe('an API key', () => {
  test('is taken in each of its forms, on native routes and on those of Frappe', async () => {
    const { token } = await makeKey();
    const forms: Record<string, string>[] = [
      { authorization: `token ${token}` },
      { 'x-api-key': token },
      { authorization: `Basic ${btoa(token)}` },
    ];
    for (const headers of forms) {
      expect((await me(headers)).body.user).toBe('anna@example.com');
      expect((await app.anonymous.json('GET', '/api/resource/User', undefined, headers)).status).toBe(200);
    }
  });

  test('is kept as a hash, listed without its secret, and says when it was used', async () => {
    const { id, secret, token } = await makeKey({ label: 'to be listed' });
    await me({ authorization: `token ${token}` });
    const { body, text } = await anna.json('GET', '/api/v1/auth/api-keys');
    expect(text).not.toContain(secret);
    const listed = body.items.find((item: { id: string }) => item.id === id);
    expect(listed).toMatchObject({ label: 'to be listed', scopes: null, expires: null });
    expect(Date.parse(listed.last_used)).toBeGreaterThan(Date.now() - 60_000);
    const rows = await app.app.db.query({ text: 'select * from m_api_key', values: [] });
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  test('ends at once when it is revoked, and with its time', async () => {
    const { id, token } = await makeKey();
    expect((await me({ authorization: `token ${token}` })).status).toBe(200);
    expect((await anna.json('DELETE', `/api/v1/auth/api-keys/${id}`)).status).toBe(204);
    expect((await me({ authorization: `token ${token}` })).status).toBe(401);
    const soon = await makeKey({ expires: new Date(Date.now() + 300).toISOString() });
    expect((await me({ authorization: `token ${soon.token}` })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect((await me({ authorization: `token ${soon.token}` })).status).toBe(401);
  });

  test('only from its addresses', async () => {
    const here = await makeKey({ ips: ['127.0.0.0/8', '::1'] });
    const elsewhere = await makeKey({ ips: ['192.0.2.0/24'] });
    expect((await me({ authorization: `token ${here.token}` })).status).toBe(200);
    expect((await me({ authorization: `token ${elsewhere.token}` })).status).toBe(401);
  });

  test.each([
    [{ label: '' }, 'label'],
    [{ scopes: 'read' }, 'scopes'],
    [{ scopes: ['Invoice:fly'] }, 'scopes'],
    [{ ips: ['everywhere'] }, 'ips'],
    [{ expires: '2001-01-01' }, 'expires'],
    [{ password: 5 }, 'password'],
  ])('a wish such as %j is refused', async (wish, field) => {
    const { status, body } = await anna.json('POST', '/api/v1/auth/api-keys', { label: 'x', ...wish });
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });

  test('of a disabled user is worth nothing', async () => {
    const bert = await app.user({ name: 'bert@example.com' });
    const { token } = (await bert.json('POST', '/api/v1/auth/api-keys', { label: 'x' })).body;
    expect((await me({ authorization: `token ${token}` })).status).toBe(200);
    await app.json('PATCH', '/api/v1/User/bert@example.com', { enabled: 0 });
    expect((await me({ authorization: `token ${token}` })).status).toBe(401);
    expect((await bert.json('GET', ME)).status).toBe(401);
  });
});

describe('credentials that are none', () => {
  test.each([
    'Bearer nonsense',
    'token key:secret',
    'Basic !!!',
    `Basic ${btoa('no colon')}`,
    'Digest x',
    'Bearer a b',
    '',
    `Basic ${btoa(`anna@example.com:${PASSWORD}`)}`,
  ])('Authorization: %s is refused, and no good cookie mends it', async (authorization) => {
    expect((await me({ authorization })).status).toBe(401);
    expect((await me({ authorization, cookie: `sid=${anna.token}` })).status).toBe(401);
  });

  test('a good header with an old cookie signs in: what is said goes before what comes along', async () => {
    expect((await me({ authorization: `Bearer ${anna.token}`, cookie: 'sid=old' })).body.user).toBe('anna@example.com');
    expect((await me({ cookie: 'sid=old' })).status).toBe(401);
    expect((await me({ authorization: `Bearer ${anna.token}`, 'x-api-key': (await makeKey()).token })).status).toBe(
      401,
    );
  });
});

describe('AUTH_CHAIN', () => {
  test('what it does not name does not exist', async () => {
    const other = await createTestApp({ databaseUrl: app.databaseUrl, authChain: ['api-key'] });
    const { token } = await makeKey();
    expect((await me({ authorization: `token ${token}` }, other)).status).toBe(200);
    expect((await me({ authorization: `Bearer ${anna.token}` }, other)).status).toBe(401);
    expect((await me({ authorization: `Basic ${btoa(token)}` }, other)).status).toBe(401);
    await other.close();
  });

  test('password: Basic with user and password, counted like every sign-in', async () => {
    const other = await createTestApp({ databaseUrl: app.databaseUrl, authChain: ['basic', 'password'] });
    await app.user({ name: 'basic@example.com', password: PASSWORD });
    const basic = (password: string): Promise<Reply> =>
      me({ authorization: `Basic ${btoa(`basic@example.com:${password}`)}` }, other);
    expect((await basic(PASSWORD)).body.user).toBe('basic@example.com');
    const statuses = [];
    for (let n = 0; n < 12; n++) statuses.push((await basic('wrong')).status);
    expect(statuses.slice(-2)).toEqual([429, 429]);
    expect((await basic(PASSWORD)).status).toBe(429);
    await other.close();
  });

  test('gateway: only from a trusted address, and never as Administrator', async () => {
    const chain = ['session', 'gateway'] as const;
    const inside = await createTestApp({
      databaseUrl: app.databaseUrl,
      authChain: chain,
      trustedProxies: ['127.0.0.1'],
    });
    const outside = await createTestApp({
      databaseUrl: app.databaseUrl,
      authChain: chain,
      trustedProxies: ['192.0.2.1'],
    });
    const as = (user: string, on: TestApp): Promise<Reply> => me({ 'x-user-id': user }, on);
    expect((await as('anna@example.com', inside)).body.user).toBe('anna@example.com');
    for (const user of ['Administrator', 'Guest', 'nobody@example.com', 'anna@example.com, Administrator'])
      expect((await as(user, inside)).status).toBe(401);
    expect((await as('anna@example.com', outside)).status).toBe(401);
    const spoofed = await me({ 'x-user-id': 'anna@example.com', 'x-forwarded-for': '127.0.0.1' }, outside);
    expect(spoofed.status).toBe(401);
    await inside.close();
    await outside.close();
  });
});

test('a guest is refused before a body is read, unless guests may change such documents', async () => {
  const huge = 'x'.repeat(11 * 1024 * 1024);
  const send = (path: string): Promise<Reply> => app.anonymous.json('POST', path, huge);
  expect((await send('/api/v1/Role')).status).toBe(401);
  expect((await send('/api/v1/Nothing')).status).toBe(401);
  expect((await send('/api/v1/auth/password')).status).toBe(401);
  expect((await send('/api/resource/Role')).status).toBe(401);
});
