import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/db/embedded.ts';
import { silentLog } from '../support/silent-log.ts';

let folder: string;
let dataDir: string;
const started: EmbeddedPostgres[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'framework-m-embedded-'));
  dataDir = path.join(folder, 'postgres');
});

afterEach(async () => {
  for (const postgres of started.splice(0)) await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
  started.push(postgres);
  return postgres;
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A process of its own that starts the database, says so, and then does what it is told on its input. */
function startElsewhere(): { child: ReturnType<typeof spawn>; url: Promise<string> } {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(path.resolve('server/db/embedded.ts'))};
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const postgres = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log });
    console.log(postgres.url);
    process.stdin.once('end', async () => { await postgres.stop(); process.exit(0); }).resume();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was up`)));
  });
  return { child, url };
}

function ended(child: ReturnType<typeof spawn>): Promise<unknown> {
  return new Promise((resolve) => child.once('exit', resolve));
}

test('keeps data over a restart, with real durability, UTC, Unicode letters and no superuser', async () => {
  const first = await start();
  await ask(first.url, 'create table note (text text)');
  await ask(first.url, "insert into note values ('Ärger')");
  await first.stop();

  const second = await start();
  const rows = await ask(
    second.url,
    `select upper(text) as text, current_setting('fsync') as fsync, current_setting('TimeZone') as zone,
       current_setting('is_superuser') as superuser, current_setting('data_checksums') as checksums from note`,
  );
  expect(rows).toEqual([{ text: 'ÄRGER', fsync: 'on', zone: 'UTC', superuser: 'off', checksums: 'on' }]);
});

test('listens on this machine only, and only for its password, which nobody else may read', async () => {
  const { url } = await start();
  const stranger = new URL(url);
  expect(stranger.hostname).toBe('127.0.0.1');
  stranger.password = 'guess';
  await expect(ask(stranger.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  expect((await stat(`${dataDir}.password`)).mode & 0o777).toBe(0o600);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});

test('two first starts at once share one server, and the one that started it may leave first', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  expect(one.url).toBe(two.url);
  await one.stop();
  expect(await ask(two.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await two.stop();
  await expect(ask(two.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  expect(existsSync(path.join(dataDir, 'postmaster.pid'))).toBe(false);
});

test('a start that meets a stop waits and gets a server', async () => {
  const first = await start();
  const [, second] = await Promise.all([first.stop(), sleep(5).then(start)]);
  expect(await ask(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('the server of a process that was killed is taken over, and stopped by the one that took it', async () => {
  const { child, url } = startElsewhere();
  const orphan = await url;
  child.kill('SIGKILL');
  await ended(child);

  const heir = await start();
  expect(heir.url).toBe(orphan);
  await heir.stop();
  await expect(ask(orphan, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
});

test('a process that comes and goes leaves the server to the one that is still there', async () => {
  const here = await start();
  const { child, url } = startElsewhere();
  expect(await url).toBe(here.url);
  child.stdin?.end();
  await ended(child);
  expect(await ask(here.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('who has lost his connection still has his say: another one comes and goes, and the server stays', async () => {
  const here = await start();
  const keepers = `from pg_stat_activity where application_name = 'framework-m keeper'`;
  const [before] = await ask(here.url, `select pid ${keepers}`);
  await ask(here.url, `select pg_terminate_backend(pid) ${keepers}`);
  await expect.poll(() => ask(here.url, `select pid ${keepers} and pid <> ${before?.pid}`)).toHaveLength(1);
  const { child, url } = startElsewhere();
  await url;
  child.stdin?.end();
  await ended(child);
  expect(await ask(here.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a server that was killed is started again at its address, and is stopped at the end', async () => {
  const here = await start();
  await ask(here.url, 'create table note (text text)');
  const pid = Number((await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGKILL');
  const asked = () => ask(here.url, 'select count(*)::int as notes from note').catch(() => 'away');
  await expect.poll(asked, { timeout: 20_000, interval: 100 }).toEqual([{ notes: 0 }]);
  await here.stop();
  expect(await asked()).toBe('away');
});

test('a postmaster.pid whose number now belongs to another process does not prevent the start', async () => {
  await (await start()).stop();
  await writeFile(path.join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n1\n1\n\n127.0.0.1\n`);
  const again = await start();
  expect(await ask(again.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('data of another version is refused with a sentence, and left alone', async () => {
  await (await start()).stop();
  await writeFile(path.join(dataDir, 'PG_VERSION'), '17\n');
  await expect(start()).rejects.toThrow(/made by PostgreSQL 17, and this is 18/);
  expect(await readFile(path.join(dataDir, 'PG_VERSION'), 'utf8')).toBe('17\n');
});
