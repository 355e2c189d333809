/**
 * Runs the files of `migrations/` with Kysely's migrator, which locks, orders and records them.
 * DocType tables are none of its business: those follow their definitions (doctypes/).
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, type MigrationResult, Migrator } from 'kysely/migration';
import pg from 'pg';

const MIGRATIONS = 'm_migration';

export interface MigrationStep {
  name: string;
  executedAt?: Date;
}

export interface Migrations {
  /** Runs what is missing; the names of what ran. Throws the first error, with nothing of that file kept. */
  latest(): Promise<string[]>;
  /** Undoes the last one; its name, or undefined when there was none. */
  rollback(): Promise<string | undefined>;
  status(): Promise<MigrationStep[]>;
  close(): Promise<void>;
}

export function openMigrations(q: { url: string; folder: string }): Migrations {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: q.url, max: 1 }) }),
  });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => loadMigrations(q.folder) },
    migrationTableName: MIGRATIONS,
    migrationLockTableName: 'm_migration_lock',
  });
  return {
    async latest() {
      // Kysely's migrator looks at every table of the database first, which takes long in a large one.
      if (await isUpToDate(db, q.folder)) return [];
      return names(await migrator.migrateToLatest());
    },
    async rollback() {
      return names(await migrator.migrateDown())[0];
    },
    async status() {
      return (await migrator.getMigrations()).map(({ name, executedAt }) => ({ name, executedAt }));
    },
    close: () => db.destroy(),
  };
}

async function isUpToDate(db: Kysely<unknown>, folder: string): Promise<boolean> {
  const { rows: tables } = await sql<{
    found: boolean;
  }>`select to_regclass(${MIGRATIONS}) is not null as found`.execute(db);
  if (!tables[0]?.found) return false;
  const { rows } = await sql<{ name: string }>`select name from ${sql.id(MIGRATIONS)}`.execute(db);
  const ran = new Set(rows.map((row) => row.name));
  const files = (await migrationFiles(folder)).map(migrationName);
  return files.length === ran.size && files.every((name) => ran.has(name));
}

function names(run: { error?: unknown; results?: MigrationResult[] }): string[] {
  if (run.error) throw run.error;
  return (run.results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** `.ts` in a checkout, `.js` in the published package. */
async function loadMigrations(folder: string): Promise<Record<string, Migration>> {
  const files = await migrationFiles(folder);
  const loaded: [string, Migration][] = [];
  for (const file of files) {
    loaded.push([migrationName(file), (await import(pathToFileURL(path.join(folder, file)).href)) as Migration]);
  }
  return Object.fromEntries(loaded);
}

async function migrationFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((file) => /^\d+_.*\.(ts|js)$/.test(file) && !file.endsWith('.d.ts')).sort();
}

function migrationName(file: string): string {
  return file.replace(/\.(ts|js)$/, '');
}
