/**
 * A connection that many share and that falls silent, as behind a network that drops its packets: nobody waits for it
 * for ever, and it is replaced.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../server/db/pool.ts';
import type { Statement } from '../../../server/kernel/statement.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { silentLog } from '../../support/silent-log.ts';

let database: TestDatabase;
let proxy: Server;
let db: Database;
const sockets = new Set<Socket>();
/** Connections on which such a text was sent are silent from then on. */
let silenced: string | undefined;

beforeAll(async () => {
  database = await createDatabase();
  const target = new URL(database.url);
  proxy = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    let isSilent = false;
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
    client.on('data', (chunk) => {
      isSilent ||= silenced !== undefined && chunk.toString('latin1').includes(silenced);
      if (!isSilent) upstream.write(chunk);
    });
    upstream.on('data', (chunk) => isSilent || client.write(chunk));
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = new URL(database.url);
  url.hostname = '127.0.0.1';
  url.port = String((proxy.address() as { port: number }).port);
  db = openDatabase({ url: url.href, size: 4, statementTimeoutMs: 100, log: silentLog });
  await db.query({ text: 'create table note (text text)', values: [] });
});
afterAll(async () => {
  silenced = undefined;
  await db?.close();
  for (const socket of sockets) socket.destroy();
  proxy?.close();
  await database?.drop();
});

const insert = (text: string): Statement => ({
  text: 'insert into note values ($1) returning text',
  values: [text],
  expectsRow: true,
});
const change = (text: string): Promise<unknown> => {
  const noted = db.note();
  noted.tx.send(insert(text));
  return db.sendAtOnce(noted);
};
const create = (text: string): Promise<unknown> => db.sharedTransaction((tx) => tx.query(insert(text)));
const tenOf = (work: (text: string) => Promise<unknown>, text: string) =>
  Promise.allSettled(Array.from({ length: 10 }, (_, n) => work(`${text} ${n}`)));
const codes = (outcomes: PromiseSettledResult<unknown>[]): string[] =>
  outcomes.map((each) =>
    each.status === 'fulfilled' ? 'done' : ((each.reason as { code: string }).code ?? 'unknown'),
  );

test.each([
  ['changes', change, 'lock_timeout'],
  ['new documents', create, 'lock_timeout'],
  ['reads by key', (text: string) => db.queryByKey({ text: 'select $1::text', values: [text] }), 'select $1'],
])(
  '%s end, and go on',
  async (_, work, text) => {
    expect(codes(await tenOf(work, 'before'))).not.toContain('unavailable');
    silenced = text;
    const began = performance.now();
    const met = codes(await tenOf(work, 'silent'));
    expect(performance.now() - began).toBeLessThan(15_000);
    for (const code of met) expect(['done', 'unavailable']).toContain(code);
    silenced = undefined;
    expect(codes(await tenOf(work, 'after'))).toEqual(Array(10).fill('done'));
  },
  30_000,
);
