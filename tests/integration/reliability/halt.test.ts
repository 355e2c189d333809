/**
 * The process stands still within a transaction, as when its machine is suspended, until PostgreSQL gives the
 * transaction up: that is said as what it is, nothing is written, and the next one goes on as before.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../server/db/pool.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { silentLog } from '../../support/silent-log.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createDatabase();
  db = openDatabase({ url: database.url, size: 2, statementTimeoutMs: 5_000, log: silentLog });
  await db.query({ text: 'create table note (text text)', values: [] });
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const insert = (text: string) => ({ text: 'insert into note values ($1)', values: [text] });

/** Nothing of the process goes on meanwhile. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test.each(['transaction', 'sharedTransaction'] as const)('%s', async (way) => {
  const halted = db[way](async (tx) => {
    await tx.query({ text: `set local idle_in_transaction_session_timeout = '50ms'`, values: [] });
    await tx.query(insert(`${way} halted`));
    standStill(500);
    await tx.query(insert(`${way} after`));
  });
  await expect(halted).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' });
  await expect(halted).rejects.toThrow(/nothing was written/);
  await db[way]((tx) => tx.query(insert(`${way} next`)));
  const stored = await db.query({ text: 'select text from note where text like $1', values: [`${way} %`] });
  expect(stored).toEqual([{ text: `${way} next` }]);
});
