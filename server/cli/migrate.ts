/**
 * `m migrate …`: the framework's own tables (files of `migrations/`), the built-in DocTypes and those of
 * the apps, and at last the columns that nobody uses any more.
 */
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type Migrations, openMigrations } from '../db/migrate.ts';
import { contract, planContract } from '../doctypes/contract-columns.ts';
import { installDocTypes } from '../install-app.ts';
import { AppError } from '../kernel/error.ts';
import { PACKAGE_ROOT } from '../package-folder.ts';
import { counted, say, sayJson, sayTable } from './output.ts';
import { withProgress } from './progress.ts';
import { withDatabase, withProject } from './project.ts';

const FOLDER = path.join(PACKAGE_ROOT, 'migrations');

export function addMigrate(program: Command): void {
  const group = program
    .command('migrate')
    .summary('bring the database up to date')
    .description('bring the database up to date: migrations, built-in DocTypes, DocTypes of the apps')
    .option('--json', 'the result as JSON')
    .action(runMigrate);
  group
    .command('status')
    .description('which migrations ran and which are to come')
    .option('--json', 'as JSON')
    .action(runStatus);
  group
    .command('history')
    .description('the migrations that ran, oldest first')
    .option('--json', 'as JSON')
    .action(runHistory);
  group
    .command('rollback')
    .description('undo the last migration')
    .option('--confirm <name>', 'its name: asked for when all DocTypes would go with it')
    .option('--json', 'the result as JSON')
    .action(runRollback);
  group
    .command('create')
    .description('write an empty migration of the framework (apps need none: their tables follow from their DocTypes)')
    .argument('<name>', 'what it does, such as add_audit_log')
    .action(runCreate);
  group
    .command('contract')
    .description(
      'drop the columns of removed fields and the tables of removed DocTypes, for good: shows the plan first',
    )
    .option('--confirm <hash>', 'the hash of the plan that you agree to')
    .option('--json', 'the plan as JSON')
    .action(runContract);
}

interface JsonOption {
  json?: true;
}

async function runMigrate(options: JsonOption): Promise<void> {
  const migrations = await withMigrations((all) => withProgress('Migrating', () => all.latest()));
  const apps = await withProject('migrate', async ({ open, apps: { given, demo } }) => {
    const installed: { app: string; doctypes: number }[] = [];
    for (const app of [...given, ...demo])
      installed.push({ app: app.name, doctypes: await installDocTypes(open, app) });
    return installed;
  });
  if (options.json) return sayJson({ migrations, apps });
  for (const name of migrations) say(`Ran ${name}.`);
  for (const { app, doctypes } of apps)
    if (doctypes > 0) say(`${counted(doctypes, 'DocType')} of ${app} made or changed.`);
  if (migrations.length === 0 && apps.every(({ doctypes }) => doctypes === 0)) say('Nothing to migrate.');
}

function withMigrations<T>(work: (migrations: Migrations) => Promise<T>): Promise<T> {
  return withDatabase(async ({ database }) => {
    const migrations = openMigrations({ url: database.url, folder: FOLDER });
    try {
      return await work(migrations);
    } finally {
      await migrations.close();
    }
  });
}

async function runStatus(options: JsonOption): Promise<void> {
  const steps = await withMigrations((migrations) => migrations.status());
  if (options.json) return sayJson(steps.map(({ name, executedAt }) => ({ name, executed_at: executedAt ?? null })));
  sayTable(
    ['migration', 'ran'],
    steps.map(({ name, executedAt }) => [name, executedAt?.toISOString() ?? 'to come']),
  );
}

async function runHistory(options: JsonOption): Promise<void> {
  const steps = await withMigrations((migrations) => migrations.status());
  const ran = steps.filter(({ executedAt }) => executedAt);
  if (options.json) return sayJson(ran.map(({ name, executedAt }) => ({ name, executed_at: executedAt })));
  if (ran.length === 0) return say('No migration ran yet.');
  sayTable(
    ['migration', 'ran'],
    ran.map(({ name, executedAt }) => [name, executedAt?.toISOString() ?? '']),
  );
}

async function runRollback(options: JsonOption & { confirm?: string }): Promise<void> {
  const undone = await withMigrations(async (migrations) => {
    const ran = (await migrations.status()).filter(({ executedAt }) => executedAt);
    const last = ran.at(-1)?.name;
    if (ran.length === 1 && options.confirm !== last) {
      throw new AppError(
        'confirmation_required',
        `Without ${last} there are no DocTypes at all: their definitions and history would be lost. Repeat with --confirm ${last} if you want that.`,
      );
    }
    return migrations.rollback();
  });
  if (options.json) return sayJson({ undone: undone ?? null });
  say(undone ? `Undid ${undone}.` : 'There is no migration to undo.');
}

async function runCreate(name: string): Promise<void> {
  if (!/^[a-z][a-z0-9_]{0,59}$/.test(name)) {
    throw new AppError(
      'bad_request',
      `A migration's name is made of a-z, 0-9 and _, such as add_audit_log; it is ${JSON.stringify(name)}.`,
    );
  }
  if (!existsSync(path.join(PACKAGE_ROOT, 'server/main.ts'))) {
    throw new AppError(
      'bad_request',
      'Migrations belong to the framework itself, and this is its installed package. The tables of an app follow from its DocTypes: see "m new:doctype".',
    );
  }
  const numbers = (await readdir(FOLDER)).map((file) => Number.parseInt(file, 10)).filter(Number.isInteger);
  const number = String(Math.max(0, ...numbers) + 1).padStart(4, '0');
  const file = path.join(FOLDER, `${number}_${name}.ts`);
  await writeFile(file, MIGRATION, { flag: 'wx' });
  say(`Wrote ${path.relative(process.cwd(), file)}. It runs at the next "m migrate" or "m start".`);
}

const MIGRATION = `/** Say here what it changes, and why. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql\`select 1\`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql\`select 1\`.execute(db);
}
`;

async function runContract(options: JsonOption & { confirm?: string }): Promise<void> {
  await withProject('migrate contract', async ({ open, actor }) => {
    const { confirm } = options;
    const plan =
      confirm === undefined
        ? await planContract(open.schema)
        : await withProgress('Dropping', () => contract(open.schema, { actor, confirm }));
    if (options.json) return sayJson({ ...plan, done: confirm !== undefined });
    if (plan.changes.length === 0) return say('Nothing to drop: every column and table is in use.');
    sayTable(
      ['op', 'table', 'column', 'rows', 'reason'],
      plan.changes.map((change) => [change.op, change.table, change.column, change.rows, change.reason]),
    );
    say(
      confirm === undefined
        ? `This loses data for good. To do it: m migrate contract --confirm ${plan.hash}`
        : `Dropped ${counted(plan.changes.length, 'thing')}.`,
    );
  });
}
