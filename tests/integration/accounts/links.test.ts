/** Links by mail: a forgotten password, signing in without one, signing up. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretIn } from './mailbox.ts';
import { type AccountsWorld, openAccounts, PASSWORD, PUBLIC_URL } from './world.ts';

let app: AccountsWorld;
const post = (path: string, body: unknown) => app.anonymous.json('POST', `/api/v1/auth/${path}`, body);
const userOf = async (name: string) => (await app.json('GET', `/api/v1/User/${encodeURIComponent(name)}`)).body;

beforeAll(async () => {
  app = await openAccounts();
});
afterAll(() => app.close());

describe('a forgotten password', () => {
  beforeAll(async () => {
    await app.user({ name: 'ada', password: PASSWORD, fields: { email: 'ada@example.test' } });
    await app.user({ name: 'gone', fields: { email: 'gone@example.test', enabled: 0 } }).catch(() => undefined);
  });

  test('the mail has a link, and with it a new password', async () => {
    const held = await app.as('ada');
    expect((await post('password/forgot', { user: 'ada' })).status).toBe(202);
    const mail = await app.mailbox.next('ada@example.test');
    expect(mail.text).toContain(`${PUBLIC_URL}/account#reset-password=`);
    const token = secretIn(mail, 'reset-password');
    const reset = await post('password/reset', { token, password: 'five other plain words' });
    expect([reset.status, reset.text]).toEqual([204, '']);
    expect(await app.logIn('ada', PASSWORD)).toBe(401);
    expect(await app.logIn('ada', 'five other plain words')).toBe(200);
    expect((await held.json('GET', '/api/v1/auth/me')).status).toBe(401);
    // The person hears of it, and the address is shown to be theirs.
    expect((await app.mailbox.next('ada@example.test')).subject).toBe('Your account was changed');
    expect((await userOf('ada')).email_verified).toBe(true);
  });

  test('the address is as good as the name, in any case', async () => {
    await post('password/forgot', { user: 'ADA@example.test' });
    expect((await app.mailbox.next('ada@example.test')).text).toContain('#reset-password=');
  });

  test('a password that may not be chosen does not use the link up', async () => {
    await post('password/forgot', { user: 'ada' });
    const token = secretIn(await app.mailbox.next('ada@example.test'), 'reset-password');
    expect((await post('password/reset', { token, password: 'short' })).status).toBe(400);
    expect((await post('password/reset', { token, password: 'a good one after all' })).status).toBe(204);
    await app.mailbox.next('ada@example.test');
  });

  test('a newer link ends the older one', async () => {
    await post('password/forgot', { user: 'ada' });
    const older = secretIn(await app.mailbox.next('ada@example.test'), 'reset-password');
    await post('password/forgot', { user: 'ada' });
    const newer = secretIn(await app.mailbox.next('ada@example.test'), 'reset-password');
    expect((await post('password/reset', { token: older, password: PASSWORD })).status).toBe(400);
    expect((await post('password/reset', { token: newer, password: PASSWORD })).status).toBe(204);
  });

  test('few are sent to one person, and nobody is told so', async () => {
    await app.user({ name: 'flooded', fields: { email: 'flooded@example.test' } });
    const replies = [];
    for (let i = 0; i < 8; i++) replies.push((await post('password/forgot', { user: 'flooded' })).status);
    await app.app.accounts.settle();
    expect(new Set(replies)).toEqual(new Set([202]));
    expect(app.mailbox.received.filter((mail) => mail.to === 'flooded@example.test')).toHaveLength(5);
  });
});

describe('a link to sign in', () => {
  beforeAll(async () => {
    await app.user({ name: 'mia', fields: { email: 'mia@example.test' } });
  });

  test('gives a session like a password, once', async () => {
    expect((await post('magic-link', { email: 'mia@example.test' })).status).toBe(202);
    const mail = await app.mailbox.next('mia@example.test');
    const token = secretIn(mail, 'sign-in');
    const entered = await post('magic-link/verify', { token });
    expect([entered.status, entered.body.user]).toEqual([200, 'mia']);
    expect(entered.headers.get('set-cookie')).toMatch(/^sid=[\w-]+; .*HttpOnly/);
    const me = await app.anonymous.json('GET', '/api/v1/auth/me', undefined, {
      authorization: `Bearer ${entered.body.token}`,
    });
    expect(me.body.user).toBe('mia');
    expect((await post('magic-link/verify', { token })).status).toBe(400);
  });

  test('is not used up by whoever opens it', async () => {
    await post('magic-link', { email: 'mia@example.test' });
    const mail = await app.mailbox.next('mia@example.test');
    const page = await app.anonymous.json('GET', '/account');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await app.anonymous.json('GET', '/api/v1/auth/magic-link/verify')).status).toBeGreaterThanOrEqual(400);
    expect((await post('magic-link/verify', { token: secretIn(mail, 'sign-in') })).status).toBe(200);
  });

  test('does not let somebody in who is disabled by then', async () => {
    await app.user({ name: 'leaver', fields: { email: 'leaver@example.test' } });
    await post('magic-link', { email: 'leaver@example.test' });
    const token = secretIn(await app.mailbox.next('leaver@example.test'), 'sign-in');
    await app.json('PUT', '/api/v1/User/leaver', { enabled: 0 });
    expect((await post('magic-link/verify', { token })).status).toBe(400);
  });

  test('to an address that is no longer theirs is worth nothing', async () => {
    await app.user({ name: 'mover', fields: { email: 'old@example.test' } });
    await post('magic-link', { email: 'old@example.test' });
    const token = secretIn(await app.mailbox.next('old@example.test'), 'sign-in');
    await app.json('PUT', '/api/v1/User/mover', { email: 'new@example.test' });
    expect((await post('magic-link/verify', { token })).status).toBe(400);
  });
});

describe('signing up', () => {
  test('is off until System Settings say otherwise', async () => {
    expect((await post('sign-up', { email: 'new@example.test', full_name: 'New' })).status).toBe(403);
  });

  test('makes a website user with the default role, once the address is confirmed', async () => {
    await app.json('POST', '/api/v1/Role', { role_name: 'Customer' });
    await app.settings({ allow_sign_up: 1, default_role: 'Customer' });
    const asked = await post('sign-up', { email: 'Zoe@Example.test', full_name: 'Zoe van Dam' });
    expect(asked.status).toBe(202);
    const mail = await app.mailbox.next('zoe@example.test');
    expect(mail.text).not.toContain('Zoe van Dam');
    expect((await app.json('GET', '/api/v1/User/zoe@example.test')).status).toBe(404);
    const token = secretIn(mail, 'sign-up');
    const entered = await post('sign-up/verify', { token, password: PASSWORD });
    expect([entered.status, entered.body.user]).toEqual([200, 'zoe@example.test']);
    expect(await userOf('zoe@example.test')).toMatchObject({
      email: 'zoe@example.test',
      email_verified: true,
      full_name: 'Zoe van Dam',
      user_type: 'Website User',
      roles: [{ role: 'Customer' }],
    });
    expect(await app.logIn('zoe@example.test', PASSWORD)).toBe(200);
    expect((await post('sign-up/verify', { token })).status).toBe(400);
  });

  test('somebody who is known gets the same answer, and another mail', async () => {
    const known = await post('sign-up', { email: 'zoe@example.test', full_name: 'x' });
    const unknown = await post('sign-up', { email: 'yan@example.test', full_name: 'x' });
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
    expect((await app.mailbox.next('zoe@example.test')).subject).toBe('You have an account already');
    expect((await app.mailbox.next('yan@example.test')).subject).toBe('Confirm your address');
  });

  test.each(['', 'no address', 'a@b', 'a@b.c, d@e.f', 'a@b.c\r\nBcc: d@e.f', '<a@b.c>', `${'a'.repeat(140)}@b.c`])(
    'what is no address is refused: %j',
    async (email) => {
      expect((await post('sign-up', { email, full_name: 'x' })).status).toBe(400);
    },
  );

  test('switched off meanwhile, a link that is out makes nobody', async () => {
    await post('sign-up', { email: 'late@example.test', full_name: 'Late' });
    const token = secretIn(await app.mailbox.next('late@example.test'), 'sign-up');
    await app.settings({ allow_sign_up: 0 });
    expect((await post('sign-up/verify', { token })).status).toBe(403);
    expect((await app.json('GET', '/api/v1/User/late@example.test')).status).toBe(404);
  });
});

test('none of this made the server fail', async () => {
  await app.app.accounts.settle();
  expect(app.failures).toEqual([]);
});
