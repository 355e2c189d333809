import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const REFUSED: readonly (readonly [args: string, sentence: RegExp])[] = [
  ['strat', /^Unknown command 'strat'; did you mean start\?$/],
  ['--bogus', /^Unknown option '--bogus'\.$/],
  ['doctype import', /^Missing required argument 'path'\.$/],
  ['doctype import nowhere.json', /nowhere\.json does not exist\.$/],
  ['doctype import package.json', /^There is no DocType, .* in package\.json\. Name JSON files/],
  ['doctype export', /^Required option '--out <folder>' not specified\.$/],
  ['doctype export Nothing --out out', /^There is no DocType Nothing\.$/],
  ['doctype history Usr', /^There is no DocType "Usr"; did you mean User\?$/],
  ['doctype history User --limit 0', /to be a whole number from 1 to 10000\.$/],
  ['doctype revert User first', /^Command-argument value 'first' is invalid .* whole number of 1 or more\.$/],
  ['doctype revert User 99', /^The DocType User has no version 99\.$/],
  ['migrate create Bad-Name', /^A migration's name is made of a-z, 0-9 and _, .* it is "Bad-Name"\.$/],
  ['new:app Bad', /^An app's name begins with a letter .* it is "Bad"\.$/],
  ['new:doctype rpc', /^rpc is a word of the REST routes/],
  ['new:doctype __proto__', /^A DocType's name begins with a letter, .* it is "__proto__"\.$/],
  ['new:doctype Book --app nowhere', /nowhere is no app: it has no app\.json\./],
  ['user passwd Administrato', /^There is no user "Administrato"; did you mean Administrator\?$/],
  ['user passwd', /^Expected the password as one line on standard input, but there was none\.$/],
  ['info extra', /^Too many arguments for 'info'\./],
];

test.each(REFUSED)('m %s: one sentence, no result, not zero', async (args, sentence) => {
  const { code, stdout, stderr } = await project.m(args.split(' '));
  // On a busy machine a command may take over two seconds, and says then what it is at.
  const lines = stderr
    .trimEnd()
    .split('\n')
    .filter((line) => !/ … .*\d+ s$/.test(line));
  expect({ stdout, lines: lines.length }).toEqual({ stdout: '', lines: 1 });
  expect(lines[0]).toMatch(sentence);
  expect(code).toBeGreaterThan(0);
});

test('m migrate rollback undoes one at a time, and stops before the tables of all DocTypes', async () => {
  const own = await createDatabase();
  const other = await createProject({ DATABASE_URL: own.url });
  try {
    await other.m(['migrate']);
    for (const name of ['0005_writes', '0004_tenancy', '0003_accounts', '0002_identity']) {
      const { stdout } = await other.m(['migrate', 'rollback']);
      expect(stdout.trimEnd()).toBe(`Undid ${name}.`);
    }
    const { code, stdout, stderr } = await other.m(['migrate', 'rollback']);
    expect(stderr.trimEnd()).toMatch(/^Without 0001_kernel there are no DocTypes at all: .* --confirm 0001_kernel/);
    expect([code !== 0, stdout]).toEqual([true, '']);
  } finally {
    await other.remove();
    await own.drop();
  }
});

describe('a setting that is wrong stops every command with a sentence that names it', () => {
  const WRONG: readonly (readonly [name: string, value: string])[] = [
    ['PORT', '80 80'],
    ['PORT', '65536'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['DEMO', 'yes'],
    ['APPS', 'not/there'],
    ['LOG_LEVL', 'info'],
  ];
  test.each(WRONG)('%s=%s', async (name, value) => {
    const { code, stdout, stderr } = await project.m(['start'], { env: { [name]: value } });
    expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(name);
  });

  test('a database that is not there', async () => {
    const { code, stderr } = await project.m(['info'], {
      env: { DATABASE_URL: 'postgres://me:hush@127.0.0.1:9/none' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The database at 127\.0\.0\.1:9\/none cannot be used: .*ECONNREFUSED.* Check DATABASE_URL/);
    expect(stderr).not.toContain('hush');
  });
});

test('every command has --help, which ends with 0 and touches nothing', async () => {
  const top = await project.m(['--help']);
  expect(top).toMatchObject({ code: 0, stderr: '' });
  const commands = [...top.stdout.matchAll(/^ {2}([a-z:]+)/gm)].map((match) => match[1] as string);
  expect(commands).toEqual(
    expect.arrayContaining(['start', 'migrate', 'doctype', 'user', 'new:app', 'new:doctype', 'console']),
  );
  for (const command of commands.filter((name) => name !== 'help')) {
    const help = await project.m([command, '--help'], { env: { DATABASE_URL: 'postgres://127.0.0.1:9/none' } });
    expect({ command, code: help.code, stderr: help.stderr }).toEqual({ command, code: 0, stderr: '' });
    expect(help.stdout).toMatch(new RegExp(`^Usage: m ${command}`));
  }
}, 60_000);

test('what a script reads is JSON and nothing else', async () => {
  const COMMANDS = [
    'info',
    'routes',
    'config',
    'config show',
    'drift',
    'migrate',
    'migrate status',
    'migrate history',
    'migrate contract',
    'doctype history User',
  ];
  for (const command of COMMANDS) {
    const { code, stdout, stderr } = await project.m([...command.split(' '), '--json']);
    expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' });
    expect(() => JSON.parse(stdout), command).not.toThrow();
  }
}, 60_000);

test('config shows where each setting comes from and no secret', async () => {
  await project.write('.env', 'ADMIN_PASSWORD=from-the-file-hush\nHOST=0.0.0.0\n');
  const env = {
    APP_SECRET: 'secret-hush',
    SMTP_URL: 'smtp://me:hush@mail.test:25',
    DATABASE_URL: 'postgres://u:hush@h/d?sslmode=disable',
  };
  const { stdout } = await project.m(['config', 'show'], { env });
  expect(stdout).toMatch(/^HOST +0\.0\.0\.0 +\.env$/m);
  expect(stdout).toMatch(/^PORT +8000 +default$/m);
  expect(stdout).toMatch(/^SMTP_URL +smtp:\/\/me:\*+@mail\.test:25 +environment$/m);
  expect(stdout).toMatch(/^DATABASE_URL +postgres:\/\/u:\*+@h\/d\?sslmode=disable +environment$/m);
  expect(stdout).not.toContain('hush');
  await project.write('.env', '');
});

test('a new app with a new DocType is a project’s own, and its hooks run', async () => {
  expect((await project.m(['new:app', 'book_shop'])).stdout).toContain('APPS=apps/book_shop');
  const app = path.join(project.folder, 'apps/book_shop');
  expect((await readdir(app)).sort()).toEqual([
    'app.json',
    'app.ts',
    'doctypes',
    'documents',
    'package.json',
    'workspaces',
  ]);
  expect((await project.m(['new:app', 'book_shop'])).stderr).toMatch(/exists already/);

  const made = await project.m(['new:doctype', 'Shop Book', '--app', 'apps/book_shop']);
  expect(made.code).toBe(0);
  expect(existsSync(path.join(app, 'doctypes/Shop Book.json'))).toBe(true);
  expect((await project.m(['new:doctype', 'Shop Book'], { cwd: app })).stderr).toMatch(/exists already/);
  const imported = await project.m(['doctype', 'import', 'apps', '--json']);
  expect(JSON.parse(imported.stdout)).toMatchObject({
    apps: [{ app: 'book_shop', created: 1, warnings: 0 }],
    created: ['Shop Book'],
  });

  // What "npm init" writes of late: the app's own module must load all the same.
  await project.write('package.json', { name: 'shop', type: 'commonjs' });
  const untouched = await project.m(['console'], { env: { APPS: 'apps/book_shop' }, input: 'return 1' });
  expect(untouched).toMatchObject({ code: 0, stderr: '' });
  await project.write(
    'apps/book_shop/app.ts',
    "export default { controllers: { 'Shop Book': { hooks: { validate({ doc }: { doc: { title: string } }) { doc.title = doc.title.trim(); } } } } };",
  );
  const { stdout, stderr } = await project.m(['console'], {
    env: { APPS: 'apps/book_shop' },
    input:
      "const book = await doors.create('Shop Book', { title: '  Dune ' });\nconsole.log(book.name, book.title, book.status);",
  });
  expect({ stdout, stderr }).toEqual({ stdout: 'SHOP-BOOK-00001 Dune Open\n', stderr: '' });
});
