/** TOKN-01, TOKN-03, TOKN-05, TOKN-11: forged access tokens, other people's tokens, and keys that are to do little. */
import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCipher } from '../../../server/cipher.ts';
import { createTestApp, type Reply, type TestApp } from '../../support/app.ts';

const SECRET = 'a secret of the tests';
let app: TestApp;
let good: string;
let key: JWK;
beforeAll(async () => {
  app = await createTestApp({ secret: SECRET });
  good = (await app.json('POST', '/api/v1/auth/token')).body.access_token;
  const [row] = await app.app.db.query({ text: 'select sealed from m_signing_key', values: [] });
  key = JSON.parse(createCipher(SECRET).decrypt(row?.sealed as string));
});
afterAll(() => app?.close());

const status = (token: string): Promise<number> =>
  app.anonymous
    .json('GET', '/api/v1/auth/me', undefined, { authorization: `Bearer ${token}` })
    .then((reply) => reply.status);
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = 0): Record<string, unknown> =>
  JSON.parse(Buffer.from(good.split('.')[part] as string, 'base64url').toString());

/** Signed with our own key, so that only what was changed can be the reason of a refusal. */
async function signed(claims: JWTPayload = {}, header: Record<string, unknown> = {}): Promise<string> {
  const payload = { ...decode(1), ...claims };
  const from = new SignJWT(payload).setProtectedHeader({ ...decode(0), ...header } as { alg: string });
  return from.sign(await importJWK(key, 'EdDSA'));
}

test('what the tests forge is good when nothing is wrong with it', async () => {
  expect(await status(good)).toBe(200);
  expect(await status(await signed())).toBe(200);
});

describe('TOKN-01 the algorithm is ours to choose', () => {
  const claims = (): string => good.split('.')[1] as string;

  test.each(['none', 'None', 'nOnE', 'NONE', ''])('alg %j, unsigned', async (alg) => {
    for (const signature of ['', good.split('.')[2]])
      expect(await status(`${encode({ ...decode(0), alg })}.${claims()}.${signature}`)).toBe(401);
  });

  test('HS256 with the public key as its secret', async () => {
    const { d: _private, ...open } = key;
    const pem = await exportSPKI((await importJWK(open, 'EdDSA', { extractable: true })) as never);
    const head = `${encode({ ...decode(0), alg: 'HS256' })}.${claims()}`;
    for (const secret of [pem, JSON.stringify(open), open.x as string, Buffer.from(open.x as string, 'base64url')])
      expect(await status(`${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`)).toBe(401);
  });

  test.each(['ES256', 'RS256'])('%s with a key of the attacker, given in the header', async (alg) => {
    const pair = await generateKeyPair(alg, { extractable: true });
    for (const more of [{}, { jwk: await exportJWK(pair.publicKey) }, { jku: 'https://evil.example/jwks' }]) {
      const header = { ...decode(0), alg, ...more } as { alg: string };
      expect(await status(await new SignJWT(decode(1)).setProtectedHeader(header).sign(pair.privateKey))).toBe(401);
    }
  });

  test('another signature, none, another kid, no kid, a critical header', async () => {
    const [head, body] = good.split('.');
    expect(await status(`${head}.${body}.`)).toBe(401);
    expect(await status(`${head}.${encode({ ...decode(1), sub: 'Guest' })}.${good.split('.')[2]}`)).toBe(401);
    for (const header of [{ kid: 'x' }, { kid: undefined }, { kid: "' or 1=1 --" }, { crit: ['x'], x: 1 }])
      expect(await status(await signed({}, header).catch(() => 'a.b.c'))).toBe(401);
  });
});

describe('TOKN-03 a token is for one thing', () => {
  const now = Math.floor(Date.now() / 1000);
  test.each<[string, JWTPayload]>([
    ['another issuer', { iss: 'https://evil.example' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'another client' }],
    ['no audience', { aud: undefined }],
    ['an empty audience', { aud: [] }],
    ['its time is over', { iat: now - 1000, exp: now - 10 }],
    ['it is not yet good', { nbf: now + 600 }],
    ['no end', { exp: undefined }],
    ['a long life', { iat: now - 3600, exp: now + 10 ** 6 }],
    ['another session', { sid: '01890000-0000-7000-8000-000000000000' }],
    ['no session', { sid: undefined }],
    ['a session that is no text', { sid: { $ne: '' } }],
  ])('%s', async (_name, claims) => {
    expect(await status(await signed(claims))).toBe(401);
  });

  test.each(['JWT', 'id+jwt', 'logout+jwt', undefined])('type %s', async (typ) => {
    expect(await status(await signed({}, { typ }))).toBe(401);
  });

  test('whose it is, the session says and not the token', async () => {
    const anna = await app.user({ name: 'anna@example.com' });
    const token = (await anna.json('POST', '/api/v1/auth/token')).body.access_token as string;
    const { sid } = JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());
    const reply = await app.anonymous.json('GET', '/api/v1/auth/me', undefined, {
      authorization: `Bearer ${await signed({ sid, sub: 'Administrator' })}`,
    });
    expect(reply.body.user).not.toBe('Administrator');
  });

  test('a token of another installation', async () => {
    const other = await createTestApp();
    const { access_token } = (await other.json('POST', '/api/v1/auth/token')).body;
    expect(await status(access_token)).toBe(401);
    await other.close();
  });

  test('access token, API key and session token are not taken for each other', async () => {
    const anna = await app.as('anna@example.com');
    const { token: apiKey, secret } = (await anna.json('POST', '/api/v1/auth/api-keys', { label: 'x' })).body;
    const asHeader = (headers: Record<string, string>): Promise<Reply> =>
      app.anonymous.json('GET', '/api/v1/auth/me', undefined, headers);
    const { access_token } = (await anna.json('POST', '/api/v1/auth/token')).body;
    const tries: Record<string, string>[] = [
      { authorization: `Bearer ${secret}` },
      { authorization: `Bearer ${apiKey}` },
      { cookie: `sid=${apiKey}` },
      { cookie: `sid=${access_token}` },
      { authorization: `token ${access_token}` },
      { 'x-api-key': anna.token },
      { 'x-api-key': access_token },
      { authorization: `Basic ${btoa(`${anna.token}:`)}` },
    ];
    for (const headers of tries) expect((await asHeader(headers)).status).toBe(401);
  });
});

test('TOKN-05 a key that was sealed with another secret signs nothing', async () => {
  const other = await createTestApp({ databaseUrl: app.databaseUrl, secret: 'the secret was changed' });
  const headers = { authorization: `Bearer ${good}` };
  expect((await other.anonymous.json('GET', '/api/v1/auth/me', undefined, headers)).status).toBe(401);
  const { access_token } = (await other.json('POST', '/api/v1/auth/token')).body;
  const fresh = { authorization: `Bearer ${access_token}` };
  expect((await other.anonymous.json('GET', '/api/v1/auth/me', undefined, fresh)).status).toBe(200);
  await other.close();
});

describe('TOKN-11 a key does what its scopes say and no more', () => {
  const keyOf = async (
    scopes: string[],
  ): Promise<(method: string, path: string, body?: unknown) => Promise<number>> => {
    const made = await app.json('POST', '/api/v1/auth/api-keys', { label: 'limited', scopes });
    expect(made.status).toBe(201);
    const headers = { authorization: `token ${made.body.token}` };
    return async (method, path, body) => (await app.anonymous.json(method, path, body, headers)).status;
  };

  test('read', async () => {
    const ask = await keyOf(['read']);
    for (const path of ['/api/v1/Role', '/api/v1/Role/Guest', '/api/resource/Role', '/api/meta/Role'])
      expect([path, await ask('GET', path)]).toEqual([path, 200]);
    const writes: [string, string, unknown?][] = [
      ['POST', '/api/v1/Role', { role_name: 'Sneaky' }],
      ['PATCH', '/api/v1/Role/Guest', { home_page: '/x' }],
      ['DELETE', '/api/v1/Role/Guest'],
      ['POST', '/api/v1/Role/bulk', { action: 'insert', docs: [{ role_name: 'Sneaky' }] }],
      ['POST', '/api/v1/Role/Guest/rename', { name: 'Sneaky' }],
      ['POST', '/api/resource/Role', { role_name: 'Sneaky' }],
      ['PUT', '/api/resource/Role/Guest', { home_page: '/x' }],
      ['POST', '/api/method/frappe.client.insert', { doc: { doctype: 'Role', role_name: 'Sneaky' } }],
      ['POST', '/api/v1/doctype/Role/plan', { fields: [] }],
    ];
    for (const [method, path, body] of writes) expect([path, await ask(method, path, body)]).toEqual([path, 403]);
  });

  test('one DocType', async () => {
    const ask = await keyOf(['Role:read']);
    expect(await ask('GET', '/api/v1/Role')).toBe(200);
    for (const path of ['/api/v1/User', '/api/resource/User', '/api/v1/User/Guest', '/api/meta/User'])
      expect([path, await ask('GET', path)]).toEqual([path, path.includes('meta') ? 404 : 403]);
  });

  test('no limited key reaches credentials, metrics, code, or makes another', async () => {
    const ask = await keyOf(['write']);
    const routes: [string, string, unknown?][] = [
      ['GET', '/api/v1/auth/api-keys'],
      ['POST', '/api/v1/auth/api-keys', { label: 'wider' }],
      ['DELETE', '/api/v1/auth/api-keys/x'],
      ['GET', '/api/v1/auth/sessions'],
      ['DELETE', '/api/v1/auth/sessions'],
      ['POST', '/api/v1/auth/token', {}],
      ['POST', '/api/v1/auth/refresh', {}],
      ['GET', '/api/v1/auth/csrf'],
      ['POST', '/api/v1/auth/password', { current_password: 'x', new_password: 'y' }],
      ['POST', '/api/v1/auth/users/Guest/password', { new_password: 'y' }],
      ['POST', '/api/v1/rpc/fn/x', {}],
      ['GET', '/metrics'],
    ];
    for (const [method, path, body] of routes) expect([path, await ask(method, path, body)]).toEqual([path, 403]);
    expect(await ask('GET', '/api/v1/auth/me')).toBe(200);
  });

  test('a key without scopes makes no other key either, and is never more than its user', async () => {
    const anna = await app.user({ name: 'small@example.com' });
    const { token } = (await anna.json('POST', '/api/v1/auth/api-keys', { label: 'x', scopes: ['*'] })).body;
    const headers = { authorization: `token ${token}` };
    const ask = (method: string, path: string, body?: unknown): Promise<Reply> =>
      app.anonymous.json(method, path, body, headers);
    expect((await ask('POST', '/api/v1/auth/api-keys', { label: 'another' })).status).toBe(403);
    expect([403, 404]).toContain((await ask('POST', '/api/v1/Role', { role_name: 'Sneaky' })).status);
  });

  test('an access token with scopes is limited too', async () => {
    const { access_token } = (await app.json('POST', '/api/v1/auth/token', { scopes: ['Role:read'] })).body;
    const headers = { authorization: `Bearer ${access_token}` };
    const ask = (method: string, path: string, body?: unknown): Promise<number> =>
      app.anonymous.json(method, path, body, headers).then((reply) => reply.status);
    expect(await ask('GET', '/api/v1/Role')).toBe(200);
    expect(await ask('POST', '/api/v1/Role', { role_name: 'Sneaky' })).toBe(403);
    expect(await ask('POST', '/api/v1/auth/token', {})).toBe(403);
  });
});
