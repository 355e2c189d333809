/** TOKN-03, TOKN-06, TOKN-08, TOKN-10: what a hostile provider, browser or link can try when people sign in with a provider. */
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '../accounts/browser.ts';
import { type Lies, openIssuer, type TestIssuer } from '../accounts/issuer.ts';
import { type AccountsWorld, openAccounts, PASSWORD, PUBLIC_URL } from '../accounts/world.ts';

let app: AccountsWorld;
let issuer: TestIssuer;
let second: TestIssuer;
const OAUTH = '/api/v1/auth/oauth';

interface Arrival {
  status: number;
  user: string | undefined;
}

async function userOf(cookies: readonly string[]): Promise<string | undefined> {
  const cookie = cookies.find((line) => line.startsWith('sid='))?.split(';')[0];
  return cookie && (await app.anonymous.json('GET', '/api/v1/auth/me', undefined, { cookie })).body.user;
}

async function arrive(lies: Lies, name = 'issuer', from = issuer): Promise<Arrival> {
  const browser = createBrowser();
  const { location } = await browser.visit(`${app.url}${OAUTH}/${name}/start`);
  const answer = await browser.visit((await from.agree(location, lies)).replace(PUBLIC_URL, app.url));
  return { status: answer.status, user: await userOf(answer.cookies) };
}

const claiming = (claims: Record<string, unknown>): Lies => ({ claims: claims as JWTPayload });

beforeAll(async () => {
  issuer = await openIssuer();
  second = await openIssuer();
  app = await openAccounts();
  for (const [name, base] of [
    ['Issuer', issuer.url],
    ['Second', second.url],
  ]) {
    const key = {
      enable_social_login: 1,
      provider_name: name,
      base_url: base,
      client_id: 'framework',
      client_secret: 'x'.repeat(32),
    };
    const made = await app.json('POST', '/api/v1/Social%20Login%20Key', key);
    if (made.status !== 201) throw new Error(made.text);
  }
  await app.user({ name: 'victim', fields: { email: 'victim@example.test' } });
  await app.settings({ allow_sign_up: 1 });
});
afterAll(async () => {
  await app.close();
  await issuer.close();
  await second.close();
});

describe('TOKN-03: an ID token that is not for us', () => {
  const honest = { sub: 's', email: 'victim@example.test', email_verified: true };
  const past = Math.floor(Date.now() / 1000) - 3600;

  test.each([
    ['of another client', claiming({ ...honest, aud: 'somebody else' })],
    ['of several, and not made for us', claiming({ ...honest, aud: ['framework', 'other'], azp: 'other' })],
    ['without an audience', claiming({ ...honest, aud: undefined })],
    ['of another issuer', claiming({ ...honest, iss: 'https://accounts.google.com' })],
    ['that has expired', claiming({ ...honest, iat: past - 300, exp: past })],
    ['of another sign-in (nonce)', claiming({ ...honest, nonce: 'another' })],
    ['without a nonce', claiming({ ...honest, nonce: undefined })],
    ['without a subject', claiming({ ...honest, sub: undefined })],
    ['without a signature', { ...claiming(honest), isUnsigned: true }],
    ['signed with a strange key', { ...claiming(honest), isForeign: true }],
  ])('%s', async (_what, lies) => {
    expect(await arrive(lies)).toEqual({ status: 400, user: undefined });
  });

  test('and one that is lets the same person in', async () => {
    expect(await arrive(claiming(honest))).toEqual({ status: 302, user: 'victim' });
  });
});

describe('TOKN-06: the return of another sign-in', () => {
  const lies = claiming({ sub: 'code-user', email: 'code@example.test', email_verified: true });
  const begin = async () => {
    const browser = createBrowser();
    const { location } = await browser.visit(`${app.url}${OAUTH}/issuer/start`);
    return { browser, back: (await issuer.agree(location, lies)).replace(PUBLIC_URL, app.url) };
  };

  test('works once', async () => {
    const { browser, back } = await begin();
    const cookie = `oauth_browser=${browser.cookie(new URL(app.url).host, 'oauth_browser')}`;
    expect((await browser.visit(back)).status).toBe(302);
    const again = await fetch(back, { redirect: 'manual', headers: { cookie } });
    expect([again.status, await userOf(again.headers.getSetCookie())]).toEqual([400, undefined]);
  });

  test('of twenty at the same moment one works', async () => {
    const { browser, back } = await begin();
    const cookie = `oauth_browser=${browser.cookie(new URL(app.url).host, 'oauth_browser')}`;
    const all = await Promise.all(
      Array.from({ length: 20 }, () => fetch(back, { redirect: 'manual', headers: { cookie } })),
    );
    expect(all.map((each) => each.status).filter((status) => status === 302)).toHaveLength(1);
  });

  test('works in no other browser, and is not spoiled by one', async () => {
    const { browser, back } = await begin();
    expect((await createBrowser().visit(back)).status).toBe(400);
    const other = createBrowser();
    await other.visit(`${app.url}${OAUTH}/issuer/start`);
    expect((await other.visit(back)).status).toBe(400);
    expect((await browser.visit(back)).status).toBe(302);
  });

  test.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'A'.repeat(43))],
    ['no state', (url: URL) => url.searchParams.delete('state')],
    ['another code', (url: URL) => url.searchParams.set('code', 'made up')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
    [
      'an error in its place',
      (url: URL) => {
        url.searchParams.delete('code');
        url.searchParams.set('error', 'access_denied');
      },
    ],
    ['another issuer named', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['the path of another provider', (url: URL) => (url.pathname = url.pathname.replace('/issuer/', '/second/'))],
  ])('%s', async (_what, change) => {
    const { browser, back } = await begin();
    const url = new URL(back);
    change(url);
    const answer = await browser.visit(url.href);
    expect([answer.status, await userOf(answer.cookies)]).toEqual([400, undefined]);
  });

  test('after ten minutes it is too late', async () => {
    const { browser, back } = await begin();
    await app.app.db.query({ text: `update m_oauth_state set expires = now() - interval '1 second'`, values: [] });
    expect((await browser.visit(back)).status).toBe(400);
  });

  test('the verifier is a new one each time, and the secrets of a pending sign-in are not in the database', async () => {
    const { browser, back } = await begin();
    const rows = await app.app.db.query({ text: 'select json_agg(s)::text as all from m_oauth_state s', values: [] });
    const state = new URL(back).searchParams.get('state') as string;
    expect(String(rows[0]?.all)).not.toContain(state);
    await browser.visit(back);
    const verifiers = issuer.exchanges.map((exchange) => exchange.get('code_verifier'));
    expect(String(rows[0]?.all)).not.toContain(String(verifiers.at(-1)));
    expect(new Set(verifiers).size).toBe(verifiers.length);
  });
});

describe('TOKN-08: where a sign-in leads', () => {
  const start = (query: string) => createBrowser().visit(`${app.url}${OAUTH}/issuer/start${query}`);

  test.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https:evil.example',
    'https://evil.example',
    '@evil.example',
    '.evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '/app/..//evil.example',
    '/%2e%2e//evil.example',
    '',
    'app',
    `/${'a'.repeat(3000)}`,
  ])('not to %j', async (target) => {
    expect((await start(`?redirect_to=${encodeURIComponent(target)}`)).status).toBe(400);
  });

  test.each([
    ['/app?x=1#y', '/app?x=1#y'],
    ['/%2f%2fevil.example', '/%2f%2fevil.example'],
    ['/a/../b', '/b'],
  ])('to %j', async (target, leads) => {
    const browser = createBrowser();
    const { location } = await browser.visit(
      `${app.url}${OAUTH}/issuer/start?redirect_to=${encodeURIComponent(target)}`,
    );
    const lies = claiming({ sub: 'walker', email: 'walker@example.test', email_verified: true });
    const answer = await browser.visit((await issuer.agree(location, lies)).replace(PUBLIC_URL, app.url));
    expect([answer.status, answer.location]).toEqual([302, leads]);
  });

  test('the address that the provider returns to follows no header and no parameter', async () => {
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
      origin: 'https://evil.example',
    };
    const answer = await fetch(`${app.url}${OAUTH}/issuer/start`, { redirect: 'manual', headers });
    expect(new URL(answer.headers.get('location') as string).searchParams.get('redirect_uri')).toBe(
      `${PUBLIC_URL}${OAUTH}/issuer/callback`,
    );
    expect((await start('?redirect_uri=https://evil.example')).status).toBe(400);
    expect((await start('?redirect_to=/a&redirect_to=//evil.example')).status).toBe(400);
  });
});

describe('TOKN-10: whose account it is', () => {
  const nobody = { status: 403, user: undefined };

  test.each([false, undefined, null, 'true', 1, 'yes'])(
    'an address that the provider calls verified: %j',
    async (email_verified) => {
      await app.json('POST', '/api/v1/User', { name: 'target', email: 'target@example.test' });
      expect(await arrive(claiming({ sub: 't', email: 'target@example.test', email_verified }))).toEqual(nobody);
    },
  );

  test('Administrator and System Managers are never linked by an address', async () => {
    await app.json('PUT', '/api/v1/User/Administrator', { email: 'root@example.test' });
    await app.user({ name: 'mgr', roles: ['System Manager'], fields: { email: 'mgr@example.test' } });
    for (const email of ['root@example.test', 'mgr@example.test', 'ROOT@example.test'])
      expect(await arrive(claiming({ sub: email, email, email_verified: true }))).toEqual(nobody);
  });

  test('an account with a password and an address that nobody verified may be a trap', async () => {
    await app.user({ name: 'trap', password: PASSWORD, fields: { email: 'trap@example.test' } });
    expect(await arrive(claiming({ sub: 'trapped', email: 'trap@example.test', email_verified: true }))).toEqual(
      nobody,
    );
    // Once the person has shown that the address is theirs, it links.
    await app.json('PUT', '/api/v1/User/trap', { email_verified: 1 });
    expect((await arrive(claiming({ sub: 'trapped', email: 'trap@example.test', email_verified: true }))).user).toBe(
      'trap',
    );
  });

  test('a subject is the subject of its issuer alone', async () => {
    await app.user({ name: 'sam', fields: { email: 'sam@example.test' } });
    expect((await arrive(claiming({ sub: 'one', email: 'sam@example.test', email_verified: true }))).user).toBe('sam');
    expect(
      await arrive(claiming({ sub: 'one', email: 'x@example.test', email_verified: false }), 'second', second),
    ).toEqual(nobody);
  });

  test('a new address at the provider moves nobody to another account', async () => {
    await app.user({ name: 'rich', fields: { email: 'rich@example.test' } });
    expect((await arrive(claiming({ sub: 'one', email: 'rich@example.test', email_verified: true }))).user).toBe('sam');
  });

  test('letters that look alike are not alike', async () => {
    await app.user({ name: 'kelvin', fields: { email: 'kelvin@example.test' } });
    const { user } = await arrive(claiming({ sub: 'k', email: '\u212Aelvin@example.test', email_verified: true }));
    expect(user).not.toBe('kelvin');
  });

  test('a user of the name of a deleted one inherits no provider', async () => {
    const lies = claiming({ sub: 'heir', email: 'heir@example.test', email_verified: true });
    expect((await arrive(lies)).user).toBe('heir@example.test');
    await app.json('DELETE', '/api/v1/User/heir@example.test?hard=true');
    await app.user({ name: 'heir@example.test', password: PASSWORD, fields: { email: 'heir@example.test' } });
    expect(await arrive(lies)).toEqual(nobody);
  });
});

test('nothing of this was a failure of the server', () => {
  expect(app.failures).toEqual([]);
});
