/**
 * Runs the files of `migrations/` with Kysely's migrator, which locks, orders and records them.
 * DocType tables are none of its business: those follow their definitions (doctypes/).
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kysely, PostgresDialect } from 'kysely';
import { type Migration, type MigrationResult, Migrator } from 'kysely/migration';
import pg from 'pg';

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
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: q.url, max: 1 }) }) });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => loadMigrations(q.folder) },
    migrationTableName: 'm_migration',
    migrationLockTableName: 'm_migration_lock',
  });
  return {
    async latest() {
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

function names(run: { error?: unknown; results?: MigrationResult[] }): string[] {
  if (run.error) throw run.error;
  return (run.results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** `.ts` in a checkout, `.js` in the published package. */
async function loadMigrations(folder: string): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((file) => /^\d+_.*\.(ts|js)$/.test(file) && !file.endsWith('.d.ts')).sort();
  const loaded: [string, Migration][] = [];
  for (const file of files) {
    loaded.push([file.replace(/\.(ts|js)$/, ''), (await import(pathToFileURL(path.join(folder, file)).href)) as Migration]);
  }
  return Object.fromEntries(loaded);
}
