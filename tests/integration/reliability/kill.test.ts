/**
 * kill -9 of the server in the middle of edits of a DocType, and the end of the connection that edits. Either the
 * edit happened or it did not: database and metadata agree, and the next start and the next edit work.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../server/db/pool.ts';
import type { Reply } from '../../support/app.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { expectAgreement, expectCoreUpToDate, openObserver } from '../../support/reliability/agreement.ts';
import { type ServerProcess, startServer } from '../../support/reliability/server-process.ts';
import { seedFrom } from '../../support/seed.ts';
import { randomFrom } from '../query/random.ts';

const KILLS = 12;
const ROWS = 100_000;
const SEED = seedFrom('FUZZ_SEED');

interface Field {
  fieldname: string;
  fieldtype: string;
  [key: string]: unknown;
}

let database: TestDatabase;
let observer: Database;
let server: ServerProcess;

beforeAll(async () => {
  database = await createDatabase();
  observer = openObserver(database.url);
  server = await startServer(database.url);
  const fields = [field('title', 'Data'), field('amount', 'Int'), field('day', 'Data'), field('grade', 'Data')];
  for (const name of ['Killed', 'Killed Big']) {
    const reply = await server.json('POST', '/api/v1/DocType', doctype(name, fields));
    expect(reply.status, reply.text).toBe(201);
  }
  await server.json('POST', '/api/v1/Killed', { name: 'K', title: 'kept', amount: 7, day: '2026-01-02' });
  // Large enough that DDL over all rows takes its time.
  await observer.query({
    text: `insert into killed_big (id, name, owner, creation, modified, modified_by, title, amount, day, grade)
      select gen_random_uuid(), 'B' || n, 'Administrator', now(), now(), 'Administrator', 'title ' || n, n, '2026-01-02', n::text
      from generate_series(1, $1::int) n`,
    values: [ROWS],
  });
});
afterAll(async () => {
  await server?.stop();
  await observer?.close();
  await database?.drop();
});

function field(fieldname: string, fieldtype: string): Field {
  return { fieldname, fieldtype };
}

function doctype(name: string, fields: readonly Field[]): Record<string, unknown> {
  return { name, module: 'Test', autoname: 'prompt', fields, permissions: [] };
}

interface State {
  version: number;
  fields: Field[];
}

async function stateOf(name: string): Promise<State> {
  const { body } = await server.json('GET', `/api/v1/DocType/${encodeURIComponent(name)}`);
  return { version: body._version, fields: body.fields };
}

/** An edit that has something to do in the tables, and for the big one much. */
function edited(fields: readonly Field[], round: number): Field[] {
  const has = (type: string) => fields.find((each) => each.fieldname === 'amount')?.fieldtype === type;
  return fields
    .map((each) => {
      if (each.fieldname === 'amount') return { ...each, fieldtype: has('Int') ? 'Data' : 'Int', unique: 0 };
      if (each.fieldname === 'day') return { ...each, fieldtype: each.fieldtype === 'Data' ? 'Date' : 'Data' };
      if (each.fieldname === 'grade') return { ...each, unique: each.unique ? 0 : 1 };
      return each;
    })
    .concat(field(`added_${round}`, 'Int'));
}

/** Sends the edit and waits for nothing: its answer, or that there was none. */
function edit(name: string, state: State, round: number): Promise<Reply | undefined> {
  const body = { fields: edited(state.fields, round), _version: state.version };
  return server.json('PUT', `/api/v1/DocType/${encodeURIComponent(name)}`, body).catch(() => undefined);
}

/** Nothing of ours is at work in the database any more. */
async function quiet(): Promise<void> {
  const text = `select count(*)::int as n from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name = 'framework-m' and state <> 'idle'`;
  for (let n = 0; n < 500; n++) {
    if ((await observer.query({ text, values: [] }))[0]?.n === 0) return;
    await sleep(20);
  }
  throw new Error('connections of the killed server are still at work');
}

async function expectOldOrNew(name: string, before: State, round: number): Promise<'old' | 'new'> {
  const after = await stateOf(name);
  const isNew = after.version === before.version + 1;
  if (!isNew) expect(after.version).toBe(before.version);
  const types = (fields: readonly Field[]) =>
    fields.map(({ fieldname, fieldtype, unique }) => [fieldname, fieldtype, unique || 0]);
  expect(types(after.fields)).toEqual(types(isNew ? edited(before.fields, round) : before.fields));
  return isNew ? 'new' : 'old';
}

test(`${KILLS} times kill -9 in the middle of an edit (FUZZ_SEED=${SEED})`, async () => {
  const random = randomFrom(SEED);
  const seen = { old: 0, new: 0, answered: 0 };
  for (let round = 0; round < KILLS; round++) {
    const name = round % 4 === 1 ? 'Killed Big' : 'Killed';
    const before = await stateOf(name);
    const answer = edit(name, before, round);
    // Once for certain while the rows are still being looked at, else at any moment.
    await sleep(round === 1 ? 15 : random.int(0, name === 'Killed' ? 30 : 900));
    await server.kill();
    const reply = await answer;
    await quiet();
    await expectAgreement(observer);
    await expectCoreUpToDate(observer);
    server = await startServer(database.url);
    const came = await expectOldOrNew(name, before, round);
    seen[came] += 1;
    if (reply?.status === 200) {
      seen.answered += 1;
      expect(came).toBe('new');
    }
    // What it holds is there, under whichever definition, and it can be edited.
    const next = await edit(name, await stateOf(name), 100 + round);
    expect(next?.status, next?.text).toBe(200);
    await expectAgreement(observer);
    const { body } = await server.json('GET', '/api/v1/Killed/K');
    expect([body.title, String(body.amount), body.day]).toEqual(['kept', '7', '2026-01-02']);
    const last = await server.json('GET', `/api/v1/Killed%20Big/B${ROWS}`);
    expect([String(last.body.amount), last.body.grade]).toEqual([String(ROWS), String(ROWS)]);
  }
  // The kills came at different moments, or the test says nothing.
  expect(seen.old).toBeGreaterThan(0);
  expect((await server.json('GET', '/api/v1/Killed%20Big/count')).body.count).toBe(ROWS);
}, 120_000);

test('a database that ends the editing connection: 503, nothing done, and the same server goes on', async () => {
  let interrupted = 0;
  for (let round = 200; round < 202; round++) {
    const before = await stateOf('Killed Big');
    const answer = edit('Killed Big', before, round);
    const ended = await endBackend(/alter table "killed_big"|create unique index|update "killed_big"/);
    const reply = await answer;
    if (ended && reply?.status !== 200) {
      interrupted += 1;
      expect(reply?.status, reply?.text).toBe(503);
      expect(reply?.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    await quiet();
    await expectAgreement(observer);
    expect(await expectOldOrNew('Killed Big', before, round)).toBe(reply?.status === 200 ? 'new' : 'old');
    const next = await edit('Killed Big', await stateOf('Killed Big'), 100 + round);
    expect(next?.status, next?.text).toBe(200);
  }
  expect(interrupted).toBeGreaterThan(0);
}, 60_000);

/** Ends the connection that runs such a statement; false when none was seen. */
async function endBackend(statement: RegExp): Promise<boolean> {
  const text = `select pid, query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state = 'active'`;
  for (let n = 0; n < 1000; n++) {
    const found = (await observer.query({ text, values: [] })).find((row) => statement.test(String(row.query)));
    if (found) {
      await observer.query({ text: 'select pg_terminate_backend($1::int)', values: [found.pid as number] });
      return true;
    }
    await sleep(1);
  }
  return false;
}
