/** The second factor: an authenticator app and recovery codes, asked for whichever way somebody comes. */
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setPassword } from '../../../server/auth/login.ts';
import type { Reply, UserClient } from '../../support/app.ts';
import { secretIn } from './mailbox.ts';
import { type AccountsWorld, openAccounts, PASSWORD } from './world.ts';

let app: AccountsWorld;
let ada: UserClient;
let secret = '';
let recovery: string[] = [];
let now = Date.now();

/** The code of the app; each call is a step later, since a code is good for once. */
function nextCode(): string {
  now += 30_000;
  return new TOTP({ secret }).generate({ timestamp: now });
}
const logIn = (more: object = {}): Promise<Reply> =>
  app.anonymous.json('POST', '/api/v1/auth/login', { user: 'ada', password: PASSWORD, ...more });
const answer = (tmpId: unknown, otp: unknown): Promise<Reply> =>
  app.anonymous.json('POST', '/api/v1/auth/login', { tmp_id: tmpId, otp });

beforeAll(async () => {
  app = await openAccounts({ clock: { now: () => now } });
  ada = await app.user({ name: 'ada', password: PASSWORD, fields: { email: 'ada@example.test' } });
});
afterAll(() => app.close());

describe('setting it up', () => {
  test('asks for the password', async () => {
    now += 3600_000;
    expect((await ada.json('POST', '/api/v1/auth/totp', {})).status).toBe(403);
    expect((await ada.json('POST', '/api/v1/auth/totp', { password: 'wrong' })).status).toBeGreaterThanOrEqual(400);
    const enrolled = await ada.json('POST', '/api/v1/auth/totp', { password: PASSWORD });
    expect(enrolled.status).toBe(200);
    expect(enrolled.body.uri).toMatch(/^otpauth:\/\/totp\/.*secret=[A-Z2-7]{32}/);
    secret = enrolled.body.secret;
  });

  test('counts only once a code has come', async () => {
    expect((await logIn()).body.token).toBeTypeOf('string');
    expect((await ada.json('POST', '/api/v1/auth/totp/confirm', { otp: '000000' })).status).toBe(401);
    const confirmed = await ada.json('POST', '/api/v1/auth/totp/confirm', { otp: nextCode() });
    expect(confirmed.status).toBe(200);
    recovery = confirmed.body.recovery_codes;
    expect(new Set(recovery).size).toBe(10);
    expect((await ada.json('GET', '/api/v1/auth/totp')).body).toEqual({ enabled: true, recovery_codes_left: 10 });
    expect((await app.mailbox.next('ada@example.test')).text).toContain('second factor was set up');
  });

  test('a second one does not replace the first', async () => {
    expect((await ada.json('POST', '/api/v1/auth/totp', { password: PASSWORD })).status).toBe(409);
  });

  test('neither the secret nor the recovery codes can be read from the database', async () => {
    const rows = await app.app.db.query({
      text: 'select (select json_agg(t) from m_totp t)::text || (select json_agg(r) from m_recovery_code r)::text as all',
      values: [],
    });
    const text = String(rows[0]?.all);
    expect(text).not.toContain(secret);
    for (const code of recovery) expect(text).not.toContain(code);
  });
});

describe('signing in', () => {
  test('the password alone gives no session, only a ticket for the second step', async () => {
    const first = await logIn();
    expect([first.status, first.headers.get('set-cookie'), first.body.token]).toEqual([200, null, undefined]);
    expect(first.body.verification.method).toBe('TOTP');
    const me = { authorization: `Bearer ${first.body.tmp_id}` };
    expect((await app.anonymous.json('GET', '/api/v1/auth/me', undefined, me)).status).toBe(401);
    const second = await answer(first.body.tmp_id, nextCode());
    expect([second.status, second.body.user]).toEqual([200, 'ada']);
  });

  test('a wrong code can be mended, a used one not', async () => {
    const { tmp_id } = (await logIn()).body;
    expect((await answer(tmp_id, '123456')).status).toBe(401);
    const code = nextCode();
    expect((await answer(tmp_id, code)).status).toBe(200);
    expect((await answer(tmp_id, nextCode())).status).toBe(401);
    const again = (await logIn()).body.tmp_id;
    expect((await answer(again, code)).status).toBe(401);
  });

  test.each([null, {}, [], 123456, '', '12345', '1234567', '１２３４５６', 'a'.repeat(100)])(
    'no code: %j',
    async (otp) => {
      const { tmp_id } = (await logIn()).body;
      expect([400, 401]).toContain((await answer(tmp_id, otp)).status);
      now += 900_000;
    },
  );

  test('a recovery code works once', async () => {
    const code = recovery[0] as string;
    expect((await answer((await logIn()).body.tmp_id, code.toUpperCase())).status).toBe(200);
    expect((await answer((await logIn()).body.tmp_id, code)).status).toBe(401);
    expect((await ada.json('GET', '/api/v1/auth/totp')).body.recovery_codes_left).toBe(9);
  });

  test('a link by mail does not go around it', async () => {
    await app.anonymous.json('POST', '/api/v1/auth/magic-link', { email: 'ada@example.test' });
    const token = secretIn(await app.mailbox.next('ada@example.test'), 'sign-in');
    const entered = await app.anonymous.json('POST', '/api/v1/auth/magic-link/verify', { token });
    expect([entered.body.token, entered.headers.get('set-cookie')]).toEqual([undefined, null]);
    expect((await answer(entered.body.tmp_id, nextCode())).status).toBe(200);
  });

  test('the ticket grows old', async () => {
    const { tmp_id } = (await logIn()).body;
    now += 11 * 60_000;
    expect((await answer(tmp_id, nextCode())).status).toBe(401);
  });

  test('ten wrong codes end the guessing, with any number of tickets; and it ends with time', async () => {
    const statuses = [];
    for (let i = 0; i < 14; i++) statuses.push((await answer((await logIn()).body.tmp_id, `00000${i % 10}`)).status);
    expect(statuses.slice(-3)).toEqual([429, 429, 429]);
    expect((await answer((await logIn()).body.tmp_id, nextCode())).status).toBe(429);
    now += 16 * 60_000;
    expect((await answer((await logIn()).body.tmp_id, nextCode())).status).toBe(200);
  });
});

describe('RACE-05: twenty at the same moment, one succeeds', () => {
  const race = async (otp: string): Promise<number> => {
    const { tmp_id } = (await logIn()).body;
    const replies = await Promise.all(Array.from({ length: 20 }, () => answer(tmp_id, otp)));
    now += 16 * 60_000;
    return replies.filter((reply) => reply.status === 200).length;
  };

  test('a code', async () => {
    expect(await race(nextCode())).toBe(1);
  });

  test('a recovery code', async () => {
    expect(await race(recovery[1] as string)).toBe(1);
  });
});

test('a new password ends a sign-in that waits for its second step', async () => {
  const { tmp_id } = (await logIn()).body;
  await setPassword(app.app.db, 'ada', 'five other plain words');
  await setPassword(app.app.db, 'ada', PASSWORD);
  expect((await answer(tmp_id, nextCode())).status).toBe(401);
  expect((await answer((await logIn()).body.tmp_id, nextCode())).status).toBe(200);
});

test('a manager switches it off for somebody who lost the phone, and nobody else does', async () => {
  const path = '/api/v1/auth/users/cleo/totp/disable';
  const cleo = await app.user({ name: 'cleo', password: PASSWORD, fields: { email: 'cleo@example.test' } });
  const enrolled = await cleo.json('POST', '/api/v1/auth/totp', { password: PASSWORD });
  const otp = new TOTP({ secret: enrolled.body.secret }).generate({ timestamp: now });
  expect((await cleo.json('POST', '/api/v1/auth/totp/confirm', { otp })).status).toBe(200);
  const eve = await app.user({ name: 'eve', roles: ['Sales User'], password: PASSWORD });
  const plain = await eve.json('POST', path, {});
  const manager = await app.user({ name: 'mgr', roles: ['System Manager'], password: PASSWORD });
  const managed = await manager.json('POST', path, { password: PASSWORD });
  expect([plain.status, managed.status]).toEqual([403, 204]);
  expect((await cleo.json('GET', '/api/v1/auth/totp')).body.enabled).toBe(false);
  expect((await manager.json('POST', path.replace('cleo', 'Administrator'), { password: PASSWORD })).status).toBe(403);
  const rows = await app.app.db.query({
    text: `select actor, subject from m_audit where action = 'second_factor_disabled'`,
    values: [],
  });
  expect(rows).toEqual([{ actor: 'mgr', subject: 'cleo' }]);
});

describe('switching it off', () => {
  test('needs the password and a code', async () => {
    const fresh = await app.as('ada');
    now += 3600_000;
    expect((await fresh.json('POST', '/api/v1/auth/totp/disable', { otp: nextCode() })).status).toBe(403);
    expect((await fresh.json('POST', '/api/v1/auth/totp/disable', { password: PASSWORD })).status).toBe(400);
    const wrong = { password: PASSWORD, otp: '000000' };
    expect((await fresh.json('POST', '/api/v1/auth/totp/disable', wrong)).status).toBe(401);
    const right = { password: PASSWORD, otp: nextCode() };
    expect((await fresh.json('POST', '/api/v1/auth/totp/disable', right)).status).toBe(204);
    expect((await logIn()).body.token).toBeTypeOf('string');
    expect((await app.mailbox.next('ada@example.test')).text).toContain('switched off');
  });
});
