/** Databases of a test's own, in the throw-away PostgreSQL that postgres-setup.ts starts. */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  url: string;
  /** Drops it, ending whatever connections are left. */
  drop(): Promise<void>;
}

/** A fresh, empty database. One for each test file is the rule: `beforeAll(createDatabase)`, `afterAll(drop)`. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await run(server, `create database ${name} template template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => drop(server, name) };
}

const INSUFFICIENT_PRIVILEGE = '42501';

/** PostgreSQL's own vacuum may be at work in the database, which only a superuser may end: it is soon done. */
async function drop(server: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(server, `drop database if exists ${name} with (force)`);
    } catch (error) {
      if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE || attempt === 20) throw error;
      await setTimeout(250);
    }
  }
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
