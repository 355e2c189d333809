/**
 * Changes that are known beforehand, several of them in one transaction: the commit costs more than the change, and
 * those who would wait for the disk at the same moment wait for it together. Each has its own outcome: where one
 * fails, or would have to wait for somebody's lock, all of them are made again, each alone.
 */
import type pg from 'pg';
import type { Statement } from '../kernel/statement.ts';
import { writeTogether } from './batched-writes.ts';
import { openGatherer } from './gather.ts';
import { type Row, toQuery } from './statements.ts';
import { isAnswer } from './transaction.ts';

/** The statements of one change, of which the first sees to it that the others may be made. */
export type Change = readonly Statement[];

export interface CommitGroup {
  /** Resolves when it is committed, with the rows of its first statement. Throws what it would throw alone. */
  run(change: Change): Promise<Row[]>;
  close(): Promise<void>;
}

/** For the connection of work that several do together: longer nobody waits for somebody else's lock. */
export const TOGETHER = { lock_timeout: 50 } as const;

/** `connect` gives connections with TOGETHER. */
export function openCommitGroup(q: {
  connect(): Promise<pg.Client>;
  alone(change: Change): Promise<Row[]>;
}): CommitGroup {
  const gatherer = openGatherer<Change>({ ...q, together: commitTogether });
  return { run: (change) => gatherer.run(change) as Promise<Row[]>, close: gatherer.close };
}

async function commitTogether(
  client: pg.Client,
  changes: readonly Change[],
  prepared: Set<string>,
): Promise<Row[][] | undefined> {
  const statements = changes.flatMap((change) => change.map((statement) => inGroup(change, statement)));
  for (const { name } of statements) if (name) prepared.add(name);
  // One statement is a transaction by itself.
  const isLone = statements.length === 1;
  const queries = statements.map(toQuery);
  const answers = writeTogether(client, () =>
    (isLone ? queries : [BEGIN, ...queries, COMMIT]).map((query) => client.query(query)),
  );
  const sent = answers.map((answer) =>
    answer.then(
      (result) => ({ result, error: undefined }),
      (error: unknown) => ({ result: undefined, error }),
    ),
  );
  const settled = await Promise.all(sent);
  const lost = settled.find(({ error }) => error !== undefined && !isAnswer(error));
  if (lost) throw lost.error;
  const last = settled.at(-1)?.result;
  // After a failure PostgreSQL answers COMMIT with ROLLBACK.
  if (!last || (!isLone && last.command !== 'COMMIT')) return undefined;
  let next = isLone ? 0 : 1;
  return changes.map((change) => {
    const rows = settled[next]?.result?.rows ?? [];
    next += change.length;
    return rows;
  });
}

const BEGIN = { text: 'begin' };
const COMMIT = { text: 'commit' };

/** A lone statement fails by changing no row; where more follow it must stop them, and with them the group. */
function inGroup(change: Change, statement: Statement): Statement {
  return change.length === 1 ? { ...statement, ...statement.alone } : statement;
}
