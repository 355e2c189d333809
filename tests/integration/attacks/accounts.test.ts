/** AUTN-01, AUTN-02, AUTN-04, MASS-02, MASS-03, RACE-05: links by mail, sign-up and one's own record, as an attacker uses them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mailbox, openMailbox, secretIn } from '../accounts/mailbox.ts';
import { type AccountsWorld, openAccounts, PASSWORD, PUBLIC_URL } from '../accounts/world.ts';

let app: AccountsWorld;
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.anonymous.json('POST', `/api/v1/auth/${path}`, body, headers);
const resetToken = async (user: string): Promise<string> => {
  await app.app.db.query({ text: 'delete from m_request_count', values: [] });
  await post('password/forgot', { user });
  for (;;) {
    const mail = await app.mailbox.next(`${user}@example.test`);
    if (mail.text.includes('#reset-password=')) return secretIn(mail, 'reset-password');
  }
};

beforeAll(async () => {
  app = await openAccounts();
  for (const name of ['alice', 'bob'])
    await app.user({ name, password: PASSWORD, roles: ['Sales User'], fields: { email: `${name}@example.test` } });
  await app.settings({ allow_sign_up: 1 });
});
afterAll(() => app.close());

describe('AUTN-01: links in mails lead to us', () => {
  const poison = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-host': 'evil.example',
    'x-forwarded-server': 'evil.example',
    forwarded: 'host=evil.example;proto=http',
    referer: 'https://evil.example/',
  };

  test.each([
    ['password/forgot', { user: 'alice' }, 'alice@example.test'],
    ['magic-link', { email: 'alice@example.test' }, 'alice@example.test'],
    ['sign-up', { email: 'newcomer@example.test', full_name: 'https://evil.example' }, 'newcomer@example.test'],
    ['sign-up', { email: 'alice@example.test', full_name: 'https://evil.example' }, 'alice@example.test'],
  ])('%s %j', async (path, body, to) => {
    expect((await post(`${path}?redirect=https://evil.example`, body, poison)).status).toBe(202);
    const { text } = await app.mailbox.next(to);
    expect(text).toContain(`${PUBLIC_URL}/account`);
    expect(text).not.toContain('evil');
  });

  test('without PUBLIC_URL nothing is sent, the answer is the same, and the log says why', async () => {
    const mailbox: Mailbox = await openMailbox();
    const bare = await openAccounts({ publicUrl: undefined, smtpUrl: mailbox.url, isProduction: true });
    await bare.user({ name: 'alice', fields: { email: 'alice@example.test' } });
    const reply = await bare.anonymous.json('POST', '/api/v1/auth/password/forgot', { user: 'alice' }, poison);
    await bare.app.accounts.settle();
    expect([reply.status, mailbox.received.length]).toEqual([202, 0]);
    expect(JSON.stringify(bare.failures)).toContain('in the background failed');
    const tokens = await bare.app.db.query({ text: 'select 1 from m_one_time_token', values: [] });
    expect(tokens).toEqual([]);
    await bare.close();
    await mailbox.close();
  });
});

describe('AUTN-02: the life of a reset link', () => {
  const reset = (token: unknown, password: unknown = 'another good password') =>
    post('password/reset', { token, password });

  test('is stored as a hash, and has 256 bits', async () => {
    const token = await resetToken('alice');
    expect(Buffer.from(token, 'base64url').byteLength).toBe(32);
    const rows = await app.app.db.query({
      text: 'select json_agg(t)::text as all from m_one_time_token t',
      values: [],
    });
    expect(String(rows[0]?.all)).not.toContain(token);
  });

  test('works once', async () => {
    const token = await resetToken('alice');
    expect((await reset(token)).status).toBe(204);
    expect((await reset(token)).status).toBe(400);
  });

  test('is of no use when it is anything but the text', async () => {
    const token = await resetToken('alice');
    const other = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    const tries = [
      {},
      [],
      null,
      '',
      0,
      true,
      [token],
      { $ne: '' },
      token.slice(0, 20),
      `${token}x`,
      ` ${token}`,
      other,
      '%',
      `${token}\0`,
    ];
    for (const given of tries)
      expect([JSON.stringify(given), (await reset(given)).status]).toEqual([JSON.stringify(given), 400]);
    expect((await reset(token)).status).toBe(204);
  });

  test('is of no use for anything else', async () => {
    const token = await resetToken('alice');
    for (const path of ['magic-link/verify', 'sign-up/verify']) expect((await post(path, { token })).status).toBe(400);
    expect((await post('login', { tmp_id: token, otp: '123456' })).status).toBeGreaterThanOrEqual(400);
    const bearer = { authorization: `Bearer ${token}` };
    expect((await app.anonymous.json('GET', '/api/v1/auth/me', undefined, bearer)).status).toBe(401);
  });

  test('sets the password of nobody else', async () => {
    const token = await resetToken('alice');
    expect((await post('password/reset', { token, password: 'another good password', user: 'bob' })).status).toBe(400);
    expect((await reset(token)).status).toBe(204);
    expect(await app.logIn('bob', PASSWORD)).toBe(200);
  });

  test('ends after at most an hour', async () => {
    const [row] = await app.app.db.query({
      text: `select max(extract(epoch from expires - now()))::float8 as seconds from m_one_time_token where purpose = 'password-reset'`,
      values: [],
    });
    expect(Number(row?.seconds ?? 0)).toBeLessThanOrEqual(3600);
    const token = await resetToken('alice');
    await app.app.db.query({ text: `update m_one_time_token set expires = now() - interval '1 second'`, values: [] });
    expect((await reset(token)).status).toBe(400);
  });

  test('a page of another site sets nothing off', async () => {
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect(
      (await post('password/reset', { token: await resetToken('alice'), password: PASSWORD }, foreign)).status,
    ).toBe(403);
    expect((await post('magic-link/verify', { token: 'x' }, foreign)).status).toBe(403);
  });
});

describe('AUTN-04: nobody learns who is known', () => {
  test.each([
    ['password/forgot', 'user'],
    ['magic-link', 'email'],
  ])('%s', async (path, key) => {
    await app.user({ name: `off-${key}`, fields: { email: `off-${key}@example.test` } });
    await app.json('PUT', `/api/v1/User/off-${key}`, { enabled: 0 });
    const seen = new Set<string>();
    for (const email of [
      'alice@example.test',
      'nobody@example.test',
      `off-${key}@example.test`,
      'Guest',
      'x',
      'a\u0300@example.test',
    ]) {
      const reply = await post(path, { [key]: email });
      const headers = [...reply.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
      seen.add(JSON.stringify([reply.status, reply.text, headers]));
    }
    expect(seen.size).toBe(1);
  });

  test('the answer does not wait for the mail', async () => {
    const times = async (email: string): Promise<number> => {
      const taken: number[] = [];
      for (let i = 0; i < 15; i++) {
        await app.app.db.query({ text: 'delete from m_request_count', values: [] });
        const began = performance.now();
        await post('magic-link', { email });
        taken.push(performance.now() - began);
        await app.app.accounts.settle();
      }
      return taken.sort((a, b) => a - b)[7] as number;
    };
    const [known, unknown] = [await times('alice@example.test'), await times('nobody@example.test')];
    expect(Math.abs(known - unknown)).toBeLessThan(Math.max(5, Math.min(known, unknown)));
  });

  test('one address cannot ask for mails without end', async () => {
    await app.app.db.query({ text: 'delete from m_request_count', values: [] });
    const replies = [];
    for (let i = 0; i < 35; i++) replies.push(await post('magic-link', { email: `x${i}@example.test` }));
    expect(replies.map((reply) => reply.status).lastIndexOf(202)).toBe(29);
    expect(replies.at(-1)?.headers.get('retry-after')).not.toBeNull();
    await app.app.db.query({ text: 'delete from m_request_count', values: [] });
  });
});

describe('MASS-02: signing up', () => {
  test.each([
    { roles: [{ role: 'System Manager' }] },
    { role: 'System Manager' },
    { user_type: 'System User' },
    { enabled: 1 },
    { email_verified: 1 },
    { name: 'Administrator' },
    { api_key: 'x' },
    { owner: 'Administrator' },
    { role_profiles: [{ role_profile: 'All' }] },
    { attributes: { region: 'EU' } },
    { tenant: 'other' },
    { ignore_permissions: true },
  ])('takes the address and the name, not %j', async (more) => {
    const reply = await post('sign-up', { email: 'mass@example.test', full_name: 'Mass', ...more });
    expect([reply.status, reply.body.errors[0].field]).toEqual([400, Object.keys(more)[0]]);
    expect((await post('sign-up/verify', { token: 'x', ...more })).status).toBe(400);
  });

  test('whoever signs up with the name of a role or of Administrator is neither', async () => {
    await post('sign-up', { email: 'administrator@example.test', full_name: 'Administrator' });
    const token = secretIn(await app.mailbox.next('administrator@example.test'), 'sign-up');
    const { body } = await post('sign-up/verify', { token });
    expect(body.user).toBe('administrator@example.test');
    expect(body.roles).not.toContain('Administrator');
    expect(body.roles).not.toContain('System Manager');
  });
});

describe('MASS-03: one’s own record', () => {
  const forbidden = {
    roles: [{ role: 'System Manager' }],
    role_profiles: [{ role_profile: 'x' }],
    role_profile_name: 'x',
    enabled: false,
    user_type: 'System User',
    api_key: 'x',
    new_password: 'another good password',
    email: 'eve@evil.example',
    email_verified: true,
    username: 'Administrator',
    name: 'Administrator',
    restrict_ip: '',
    simultaneous_sessions: 99,
    attributes: { region: 'EU' },
    owner: 'Administrator',
    docstatus: 1,
  };

  test.each(Object.entries(forbidden))('%s is not changed by PATCH me', async (key, value) => {
    const alice = await app.as('alice');
    const before = (await app.json('GET', '/api/v1/User/alice')).text;
    const reply = await alice.json('PATCH', '/api/v1/auth/me', { bio: 'taken along', [key]: value });
    expect([reply.status, reply.body.errors[0].field]).toEqual([400, key]);
    expect((await app.json('GET', '/api/v1/User/alice')).text).toBe(before);
  });

  test.each(Object.entries(forbidden))('nor is %s by writing the User', async (key, value) => {
    const alice = await app.as('alice');
    const before = (await app.json('GET', '/api/v1/User/alice')).text;
    for (const method of ['PUT', 'PATCH']) {
      const { status } = await alice.json(method, '/api/v1/User/alice', { [key]: value });
      expect([400, 403, 404]).toContain(status);
    }
    const bulk = { action: 'update', docs: [{ name: 'alice', [key]: value }] };
    expect((await alice.json('POST', '/api/v1/User/bulk', bulk)).status).toBeGreaterThanOrEqual(400);
    expect((await app.json('GET', '/api/v1/User/alice')).text).toBe(before);
  });

  test('the profile is', async () => {
    const alice = await app.as('alice');
    const given = {
      first_name: 'Alice',
      last_name: 'Liddell',
      bio: 'down the hole',
      language: 'de',
      desk_theme: 'Dark',
    };
    const { status, body } = await alice.json('PATCH', '/api/v1/auth/me', given);
    expect([status, body.full_name, body.bio]).toEqual([200, 'Alice Liddell', 'down the hole']);
    expect((await app.json('GET', '/api/v1/User/alice')).body).toMatchObject({ ...given, modified_by: 'alice' });
    expect((await alice.json('PATCH', '/api/v1/auth/me', { desk_theme: 'Pink' })).status).toBe(400);
  });
});

describe('RACE-05: twenty at the same moment, one succeeds', () => {
  const race = async (ask: () => Promise<{ status: number }>, success: number): Promise<number> => {
    const replies = await Promise.all(Array.from({ length: 20 }, ask));
    return replies.filter((reply) => reply.status === success).length;
  };

  test('a reset link', async () => {
    const token = await resetToken('bob');
    expect(await race(() => post('password/reset', { token, password: 'another good password' }), 204)).toBe(1);
  });

  test('a link to sign in', async () => {
    await app.app.db.query({ text: 'delete from m_request_count', values: [] });
    await app.user({ name: 'racer', fields: { email: 'racer@example.test' } });
    await post('magic-link', { email: 'racer@example.test' });
    const token = secretIn(await app.mailbox.next('racer@example.test'), 'sign-in');
    expect(await race(() => post('magic-link/verify', { token }), 200)).toBe(1);
  });

  test('a link to sign up', async () => {
    await post('sign-up', { email: 'twin@example.test', full_name: 'Twin' });
    const token = secretIn(await app.mailbox.next('twin@example.test'), 'sign-up');
    expect(await race(() => post('sign-up/verify', { token }), 200)).toBe(1);
  });
});

test('the server did not fail meanwhile', async () => {
  await app.app.accounts.settle();
  expect(app.failures).toEqual([]);
});
