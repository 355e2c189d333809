/** Signing in with a real OpenID provider, with GitHub's own way, and connecting a provider to an account. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, createBrowser } from './browser.ts';
import { openIssuer, type TestIssuer } from './issuer.ts';
import { type OidcServer, openOidcServer, type Person } from './provider.ts';
import { type AccountsWorld, openAccounts, PASSWORD, PUBLIC_URL } from './world.ts';

let app: AccountsWorld;
let provider: OidcServer;
let hub: TestIssuer;
const OAUTH = '/api/v1/auth/oauth';

/** From the button to the answer of our callback. */
async function comeBack(
  person: Person,
  browser: Browser = createBrowser(),
): Promise<Awaited<ReturnType<Browser['visit']>>> {
  provider.signIn(person);
  const back = await browser.follow(`${app.url}${OAUTH}/our_login/start?redirect_to=/app/tasks%3Fpage=2`, PUBLIC_URL);
  return browser.visit(back.replace(PUBLIC_URL, app.url));
}

async function whoIs(cookies: readonly string[]): Promise<string | undefined> {
  const sid = cookies.find((line) => line.startsWith('sid='))?.split(';')[0];
  if (sid === undefined) return undefined;
  return (await app.anonymous.json('GET', '/api/v1/auth/me', undefined, { cookie: sid })).body.user;
}

beforeAll(async () => {
  provider = await openOidcServer(`${PUBLIC_URL}${OAUTH}/our_login/callback`);
  hub = await openIssuer();
  app = await openAccounts();
  const keys = [
    {
      provider_name: 'Our Login',
      base_url: provider.issuer,
      client_id: provider.clientId,
      client_secret: provider.clientSecret,
    },
    {
      provider_name: 'Hub',
      social_login_provider: 'GitHub',
      base_url: hub.url,
      client_id: 'hub',
      client_secret: 'hub secret',
    },
    { provider_name: 'Off', base_url: provider.issuer, client_id: 'off', enable_social_login: 0 },
  ];
  for (const key of keys) {
    const made = await app.json('POST', '/api/v1/Social%20Login%20Key', {
      enable_social_login: 1,
      icon: 'key',
      ...key,
    });
    if (made.status !== 201) throw new Error(made.text);
  }
});
afterAll(async () => {
  await app.close();
  await provider.close();
  await hub.close();
});

test('the list has those that are enabled, without their secrets', async () => {
  const { body, text } = await app.anonymous.json('GET', OAUTH);
  expect(body.items).toEqual([
    { name: 'our_login', label: 'Our Login', icon: 'key' },
    { name: 'hub', label: 'Hub', icon: 'key' },
  ]);
  expect(text).not.toMatch(/secret|client/i);
});

test('the secret of a key is never read back', async () => {
  const { text } = await app.json('GET', '/api/v1/Social%20Login%20Key/Our%20Login');
  expect(text).not.toContain(provider.clientSecret);
});

test('the way out carries PKCE, state, nonce and the one redirect address', async () => {
  const { status, location, cookies } = await createBrowser().visit(`${app.url}${OAUTH}/our_login/start`);
  expect(status).toBe(302);
  const asked = new URL(location).searchParams;
  expect(location.startsWith(provider.issuer)).toBe(true);
  expect(asked.get('redirect_uri')).toBe(`${PUBLIC_URL}${OAUTH}/our_login/callback`);
  expect([asked.get('code_challenge_method'), asked.get('response_type')]).toEqual(['S256', 'code']);
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect((asked.get(name) ?? '').length).toBeGreaterThanOrEqual(43);
  expect(cookies[0]).toMatch(
    /^oauth_browser=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/api\/v1\/auth\/oauth; Max-Age=600; Secure$/,
  );
});

describe('people', () => {
  const zoe = { sub: 'zoe-at-provider', email: 'zoe@example.test', email_verified: true, name: 'Zoe van Dam' };

  test('an unknown one is not let in while sign-up is off', async () => {
    const answer = await comeBack(zoe);
    expect([answer.status, await whoIs(answer.cookies)]).toEqual([403, undefined]);
  });

  test('an unknown one becomes a website user where that is allowed, and is sent to the page asked for', async () => {
    await app.settings({ allow_sign_up: 1 });
    const answer = await comeBack(zoe);
    expect([answer.status, answer.location]).toEqual([302, '/app/tasks?page=2']);
    expect(await whoIs(answer.cookies)).toBe('zoe@example.test');
    const user = (await app.json('GET', '/api/v1/User/zoe@example.test')).body;
    expect(user).toMatchObject({
      user_type: 'Website User',
      email_verified: true,
      full_name: 'Zoe van Dam',
      roles: [],
    });
    await app.settings({ allow_sign_up: 0 });
  });

  test('comes back as the same user, whatever the address is by then', async () => {
    const answer = await comeBack({ ...zoe, email: 'zoe@elsewhere.test', email_verified: false });
    expect(await whoIs(answer.cookies)).toBe('zoe@example.test');
  });

  test('the provider may make accounts where System Settings do not, and the other way round', async () => {
    await app.json('PUT', '/api/v1/Social%20Login%20Key/Our%20Login', { sign_ups: 'Allow' });
    expect((await comeBack({ sub: 'n1', email: 'n1@example.test', email_verified: true })).status).toBe(302);
    await app.json('PUT', '/api/v1/Social%20Login%20Key/Our%20Login', { sign_ups: 'Deny' });
    await app.settings({ allow_sign_up: 1 });
    expect((await comeBack({ sub: 'n2', email: 'n2@example.test', email_verified: true })).status).toBe(403);
    await app.settings({ allow_sign_up: 0 });
  });

  test('one whom an administrator has made, without a password, is linked by the verified address', async () => {
    await app.user({ name: 'ben', fields: { email: 'ben@example.test' } });
    const answer = await comeBack({ sub: 'ben-at-provider', email: 'Ben@example.test', email_verified: true });
    expect(await whoIs(answer.cookies)).toBe('ben');
    expect((await app.json('GET', '/api/v1/User/ben')).body.email_verified).toBe(true);
  });

  test('a disabled one is not let in', async () => {
    await app.json('PUT', '/api/v1/User/ben', { enabled: 0 });
    const answer = await comeBack({ sub: 'ben-at-provider', email: 'ben@example.test', email_verified: true });
    expect([answer.status, await whoIs(answer.cookies)]).toEqual([403, undefined]);
  });
});

describe('GitHub', () => {
  const arrive = async (): Promise<Awaited<ReturnType<Browser['visit']>>> => {
    const browser = createBrowser();
    const { location } = await browser.visit(`${app.url}${OAUTH}/hub/start`);
    return browser.visit((await hub.agree(location)).replace(PUBLIC_URL, app.url));
  };

  test('the verified primary address counts, and PKCE is used', async () => {
    await app.user({ name: 'gil', fields: { email: 'gil@example.test' } });
    hub.github.user = { id: 4711, name: 'Gil' };
    hub.github.emails = [
      { email: 'other@example.test', primary: false, verified: true },
      { email: 'gil@example.test', primary: true, verified: true },
    ];
    expect(await whoIs((await arrive()).cookies)).toBe('gil');
    expect(hub.exchanges.at(-1)?.get('code_verifier')).toMatch(/^[\w-]{43,}$/);
  });

  test.each([
    ['an unverified address', { id: 1 }, [{ email: 'zoe@example.test', primary: true, verified: false }]],
    ['no primary address', { id: 2 }, [{ email: 'zoe@example.test', primary: false, verified: true }]],
    ['no id', { login: 'zoe' }, [{ email: 'zoe@example.test', primary: true, verified: true }]],
    ['nonsense', null, 'nothing'],
  ])('%s lets nobody in', async (_what, user, emails) => {
    hub.github.user = user;
    hub.github.emails = emails;
    const answer = await arrive();
    expect([400, 403]).toContain(answer.status);
    expect(await whoIs(answer.cookies)).toBeUndefined();
  });
});

describe('connecting a provider', () => {
  test('somebody who has proved who they are connects one, and signs in with it from then on', async () => {
    const cleo = await app.user({ name: 'cleo', password: PASSWORD, fields: { email: 'cleo@example.test' } });
    const person = { sub: 'cleo-at-provider', email: 'private@elsewhere.test', email_verified: false };
    expect((await comeBack(person)).status).toBe(403);
    const started = await cleo.json('POST', `${OAUTH}/our_login/connect`, { password: PASSWORD });
    expect(started.status).toBe(200);
    const browser = createBrowser();
    provider.signIn(person);
    // The cookie came to cleo's browser with the answer; another browser cannot finish.
    const back = await browser.follow(started.body.url, PUBLIC_URL);
    expect((await browser.visit(back.replace(PUBLIC_URL, app.url))).status).toBe(400);
    const cookie = started.headers.getSetCookie()[0]?.split(';')[0] as string;
    const answer = await fetch(back.replace(PUBLIC_URL, app.url), { redirect: 'manual', headers: { cookie } });
    expect([answer.status, await whoIs(answer.headers.getSetCookie())]).toEqual([302, 'cleo']);
    expect(await whoIs((await comeBack(person)).cookies)).toBe('cleo');
  });

  test('and disconnects it again', async () => {
    const cleo = await app.as('cleo');
    const [identity] = (await cleo.json('GET', '/api/v1/auth/identities')).body.items;
    expect(identity).toMatchObject({ issuer: provider.issuer, subject: 'cleo-at-provider' });
    const { issuer, subject } = identity;
    const ben = await app.user({ name: 'stranger' });
    expect((await ben.json('POST', '/api/v1/auth/identities/disconnect', { issuer, subject })).status).toBe(404);
    expect((await cleo.json('POST', '/api/v1/auth/identities/disconnect', { issuer, subject })).status).toBe(204);
    expect((await comeBack({ sub: subject, email: 'private@elsewhere.test', email_verified: false })).status).toBe(403);
  });
});

test('a provider that does not answer is told so, without a failure of ours', async () => {
  await app.json('POST', '/api/v1/Social%20Login%20Key', {
    enable_social_login: 1,
    provider_name: 'Nowhere',
    base_url: 'http://127.0.0.1:9/',
    client_id: 'x',
  });
  expect((await createBrowser().visit(`${app.url}${OAUTH}/nowhere/start`)).status).toBe(503);
  expect((await createBrowser().visit(`${app.url}${OAUTH}/never_heard_of/start`)).status).toBe(404);
});
