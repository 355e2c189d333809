/**
 * For Kysely's own tools (`kysely migrate:list`): the same migrations, tables and settings as
 * `m migrate`, on the database of DATABASE_URL. The product itself does not read this file.
 */
import { type Dialect, PostgresDialect } from 'kysely';
import pg from 'pg';

/** The dialect for a database. The pool is made at the first query. */
export function dialectOf(url: string | undefined): Dialect {
  return new PostgresDialect({
    pool: async () => {
      if (!url)
        throw new Error(
          'DATABASE_URL is not set: these tools need a database of their own; `npx m migrate` works on the embedded one.',
        );
      return new pg.Pool({ connectionString: url, max: 1, application_name: 'framework-m kysely' });
    },
  });
}

export default {
  dialect: dialectOf(process.env.DATABASE_URL),
  migrations: {
    migrationFolder: 'migrations',
    migrationTableName: 'm_migration',
    migrationLockTableName: 'm_migration_lock',
  },
};
