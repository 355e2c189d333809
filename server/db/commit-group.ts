/**
 * Changes that are known beforehand, several of them in one transaction: the commit costs more than the change, and
 * those who would wait for the disk at the same moment wait for it together. Each has its own outcome: where one
 * fails, or would have to wait for somebody's lock, all of them are made again, each alone.
 */
import type pg from 'pg';
import type { Statement } from '../kernel/statement.ts';
import { batchWrites } from './batched-writes.ts';
import { otherRow, toAppError } from './errors.ts';
import { MAX_PREPARED } from './lane.ts';
import { type Row, toQuery } from './statements.ts';
import { isAnswer, unknownOutcome } from './transaction.ts';

/** The statements of one change, of which the first sees to it that the others may be made. */
export type Change = readonly Statement[];

export interface CommitGroup {
  /** Resolves when it is committed, with the rows of its first statement. Throws what it would throw alone. */
  run(change: Change): Promise<Row[]>;
  close(): Promise<void>;
}

interface Entry {
  change: Change;
  resolve(rows: Row[]): void;
  reject(error: unknown): void;
}

/** Of one transaction: who comes last waits for all of them. */
const MOST = 16;
/** Longer nobody waits for a lock that somebody else's change would have to wait for. */
const LOCK_TIMEOUT = "set local lock_timeout = '50ms'";

export function openCommitGroup(q: {
  connect(): Promise<pg.Client>;
  alone(change: Change): Promise<Row[]>;
}): CommitGroup {
  const waiting: Entry[] = [];
  const prepared = new Set<string>();
  let client: pg.Client | undefined;
  let isLoneUnderWay = false;
  let draining: Promise<void> | undefined;
  const forget = (): void => {
    void client?.end().catch(() => undefined);
    client = undefined;
    prepared.clear();
  };
  const connected = async (): Promise<pg.Client> => {
    if (client) return client;
    const opened = await q.connect();
    opened.on('error', () => undefined);
    opened.once('end', () => {
      if (client === opened) client = undefined;
    });
    client = opened;
    return opened;
  };
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const entries = waiting.splice(0, MOST);
      try {
        const on = await connected();
        for (const { name } of entries.flatMap(({ change }) => change)) if (name) prepared.add(name);
        if (!(await commitTogether(on, entries))) eachAlone(entries, q.alone);
      } catch (error) {
        forget();
        for (const { reject } of entries) reject(toAppError(unknownOutcome(error)));
      }
      if (prepared.size > MAX_PREPARED) forget();
    }
    draining = undefined;
  };
  return {
    async run(change) {
      if (!draining && !isLoneUnderWay) {
        isLoneUnderWay = true;
        try {
          return await q.alone(change);
        } finally {
          isLoneUnderWay = false;
        }
      }
      return new Promise((resolve, reject) => {
        waiting.push({ change, resolve, reject });
        draining ??= drain();
      });
    },
    async close() {
      await draining;
      await client?.end();
    },
  };
}

/** False: nothing was written, since one of them failed. Throws when the connection did. */
async function commitTogether(client: pg.Client, entries: readonly Entry[]): Promise<boolean> {
  batchWrites(client);
  const answers = [
    client.query('begin'),
    client.query(LOCK_TIMEOUT),
    ...entries.flatMap(({ change }) => change.map((statement) => client.query(toQuery(inGroup(change, statement))))),
    client.query('commit'),
  ].map((sent) =>
    sent.then(
      (result) => ({ result, error: undefined }),
      (error: unknown) => ({ result: undefined, error }),
    ),
  );
  const [, , ...settled] = await Promise.all(answers);
  const lost = settled.find(({ error }) => error !== undefined && !isAnswer(error));
  if (lost) throw lost.error;
  const committed = settled.pop();
  // After a failure PostgreSQL answers COMMIT with ROLLBACK.
  if (committed?.result?.command !== 'COMMIT') return false;
  let next = 0;
  for (const { change, resolve, reject } of entries) {
    const first = settled[next];
    next += change.length;
    if (change.length === 1 && change[0]?.expectsRow && first?.result?.rowCount === 0) reject(toAppError(otherRow()));
    else resolve((first?.result?.rows ?? []) as Row[]);
  }
  return true;
}

/** A lone statement fails by changing no row; where more follow it must stop them, and with them the group. */
function inGroup(change: Change, statement: Statement): Statement {
  return change.length === 1 ? { ...statement, ...statement.alone } : statement;
}

function eachAlone(entries: readonly Entry[], alone: (change: Change) => Promise<Row[]>): void {
  for (const { change, resolve, reject } of entries) alone(change).then(resolve, reject);
}
