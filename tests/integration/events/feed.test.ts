/** The feed itself: what is lost is said, nothing waits for it, and nothing of it is left. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Database, openDatabase } from '../../../server/db/pool.ts';
import { createDocument } from '../../../server/documents/create.ts';
import { renameDocument } from '../../../server/documents/rename.ts';
import { openChangeFeed } from '../../../server/events/change-feed.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import { createContext } from '../../../server/services.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import { openTestServices } from '../../support/services.ts';
import { silentLog } from '../../support/silent-log.ts';
import { DOCTYPES, openWorld } from '../tenancy/world.ts';
import { ANYTHING_HEARD, listenTo } from './heard.ts';

const NOTE = docType('Note', ['title'], { autoname: 'prompt' });

let first: TestApp;
let second: TestApp;
beforeAll(async () => {
  first = await createTestApp();
  second = await createTestApp({ databaseUrl: first.databaseUrl });
  expect((await first.json('POST', '/api/v1/DocType', NOTE)).status).toBe(201);
});
afterAll(async () => {
  await second?.close();
  await first?.close();
});

const note = async (app: TestApp, name: string): Promise<void> => {
  expect((await app.json('POST', '/api/v1/Note', { name })).status).toBe(201);
};

const OF_FEED = `datname = current_database() and application_name = 'framework-m changes'`;

/** Connections of the feed. */
async function connections(db: Pick<Database, 'query'>): Promise<number> {
  const [row] = await db.query({
    text: `select count(*)::int as n from pg_stat_activity where ${OF_FEED}`,
    values: [],
  });
  return Number(row?.n);
}

test('many notes at once are told one after the other, and PostgreSQL is not asked in a way that will go', async () => {
  const heard: string[] = [];
  const warnings: string[] = [];
  const warn = ({ name, message }: Error): void => void warnings.push(`${name}: ${message}`);
  process.on('warning', warn);
  const stop = second.app.changes.onNote((text) => heard.push(text));
  const notes = Array.from({ length: 20 }, (_, n) => `note ${n}`);
  await Promise.all(notes.map((text) => first.app.changes.sendNote(text)));
  await expect.poll(() => heard).toEqual(notes);
  stop();
  process.off('warning', warn);
  expect(warnings).toEqual([]);
});

describe('a lost connection', () => {
  test('is made again, and who listens hears that there may have been anything', async () => {
    const here = listenTo(first.app.changes);
    const there = listenTo(second.app.changes);
    await first.app.db.query({
      text: `select pg_terminate_backend(pid) from pg_stat_activity where ${OF_FEED}`,
      values: [],
    });
    // Written while nobody can tell it: told when somebody can.
    await note(first, 'meanwhile');
    for (const ear of [here, there]) await ear.until((heard) => heard.includes(ANYTHING_HEARD));
    expect(there.batches.some(({ isComplete, changes }) => !isComplete && changes.length === 0)).toBe(true);
    await note(first, 'afterwards');
    await note(second, 'back');
    const both = ['insert Note afterwards', 'insert Note back'];
    for (const ear of [here, there]) {
      const heard = await ear.until((all) => both.every((change) => all.includes(change)));
      for (const change of both) expect(heard.filter((each) => each === change)).toEqual([change]);
    }
    here.close();
    there.close();
  });
});

describe('many writes', () => {
  test('5,000 in one transaction are one batch here, and less detail there', async () => {
    const here = listenTo(first.app.changes);
    const there = listenTo(second.app.changes);
    const ctx = createContext(first.app, systemActor('a test'));
    await first.app.db.transaction(async (tx) => {
      for (let n = 0; n < 5000; n++)
        await createDocument({ ...ctx, tx }, { doctype: 'Note', given: { name: `mass-${n}` } });
    });
    await here.until((heard) => heard.length === 5000);
    expect(here.batches).toHaveLength(1);
    expect(await there.until((heard) => heard.length > 0)).toEqual(['update Note']);
    await note(first, 'after the mass');
    await there.until((heard) => heard.includes('insert Note after the mass'));
    here.close();
    there.close();
  });

  test('publishing is no work, and what comes of it stays small', async () => {
    const there = listenTo(second.app.changes);
    const begun = performance.now();
    for (let n = 0; n < 50_000; n++) first.app.changes.publish([{ doctype: 'Note', name: `${n}`, event: 'update' }]);
    expect(performance.now() - begun).toBeLessThan(3000);
    await there.until((heard) => heard.includes('update Note'));
    await pause(100);
    expect(there.heard.length).toBeLessThan(20);
    there.close();
  });
});

test('a listener that fails does not keep others from hearing', async () => {
  const log = { ...silentLog, error: vi.fn() };
  const db = openDatabase({ url: first.databaseUrl, size: 1, statementTimeoutMs: 5000, log });
  const feed = await openChangeFeed({ db, log });
  feed.subscribe(() => {
    throw new Error('on purpose');
  });
  feed.subscribe((async () => Promise.reject(new Error('later'))) as () => void);
  const gone = listenTo(feed);
  gone.close();
  const ear = listenTo(feed);
  feed.publish([{ doctype: 'Note', name: 'x', event: 'delete' }]);
  expect(ear.heard).toEqual([]);
  expect(await ear.until((heard) => heard.length > 0)).toEqual(['delete Note x']);
  await pause(1);
  expect(log.error).toHaveBeenCalledTimes(2);
  expect(gone.heard).toEqual([]);
  await feed.stop();
  await db.close();
});

describe('the end', () => {
  test('what waits is sent, and the connection is gone', async () => {
    const db = openDatabase({ url: first.databaseUrl, size: 1, statementTimeoutMs: 5000, log: silentLog });
    const before = await connections(first.app.db);
    const feed = await openChangeFeed({ db, log: silentLog });
    expect(await connections(first.app.db)).toBe(before + 1);
    const there = listenTo(second.app.changes);
    feed.publish([{ doctype: 'Note', name: 'last words', event: 'insert' }]);
    await feed.stop();
    await there.until((heard) => heard.includes('insert Note last words'));
    await vi.waitFor(async () => expect(await connections(first.app.db)).toBe(before));
    feed.publish([{ doctype: 'Note', name: 'too late', event: 'insert' }]);
    there.close();
    await db.close();
  });

  test('comes soon though the database is away', async () => {
    const db = openDatabase({ url: first.databaseUrl, size: 1, statementTimeoutMs: 5000, log: silentLog });
    let isAway = false;
    let pid = 0;
    const feed = await openChangeFeed({
      log: silentLog,
      db: {
        async connect() {
          if (isAway) throw new Error('away');
          const client = await db.connect();
          pid = Number((await client.query('select pg_backend_pid() as pid')).rows[0].pid);
          return client;
        },
      },
    });
    isAway = true;
    await first.app.db.query({ text: 'select pg_terminate_backend($1::int)', values: [pid] });
    await pause(300);
    for (let n = 0; n < 2000; n++) feed.publish([{ doctype: `Type ${n}`, name: 'x', event: 'update' }]);
    const there = listenTo(second.app.changes);
    isAway = false;
    // Too many to keep: it is said that there was something.
    await there.until((heard) => heard.includes(ANYTHING_HEARD));
    isAway = true;
    await first.app.db.query({ text: 'select pg_terminate_backend($1::int)', values: [pid] });
    await pause(50);
    feed.publish([{ doctype: 'Note', name: 'x', event: 'update' }]);
    const begun = performance.now();
    await feed.stop();
    expect(performance.now() - begun).toBeLessThan(4000);
    there.close();
    await db.close();
  });
});

test('an import, which goes through no door, is heard too', async () => {
  const services = await openTestServices();
  const ear = listenTo(services.open.changes);
  await services.import(
    docType('Late', ['title'], { module: 'Evening', permissions: [{ role: 'Late Role', read: 1 }] }),
  );
  expect(await ear.until((heard) => heard.length > 0)).toEqual(
    expect.arrayContaining(['insert DocType Late', 'insert Role Late Role', 'insert Module Def Evening']),
  );
  await services.close();
});

test('with many tenants a change says whose it is', async () => {
  const country = docType('Country', ['code'], { autoname: 'field:code', tenancy: 'Common', allow_rename: 1 });
  const world = await openWorld({ doctypes: [country, ...DOCTYPES.slice(1)] });
  const ear = listenTo(world.open.changes);
  const [one, two, operator] = [world.of('t1'), world.of('t2'), world.of('*')];
  await operator.doors.create('Country', { code: 'DE' });
  await one.doors.create('Customer', { customer_name: 'Acme', country: 'DE' });
  await two.doors.create('Customer', { customer_name: 'Acme' });
  expect(await ear.until((heard) => heard.length >= 3)).toEqual([
    'insert Country DE',
    'insert Customer Acme @t1',
    'insert Customer Acme @t2',
  ]);
  ear.forget();
  // Work of the server about all tenants does not know whose it is, and says no name.
  const { name } = await one.doors.create('Ticket', { subject: 'mine' });
  await world.update('Ticket', name, { subject: 'still' });
  expect(await ear.until((heard) => heard.length >= 2)).toEqual([`insert Ticket ${name} @t1`, 'update Ticket']);
  ear.forget();
  // What is common is linked to by all tenants.
  await renameDocument(operator.context(), { doctype: 'Country', name: 'DE', to: 'GER', merge: false });
  const heard = await ear.until((all) => all.length > 0);
  expect(heard).toEqual(expect.arrayContaining(['rename Country DE', 'rename Country GER', 'update Customer']));
  await world.close();
});
