/** Taking one's data along, and leaving. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_PASSWORD, type UserClient } from '../../support/app.ts';
import { type AccountsWorld, openAccounts, PASSWORD } from './world.ts';

let app: AccountsWorld;
let ada: UserClient;
let ben: UserClient;

async function must(method: string, path: string, body?: unknown, by: { json: AccountsWorld['json'] } = app) {
  const reply = await by.json(method, path, body);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.text}`);
  return reply.body;
}

beforeAll(async () => {
  app = await openAccounts();
  ada = await app.user({
    name: 'ada@example.test',
    password: PASSWORD,
    roles: ['Writer'],
    fields: { phone: '+49 30 123456', bio: 'Countess of Lovelace' },
  });
  ben = await app.user({ name: 'ben@example.test', password: PASSWORD, roles: ['Writer'] });
  const own = { role: 'Writer', read: 1, write: 1, create: 1 };
  await must('POST', '/api/v1/DocType', {
    name: 'Letter Line',
    module: 'Privacy',
    istable: 1,
    fields: [{ fieldname: 'line', fieldtype: 'Data' }],
  });
  await must('POST', '/api/v1/DocType', {
    name: 'Letter',
    module: 'Privacy',
    autoname: 'prompt',
    track_changes: 1,
    fields: [
      { fieldname: 'title', fieldtype: 'Data' },
      { fieldname: 'reader', fieldtype: 'Link', options: 'User' },
      { fieldname: 'lines', fieldtype: 'Table', options: 'Letter Line' },
    ],
    permissions: [own],
  });
  await must('POST', '/api/v1/DocType', {
    name: 'Dossier',
    module: 'Privacy',
    autoname: 'prompt',
    fields: [{ fieldname: 'about', fieldtype: 'Link', options: 'User' }],
    permissions: [],
  });
  await must('POST', '/api/v1/Letter', { name: 'hers', title: 'A', lines: [{ line: 'first' }] }, ada);
  await must('POST', '/api/v1/Letter', { name: 'to her', title: 'B', reader: 'ada@example.test' }, ben);
  await must('POST', '/api/v1/Letter', { name: 'not hers', title: 'CANARY' }, ben);
  await must('PUT', '/api/v1/Letter/to%20her', { title: 'B2', reader: 'ben@example.test' }, ben);
  await must('PUT', '/api/v1/Letter/to%20her', { reader: 'ada@example.test' }, ben);
  await must('POST', '/api/v1/Dossier', { name: 'secret', about: 'ada@example.test' });
});
afterAll(() => app.close());

describe('my data', () => {
  test('is everything of mine that I may read, and no secret', async () => {
    const reply = await ada.json('GET', '/api/v1/auth/me/export');
    expect([reply.status, reply.headers.get('content-disposition')]).toEqual([
      200,
      'attachment; filename="my-data.json"',
    ]);
    const { documents, profile, sessions, truncated } = reply.body;
    expect(documents.Letter.map((letter: { name: string }) => letter.name).sort()).toEqual(['hers', 'to her']);
    expect(documents.Letter[0].lines[0].line).toBe('first');
    expect([profile.bio, truncated]).toEqual(['Countess of Lovelace', []]);
    expect(sessions.length).toBeGreaterThan(0);
    expect(reply.text).not.toContain('CANARY');
    expect(documents.Dossier).toBeUndefined();
    for (const secret of [ada.token, 'token_hash', 'password_hash', 'secret_hash', '$argon2'])
      expect(reply.text).not.toContain(secret);
  });

  test('is not given without end', async () => {
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await ben.json('GET', '/api/v1/auth/me/export')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe('leaving', () => {
  test('needs the password', async () => {
    expect((await ada.json('POST', '/api/v1/auth/me/delete', { password: 'wrong' })).status).toBeGreaterThanOrEqual(
      400,
    );
    expect((await ada.json('GET', '/api/v1/auth/me')).status).toBe(200);
  });

  test('Administrator cannot', async () => {
    expect((await app.json('POST', '/api/v1/auth/me/delete', { password: ADMIN_PASSWORD })).status).toBe(403);
  });

  test('empties the record, keeps links true, and leaves no trace of the name', async () => {
    const id = (await must('GET', '/api/v1/User/ada@example.test')).id as string;
    const reply = await ada.json('POST', '/api/v1/auth/me/delete', { password: PASSWORD });
    expect([reply.status, reply.text]).toEqual([204, '']);
    const user = await must('GET', `/api/v1/User/${id}`);
    expect(user.name).toMatch(/^deleted-[0-9a-f]{12}$/);
    expect(user).toMatchObject({
      enabled: false,
      roles: [],
      bio: null,
      phone: null,
      email: null,
      full_name: 'Deleted user',
    });
    expect((await must('GET', '/api/v1/Letter/hers')).owner).toBe(user.name);
    expect((await must('GET', '/api/v1/Letter/to%20her')).reader).toBe(user.name);
    expect((await must('GET', '/api/v1/Dossier/secret')).about).toBe(user.name);
    expect((await ada.json('GET', '/api/v1/auth/me')).status).toBe(401);
    expect(await app.logIn('ada@example.test', PASSWORD)).toBe(401);
    expect(await tablesWith(['ada@example.test', 'Lovelace'])).toEqual(['m_audit']);
    const [audited] = await app.app.db.query({
      text: `select actor from m_audit where action = 'account_anonymised'`,
      values: [],
    });
    expect(audited?.actor).toBe(user.name);
  });

  test('and whoever takes the name afterwards inherits nothing', async () => {
    const heir = await app.user({ name: 'ada@example.test', roles: ['Writer'] });
    const { body } = await heir.json('GET', '/api/v1/auth/me/export');
    expect(Object.keys(body.documents)).not.toContain('Letter');
  });

  test('nothing of this failed', () => expect(app.failures).toEqual([]));
});

/** The tables whose rows hold one of these texts anywhere. */
async function tablesWith(words: readonly string[]): Promise<string[]> {
  const tables = await app.app.db.query({
    text: `select table_name as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1`,
    values: [],
  });
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await app.app.db.query({
      text: `select count(*)::int as n from "${String(name)}" t where t::text like any($1::text[])`,
      values: [words.map((word) => `%${word}%`)],
    });
    if (Number(row?.n) > 0) found.push(String(name));
  }
  return found;
}
