/**
 * Short pieces of work that think while their transaction is open, several of them in one: they take their locks,
 * as that of a gapless counter, from nobody, and wait for the disk together. Where one fails or would have to wait
 * for somebody else's lock, nothing is kept, and each is done in a transaction of its own.
 */
import type pg from 'pg';
import { batchWrites } from './batched-writes.ts';
import { toAppError } from './errors.ts';
import { openGatherer } from './gather.ts';
import { NeedsTransaction } from './noted.ts';
import { type Row, type Transaction, toQuery } from './statements.ts';
import { isAnswer } from './transaction.ts';

/** It waits for nothing but its own statements, and may be run again. */
export type Work<T> = (tx: Transaction) => Promise<T>;

export interface SharedTransactions {
  /** Resolves when it is committed. Throws what it would throw in a transaction of its own. */
  run<T>(work: Work<T>): Promise<T>;
  close(): Promise<void>;
}

/** `connect` gives connections that wait for nobody's lock for long. */
export function openSharedTransactions(q: {
  connect(): Promise<pg.Client>;
  alone<T>(work: Work<T>): Promise<T>;
}): SharedTransactions {
  const gatherer = openGatherer<Work<unknown>>({ ...q, together });
  return { run: <T>(work: Work<T>) => gatherer.run(work) as Promise<T>, close: gatherer.close };
}

async function together(
  client: pg.Client,
  works: readonly Work<unknown>[],
  prepared: Set<string>,
): Promise<unknown[] | undefined> {
  const sent: Promise<unknown>[] = [];
  let failure: unknown;
  const run = (query: pg.QueryConfig): Promise<pg.QueryResult> => {
    if (query.name) prepared.add(query.name);
    batchWrites(client);
    const promise = client.query(query);
    sent.push(
      promise.catch((error: unknown) => {
        failure ??= error;
      }),
    );
    return promise;
  };
  const effects: (() => void)[] = [];
  const part = (): Transaction => ({
    tenant: undefined,
    async query(statement) {
      try {
        return (await run(toQuery(statement))).rows as Row[];
      } catch (error) {
        throw toAppError(error);
      }
    },
    send: (statement) => void run(toQuery(statement)).catch(() => undefined),
    afterCommit: (effect) => effects.push(effect),
    savepoint: () => Promise.reject(new NeedsTransaction()),
  });
  void run({ text: 'begin' }).catch(() => undefined);
  const done = await Promise.allSettled(works.map((work) => work(part())));
  const isWhole = done.every(({ status }) => status === 'fulfilled');
  const ended = run({ text: isWhole ? 'commit' : 'rollback' }).catch(() => undefined);
  const command = (await ended)?.command;
  await Promise.all(sent);
  // Lost before the commit was sent: nothing is kept, as after any failure.
  if (isWhole && failure && !isAnswer(failure)) throw failure;
  // After a failure PostgreSQL answers COMMIT with ROLLBACK.
  if (command !== 'COMMIT') return undefined;
  for (const effect of effects) effect();
  return done.map((each) => (each as PromiseFulfilledResult<unknown>).value);
}
