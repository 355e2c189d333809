/** WEBX-01, -03, -05, -06, -07, -09, MASS-04: what headers, pages of other sites, cookies and odd paths cannot do. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type Reply, type TestApp, type UserClient } from '../../support/app.ts';
import { places, sourcesOf } from '../../support/sources.ts';
import { sendBytes, statusOf } from './socket.ts';

const LISTED = 'https://app.example.com';
const ME = '/api/v1/auth/me';
let app: TestApp;
let listing: TestApp;
let anna: UserClient;
beforeAll(async () => {
  app = await createTestApp();
  listing = await createTestApp({ databaseUrl: app.databaseUrl, corsOrigins: [LISTED] });
  anna = await app.user({ name: 'anna@example.com', roles: ['System Manager'], password: 'wet paint on the door' });
});
afterAll(async () => {
  await listing?.close();
  await app?.close();
});

describe('WEBX-01, MASS-04: nobody is somebody because a header says so', () => {
  const NAMES = `x-user-id x-user x-user-name x-user-role x-role x-roles x-tenant x-tenant-id x-hasura-role
    x-hasura-admin-secret remote-user x-remote-user x-forwarded-user x-forwarded-email x-authenticated-user
    x-auth-request-user x-original-user x-frappe-user x-internal x-admin-secret x-run-as run-as x-as-user x-sudo
    x-ignore-permissions ignore-permissions x-flags x-system x-api-version sid x-sid token x-token`.split(/\s+/);

  test.each(['Administrator', ''])('%j in each of them', async (value) => {
    for (const name of NAMES) {
      const guest = await app.anonymous.json('GET', ME, undefined, { [name]: value });
      expect([name, guest.status]).toEqual([name, 401]);
      const still = await anna.json('GET', ME, undefined, { [name]: value });
      expect([name, still.body.user]).toEqual([name, 'anna@example.com']);
    }
  });

  test('the code reads such a header in the one place that may be switched on', () => {
    const found = places(sourcesOf('server'), /header\(\s*'(x-user|x-role|remote-user|x-forwarded-user)[^']*'/gi);
    expect(found.map(({ at }) => at.split(':')[0])).toEqual(['server/auth/chain/gateway.ts']);
  });
});

describe('WEBX-03 pages of other sites change nothing', () => {
  const send = (headers: Record<string, string>, body: string | object = {}): Promise<Reply> =>
    app.anonymous.json('POST', '/api/v1/Role', body, { cookie: `sid=${anna.token}`, ...headers });
  const role = (headers: Record<string, string>): Promise<Reply> =>
    app.anonymous.json(
      'POST',
      '/api/v1/Role',
      { role_name: `R${Math.random()}` },
      { cookie: `sid=${anna.token}`, ...headers },
    );

  test('by their origin, compared whole', async () => {
    const own = new URL(app.url);
    const foreign = [
      'https://evil.example',
      'null',
      '',
      `http://${own.hostname}`,
      `https://${own.host}`,
      `http://${own.hostname}:1`,
      `${app.url}.evil.example`,
      `http://evil.${own.host}`,
      `http://${own.host}@evil.example`,
      `${app.url}/`,
      app.url.toUpperCase(),
      `${app.url}, https://evil.example`,
      LISTED,
    ];
    for (const origin of foreign) expect([origin, (await send({ origin })).status]).toEqual([origin, 403]);
    for (const site of ['cross-site', 'same-site', 'nonsense'])
      expect([site, (await send({ 'sec-fetch-site': site })).status]).toEqual([site, 403]);
    expect((await role({ origin: app.url })).status).toBe(201);
    expect((await role({ 'sec-fetch-site': 'same-origin' })).status).toBe(201);
  });

  test('by forms, which need no permission to be sent', async () => {
    for (const type of [
      'text/plain',
      'Text/Plain; charset=utf-8',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      ' text/plain',
    ]) {
      const reply = await send({ 'content-type': type }, 'role_name=Sneaky');
      expect([type, reply.status]).toEqual([type, 403]);
      const frappe = await app.anonymous.json('POST', '/api/resource/Role', 'role_name=Sneaky', {
        cookie: `sid=${anna.token}`,
        'content-type': type,
      });
      expect([403, 400]).toContain(frappe.status);
    }
  });

  test('nor do they sign somebody in or out', async () => {
    const origin = 'https://evil.example';
    const ask = { user: 'anna@example.com', password: 'wet paint on the door' };
    expect((await app.anonymous.json('POST', '/api/v1/auth/login', ask, { origin })).status).toBe(403);
    expect((await app.anonymous.json('POST', '/api/v1/auth/login', ask, { origin: 'null' })).status).toBe(403);
    const headers = { cookie: `sid=${anna.token}`, origin };
    expect((await app.anonymous.json('POST', '/api/v1/auth/logout', {}, headers)).status).toBe(403);
    for (const path of ['/api/v1/auth/logout', '/api/method/logout']) {
      const reply = await app.anonymous.json('GET', path, undefined, headers);
      expect([401, 403, 405]).toContain(reply.status);
    }
    expect((await anna.json('GET', ME)).status).toBe(200);
  });

  test('the token of the session is taken, and no other', async () => {
    const cookie = `sid=${anna.token}`;
    const { csrf_token: token } = (await app.anonymous.json('GET', '/api/v1/auth/csrf', undefined, { cookie })).body;
    const bert = await app.user({ name: 'bert@example.com' });
    const others = (await bert.json('GET', '/api/v1/auth/csrf')).body.csrf_token;
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const frappe = (given: string, name: string): Promise<Reply> =>
      app.anonymous.json('POST', '/api/resource/Role', `role_name=${name}`, {
        cookie,
        ...form,
        'x-frappe-csrf-token': given,
      });
    for (const wrong of [others, `${token}x`, 'x', token.slice(1)])
      expect((await frappe(wrong, 'Sneaky')).status).not.toBe(200);
    expect((await frappe(token, 'Honest')).status).toBe(200);
    expect((await role({ 'x-frappe-csrf-token': token, origin: 'https://evil.example' })).status).toBe(403);
  });

  test('behind https its http twin is foreign', async () => {
    const secure = await createTestApp({ databaseUrl: app.databaseUrl, publicUrl: 'https://erp.example.com' });
    const ask = (origin: string): Promise<Reply> =>
      secure.anonymous.json('POST', '/api/v1/auth/refresh', {}, { cookie: 'sid=x', origin });
    const tries: [string, number][] = [
      ['https://erp.example.com', 200],
      ['http://erp.example.com', 403],
      [secure.url, 403],
    ];
    for (const [origin, status] of tries) {
      const { token } = await app.as('anna@example.com');
      const reply = await secure.anonymous.json('POST', '/api/v1/auth/refresh', {}, { cookie: `sid=${token}`, origin });
      expect([origin, reply.status]).toEqual([origin, status]);
    }
    expect((await ask('https://erp.example.com')).status).toBe(401);
    await secure.close();
  });
});

describe('WEBX-05 other sites read nothing unless they are listed', () => {
  const PATHS = ['/health', ME, '/api/v1/Role', '/api/resource/Role', '/nothing', '/api/meta', '/docs'];
  const acao = async (on: TestApp, path: string, origin: string, method = 'GET'): Promise<(string | null)[]> => {
    const { headers } = await on.anonymous.json(method, path, undefined, {
      origin,
      'access-control-request-method': 'POST',
    });
    return [headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')];
  };

  test('by default nobody is', async () => {
    for (const path of PATHS)
      for (const origin of [LISTED, 'null', app.url])
        for (const method of ['GET', 'OPTIONS']) expect(await acao(app, path, origin, method)).toEqual([null, null]);
  });

  test('a listed origin is compared whole', async () => {
    for (const path of PATHS) {
      expect(await acao(listing, path, LISTED)).toEqual([LISTED, 'true']);
      expect(await acao(listing, path, LISTED, 'OPTIONS')).toEqual([LISTED, 'true']);
      for (const origin of [
        'https://evil.example',
        'null',
        '*',
        'https://app.example.com.evil.com',
        'https://evilapp.example.com',
        'https://APP.example.com',
        'http://app.example.com',
        'https://app.example.com:8443',
        'https://app.example.com/',
      ])
        for (const method of ['GET', 'OPTIONS'])
          expect([origin, ...(await acao(listing, path, origin, method))]).toEqual([origin, null, null]);
      const { headers } = await listing.anonymous.json('GET', path);
      expect(headers.get('vary')).toContain('Origin');
    }
  });

  test('a star lets every page call, and none with a cookie', async () => {
    const open = await createTestApp({ databaseUrl: app.databaseUrl, corsOrigins: ['*'] });
    expect(await acao(open, ME, 'https://evil.example')).toEqual(['*', null]);
    const headers = { cookie: `sid=${anna.token}`, origin: 'https://evil.example' };
    expect((await open.anonymous.json('POST', '/api/v1/auth/refresh', {}, headers)).status).toBe(403);
    await open.close();
  });

  test('a listed page may write with the cookie, and asks before it does', async () => {
    const { headers, status } = await listing.anonymous.json('OPTIONS', '/api/v1/Role', undefined, {
      origin: LISTED,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-methods')).toContain('PATCH');
    for (const taken of ['authorization', 'if-match', 'idempotency-key', 'last-event-id'])
      expect(headers.get('access-control-allow-headers')).toContain(taken);
    const cookie = { cookie: `sid=${anna.token}`, origin: LISTED };
    expect((await listing.anonymous.json('POST', '/api/v1/Role', { role_name: 'Listed' }, cookie)).status).toBe(201);
  });
});

describe('WEBX-06 cookies', () => {
  const login = (on: TestApp): Promise<Reply> =>
    on.anonymous.json('POST', '/api/v1/auth/login', { user: 'anna@example.com', password: 'wet paint on the door' });

  test('are closed to scripts and other sites, and Secure with https', async () => {
    const plain = (await login(app)).headers.getSetCookie();
    expect(plain).toHaveLength(1);
    expect(plain[0]).toMatch(/^sid=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/; Max-Age=604800$/);
    for (const options of [{ publicUrl: 'https://erp.example.com' }, { isProduction: true }]) {
      const secure = await createTestApp({ databaseUrl: app.databaseUrl, ...options });
      expect((await login(secure)).headers.getSetCookie()[0]).toMatch(
        /; HttpOnly; SameSite=Lax; Path=\/; Max-Age=\d+; Secure$/,
      );
      await secure.close();
    }
  });

  test('behind a proxy that says https they are Secure; from anybody else the header is nothing', async () => {
    const proxied = await createTestApp({ databaseUrl: app.databaseUrl, trustedProxies: ['127.0.0.0/8'] });
    const ask = { user: 'anna@example.com', password: 'wet paint on the door' };
    const cookie = async (on: TestApp): Promise<string> => {
      const headers = { 'x-forwarded-proto': 'https' };
      return (await on.anonymous.json('POST', '/api/v1/auth/login', ask, headers)).headers.getSetCookie()[0] ?? '';
    };
    expect(await cookie(proxied)).toContain('Secure');
    expect(await cookie(app)).not.toContain('Secure');
    await proxied.close();
  });

  test('two of one name are refused, and names that look like ours are others', async () => {
    const ask = async (cookie: string): Promise<number> =>
      statusOf(
        await sendBytes(app.url, [
          Buffer.from(`GET ${ME} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: ${cookie}\r\n\r\n`, 'latin1'),
        ]),
      );
    const own = `sid=${anna.token}`;
    expect(await ask(own)).toBe(200);
    expect(await ask(`a=b; ${own}; c=d`)).toBe(200);
    expect(await ask(`${own}; ${own}`)).toBe(400);
    expect(await ask(`sid=planted; ${own}`)).toBe(400);
    expect(await ask(`${own}; sid=`)).toBe(400);
    for (const name of ['\u00a0sid', 'sid\u00a0', 'SID', '__Host-sid', '__Secure-sid', 'xsid', '"sid"'])
      expect([name, await ask(`${name}=${anna.token}`)]).toEqual([name, 401]);
    expect(await ask(`sid=${'x'.repeat(9000)}`)).toBe(401);
    expect(await ask(`sid="${anna.token}"`)).toBe(401);
  });

  test('Guest is the name of nobody', async () => {
    expect((await app.anonymous.json('GET', '/health', undefined, { cookie: 'sid=Guest' })).status).toBe(200);
    expect((await app.anonymous.json('GET', ME, undefined, { cookie: 'sid=Guest' })).status).toBe(401);
  });
});

describe('WEBX-07 no way of writing a path gets past the door', () => {
  test.each([
    '//api/v1/User',
    '/api//v1/User',
    '/./api/v1/User',
    '/health/../api/v1/User',
    '/health/%2e%2e/api/v1/User',
    '/health%2f..%2fapi%2fv1%2fUser',
    '/api/v1/%55ser',
    '/api/v1/User/',
    '/api/v1/User;x=/health',
    '/api/v1/User%00/health',
    '/API/V1/User',
    '/api/v1/User?x=/health',
    '/api/v1/User?/api/v1/auth/login',
    '/api/v1/auth/login/../../User',
    '/api/v1/auth/login%2f..%2f..%2fUser',
    '/metrics%20',
    '/metrics.',
    '/metrics/',
    '/Metrics',
    '/%6detrics',
    '/docs;',
    '/%252e%252e/api/v1/User',
  ])('%s', async (path) => {
    for (const target of [path, `http://x${path}`, `${path}#/health`]) {
      const answer = await sendBytes(app.url, [
        `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Original-URL: /health\r\nX-Rewrite-URL: /health\r\n\r\n`,
      ]);
      expect([400, 401, 404]).toContain(statusOf(answer));
      expect(answer).not.toContain('Administrator');
    }
  });
});

describe('WEBX-09 what every answer says to browsers', () => {
  const expectHeaders = (headers: Headers): void => {
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-powered-by')).toBeNull();
  };

  test.each([
    ['GET', '/health', 200],
    // There is no desk in this folder, and its page says so.
    ['GET', '/docs', 503],
    ['GET', '/openapi.json', 200],
    ['GET', '/api/v1/Role', 200],
    ['POST', '/api/v1/nothing/is/here/at/all', 404],
    ['PUT', '/health', 405],
    ['GET', '/api/v1/Role/%zz', 400],
    ['GET', '/api/v1/Role/Nobody', 404],
    ['OPTIONS', '/api/v1/Role', 204],
  ])('%s %s', async (method, path, status) => {
    const reply = await app.json(method, path);
    expect(reply.status).toBe(status);
    expectHeaders(reply.headers);
    expect(reply.headers.get('strict-transport-security')).toBeNull();
  });

  test('also what cannot be read as a request, and what is too large or not allowed', async () => {
    expectHeaders((await app.anonymous.json('GET', '/api/v1/Role')).headers);
    expectHeaders((await app.json('POST', '/api/v1/Role', `"${'x'.repeat(11_000_000)}"`)).headers);
    const answer = await sendBytes(app.url, ['GET /\\evil HTTP/1.1\r\nHost: bad host\r\nConnection: close\r\n\r\n']);
    expect(statusOf(answer)).toBe(400);
    expect(answer.toLowerCase()).toContain('x-content-type-options: nosniff');
  });

  test('with https browsers are told to stay with it', async () => {
    const secure = await createTestApp({ databaseUrl: app.databaseUrl, publicUrl: 'https://erp.example.com' });
    for (const path of ['/health', '/api/v1/Role', '/nothing'])
      expect((await secure.anonymous.json('GET', path)).headers.get('strict-transport-security')).toMatch(
        /^max-age=\d{8,}/,
      );
    await secure.close();
  });
});
