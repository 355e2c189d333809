import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { createProject, type Project } from './command.ts';

let database: TestDatabase;
let project: Project;

beforeAll(async () => {
  database = await createDatabase();
  project = await createProject({ DATABASE_URL: database.url });
});

afterAll(async () => {
  await project.remove();
  await database.drop();
});

const add = (args: readonly string[], input?: string) => project.m(['user', 'add', ...args], { input });
const ask = async (expression: string): Promise<string> =>
  (await project.m(['console'], { input: `${expression}\n` })).stdout;

test('m user add makes a user with roles, and a password where one is given', async () => {
  const made = await add(
    ['ann@example.org', '--role', 'System Manager', '--password', '--json'],
    'a long enough secret\n',
  );
  expect(made.code, made.stderr).toBe(0);
  expect(JSON.parse(made.stdout)).toEqual({ name: 'ann@example.org', roles: ['System Manager'], has_password: true });
  const user = `JSON.stringify((await app.db.query({ text: 'select u.email, u.user_type, r.role from "user" u join has_role r on r.parent = u.name where u.name = $1', values: ['ann@example.org'] }))[0])`;
  expect(await ask(user)).toContain('{"email":"ann@example.org","user_type":"System User","role":"System Manager"}');
  const credentials = `'hashes ' + (await app.db.query({ text: 'select count(*) from m_credential c join "user" u on u.id = c.user_id where u.name = $1', values: ['ann@example.org'] }))[0].count`;
  expect(await ask(credentials)).toContain('hashes 1');

  const plain = await add(['bob', '--website', '--first-name', 'Bob']);
  expect(plain).toMatchObject({ code: 0, stdout: expect.stringContaining('"m user passwd bob" gives a password') });
});

test('m user add says what is wrong, and makes nothing', async () => {
  const wrong: [string[], RegExp][] = [
    [['carl', '--role', 'System Manger'], /^There is no role "System Manger"; did you mean System Manager\?$/m],
    [['carl', '--role', 'Administrator'], /The role Administrator is not given by hand/],
    [['carl', '--email', 'no address'], /e-mail address/],
    [['carl', '--password'], /Expected the password as one line on standard input/],
    [['ann@example.org'], /already/],
  ];
  for (const [args, sentence] of wrong) {
    const outcome = await add(args);
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toMatch(sentence);
  }
  expect(
    await ask(
      `'carls ' + (await app.db.query({ text: 'select count(*) from "user" where name = $1', values: ['carl'] }))[0].count`,
    ),
  ).toContain('carls 0');
}, 60_000);
