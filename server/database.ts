/**
 * Which database this process works on: the one of DATABASE_URL, or the embedded one, started or joined.
 * Asks it the one thing that must be known before the services open: whose DocTypes it holds.
 */
import path from 'node:path';
import type { Config } from './config.ts';
import { startEmbeddedPostgres } from './db/embedded.ts';
import { openDatabase } from './db/pool.ts';
import { AppError } from './kernel/error.ts';
import type { Logger } from './kernel/ports.ts';

export interface RunningDatabase {
  url: string;
  isEmbedded: boolean;
  /** The apps that DocTypes in it belong to, `core` among them; empty for a new database. */
  apps: ReadonlySet<string>;
  /** Leaves it; the embedded one is stopped when nobody else uses it. May be called twice. */
  stop(): Promise<void>;
}

/** Throws AppError `unavailable` when it cannot be reached, with what to do about it. */
export async function openRunningDatabase(config: Config, log: Logger): Promise<RunningDatabase> {
  if (config.databaseUrl) {
    return {
      url: config.databaseUrl,
      isEmbedded: false,
      apps: await appsOf(config.databaseUrl, log),
      stop: async () => {},
    };
  }
  const embedded = await startEmbeddedPostgres({ dataDir: path.join(config.dataDir, 'postgres'), log });
  try {
    return { url: embedded.url, isEmbedded: true, apps: await appsOf(embedded.url, log), stop: embedded.stop };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

async function appsOf(url: string, log: Logger): Promise<ReadonlySet<string>> {
  const db = openDatabase({ url, size: 1, statementTimeoutMs: 5000, log });
  try {
    const [table] = await db.query({ text: `select to_regclass('doctype') is not null as "exists"`, values: [] });
    if (!table?.exists) return new Set();
    const rows = await db.query({ text: 'select distinct app from doctype', values: [] });
    return new Set(rows.map((row) => String(row.app)));
  } catch (error) {
    throw new AppError(
      'unavailable',
      `The database at ${addressOf(url)} cannot be used: ${reasonOf(error)}. Check DATABASE_URL, and that PostgreSQL runs there.`,
      { cause: error },
    );
  } finally {
    await db.close();
  }
}

/** Without user and password. */
function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** What PostgreSQL or the network said; AppErrors hide it from clients, but this is read by an operator. */
function reasonOf(error: unknown): string {
  const cause = error instanceof AppError && error.cause instanceof Error ? error.cause : (error as Error);
  const first = cause instanceof AggregateError ? (cause.errors[0] as Error) : cause;
  return (first.message || String((first as { code?: string }).code)).replace(/\.$/, '');
}
