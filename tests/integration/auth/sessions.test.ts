/** Sessions: begun, seen, renewed and ended, in every process that serves the database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf, createTestApp, type Reply, type TestApp, type UserClient } from '../../support/app.ts';

let app: TestApp;
let other: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  other = await createTestApp({ databaseUrl: app.databaseUrl });
});
afterAll(async () => {
  await other?.close();
  await app?.close();
});

const PASSWORD = 'wet paint on the door';
const ME = '/api/v1/auth/me';
let made = 0;

async function person(fields: Record<string, unknown> = {}): Promise<UserClient & { name: string }> {
  const name = `person${++made}@example.com`;
  return { ...(await app.user({ name, password: PASSWORD, roles: ['Clerk'], fields })), name };
}

function login(user: string, password = PASSWORD): Promise<Reply> {
  return app.anonymous.json('POST', '/api/v1/auth/login', { user, password });
}

/** The status in another process, when it may still remember for a second. */
async function statusSoon(token: string, wanted: number): Promise<number> {
  const client = clientOf(other.url, token);
  const begun = Date.now();
  for (;;) {
    const { status } = await client.json('GET', ME);
    if (status === wanted || Date.now() - begun > 1000) return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('who one is', () => {
  test('by name, by address in any case, and by user name and number where the settings allow it', async () => {
    const fields = { email: 'Anna.Berg@example.com', username: 'anna', mobile_no: '+4712345678' };
    const { name } = await person(fields);
    for (const typed of [name, 'anna.berg@EXAMPLE.com', 'Anna.Berg@example.com'])
      expect((await login(typed)).body.user).toBe(name);
    for (const typed of ['anna', '+4712345678']) expect((await login(typed)).status).toBe(401);
    const allow = { allow_login_using_user_name: 1, allow_login_using_mobile_number: 1 };
    await app.json('PATCH', '/api/v1/System Settings/System Settings'.replaceAll(' ', '%20'), allow);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    for (const typed of ['anna', '+4712345678']) expect((await login(typed)).body.user).toBe(name);
  });

  test('nobody takes the name of somebody else as an address or user name', async () => {
    const victim = await person();
    await app.user({ name: 'thief@example.com', password: 'another long password' });
    const taken = await app.json('PATCH', '/api/v1/User/thief@example.com', { username: victim.name });
    expect(taken.status).toBe(409);
    // Were it there all the same, the exact name would go before it.
    const text = `update "user" set username = $1 where name = 'thief@example.com'`;
    await app.app.db.query({ text, values: [victim.name] });
    expect((await login(victim.name)).body.user).toBe(victim.name);
    expect((await login(victim.name, 'another long password')).status).toBe(401);
  });

  test('a rename keeps password and session; a new user of the old name has neither', async () => {
    const anna = await person();
    expect((await app.json('POST', `/api/v1/User/${anna.name}/rename`, { name: 'renamed@example.com' })).status).toBe(
      200,
    );
    await app.user({ name: anna.name });
    expect((await login(anna.name)).status).toBe(401);
    expect((await login('renamed@example.com')).status).toBe(200);
    expect(await statusSoon(anna.token, 200)).toBe(200);
    expect((await clientOf(other.url, anna.token).json('GET', ME)).body.user).toBe('renamed@example.com');
  });

  test('Guest does not sign in', async () => {
    expect((await login('Guest')).status).toBe(401);
  });
});

describe('seeing and ending them', () => {
  test('one is ended by its id, which is no token', async () => {
    const anna = await person();
    const second = (await login(anna.name)).body.token as string;
    const { items } = (await anna.json('GET', '/api/v1/auth/sessions')).body;
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ ip: '127.0.0.1', method: 'password', current: false });
    expect(items[1].current).toBe(true);
    expect(await statusSoon(second, 200)).toBe(200);
    expect((await clientOf(app.url, items[0].id).json('GET', ME)).status).toBe(401);
    expect((await anna.json('DELETE', `/api/v1/auth/sessions/${items[0].id}`)).status).toBe(204);
    expect((await clientOf(app.url, second).json('GET', ME)).status).toBe(401);
    expect(await statusSoon(second, 401)).toBe(401);
    expect((await anna.json('DELETE', `/api/v1/auth/sessions/${items[0].id}`)).status).toBe(404);
    expect((await anna.json('DELETE', '/api/v1/auth/sessions/nonsense')).status).toBe(404);
  });

  test("not somebody else's", async () => {
    const [anna, bert] = [await person(), await person()];
    const [session] = (await anna.json('GET', '/api/v1/auth/sessions')).body.items;
    expect((await bert.json('DELETE', `/api/v1/auth/sessions/${session.id}`)).status).toBe(404);
    expect((await anna.json('GET', ME)).status).toBe(200);
  });

  test('all others, and all', async () => {
    const anna = await person();
    const tokens = [await login(anna.name), await login(anna.name)].map((reply) => reply.body.token as string);
    expect((await anna.json('DELETE', '/api/v1/auth/sessions')).body).toEqual({ ended: 2 });
    for (const token of tokens) expect((await clientOf(app.url, token).json('GET', ME)).status).toBe(401);
    const again = (await login(anna.name)).body.token as string;
    expect((await anna.json('POST', '/api/v1/auth/logout', { all: true })).status).toBe(204);
    for (const token of [again, anna.token]) expect(await statusSoon(token, 401)).toBe(401);
  });

  test('a manager ends those of somebody, and others do not', async () => {
    const [anna, bert] = [await person(), await person()];
    expect((await bert.json('DELETE', `/api/v1/auth/users/${anna.name}/sessions`)).status).toBe(403);
    expect((await app.json('DELETE', `/api/v1/auth/users/${anna.name}/sessions`)).body).toEqual({ ended: 1 });
    expect((await anna.json('GET', ME)).status).toBe(401);
  });

  test('an unused one ends after the time of the settings, any one after thirty days', async () => {
    const anna = await person();
    const age = (created: string, used: string): Promise<unknown> =>
      app.app.db.query({
        text: `update m_session s set created = now() - $2::interval, last_used = now() - $3::interval
          from "user" u where u.id = s.user_id and u.name = $1`,
        values: [anna.name, created, used],
      });
    await age('29 days 23 hours 59 minutes', '2 minutes');
    expect(await statusSoon(anna.token, 200)).toBe(200);
    const [row] = await app.app.db.query({
      text: `select s.expires - now() < interval '2 minutes' as soon from m_session s join "user" u on u.id = s.user_id where u.name = $1`,
      values: [anna.name],
    });
    expect(row?.soon).toBe(true);
  });

  test('one session per user, where the settings say so', async () => {
    const settings = '/api/v1/System%20Settings/System%20Settings';
    const anna = await person();
    await app.json('PATCH', settings, { deny_multiple_sessions: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const next = (await login(anna.name)).body.token as string;
    expect((await anna.json('GET', ME)).status).toBe(401);
    expect((await clientOf(app.url, next).json('GET', ME)).status).toBe(200);
    await app.json('PATCH', settings, { deny_multiple_sessions: 0 });
    await new Promise((resolve) => setTimeout(resolve, 1100));
  });
});

describe('passwords', () => {
  test('a weak one is refused, with the field', async () => {
    const anna = await person();
    for (const weak of ['short', '12345678', 'aaaaaaaaaa', 'password123', anna.name]) {
      const reply = await anna.json('POST', '/api/v1/auth/password', {
        current_password: PASSWORD,
        new_password: weak,
      });
      expect([weak, reply.status, reply.body.errors?.[0]?.field]).toEqual([weak, 400, 'new_password']);
    }
  });

  test('by a manager for somebody, but not for Administrator', async () => {
    const anna = await person();
    const manager = await app.user({ name: 'manager@example.com', roles: ['System Manager'], password: PASSWORD });
    const set = (who: string): Promise<Reply> =>
      manager.json('POST', `/api/v1/auth/users/${who}/password`, { new_password: 'given by the manager' });
    expect((await set(anna.name)).status).toBe(204);
    expect((await login(anna.name, 'given by the manager')).status).toBe(200);
    expect((await anna.json('GET', ME)).status).toBe(401);
    expect((await set('Administrator')).status).toBe(403);
    expect((await set('nobody@example.com')).status).toBe(404);
  });

  test('a hash of other parameters is made anew at the next sign-in', async () => {
    const anna = await person();
    const hashOf = async (): Promise<string> => {
      const text = 'select c.password_hash from m_credential c join "user" u on u.id = c.user_id where u.name = $1';
      const [row] = await app.app.db.query({ text, values: [anna.name] });
      return row?.password_hash as string;
    };
    expect(await hashOf()).toMatch(/m=19456,.*t=2/);
    await app.json('PATCH', '/api/v1/System%20Settings/System%20Settings', { password_hash_passes: 3 });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await login(anna.name)).status).toBe(200);
    expect(await hashOf()).toMatch(/m=19456,.*t=3/);
    expect((await login(anna.name)).status).toBe(200);
    expect((await anna.json('GET', ME)).status).toBe(200);
  });
});

test('what happens is in the audit log, without secrets, and stays there', async () => {
  const anna = await person();
  const { token } = (await login(anna.name)).body;
  await login(anna.name, 'a wrong password');
  await login('what I typed by mistake', 'x');
  const { db } = app.app;
  const rows = await db.query({ text: 'select * from m_audit', values: [] });
  const text = JSON.stringify(rows);
  for (const secret of [token, PASSWORD, 'a wrong password', 'typed by mistake']) expect(text).not.toContain(secret);
  const actions = rows.filter((row) => row.subject === anna.name).map((row) => row.action);
  expect(actions).toEqual(expect.arrayContaining(['login', 'login_failed']));
  await expect(db.query({ text: 'delete from m_audit', values: [] })).rejects.toThrow();
  await expect(db.query({ text: `update m_audit set actor = 'x'`, values: [] })).rejects.toThrow();
});
