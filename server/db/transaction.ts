/**
 * One transaction on a connection of the pool, its statements pipelined: what is sent need not be waited for,
 * and the first failure is the one that is told. Run again by the pool when another try may help.
 */
import type pg from 'pg';
import { AppError } from '../kernel/error.ts';
import type { Statement } from '../kernel/statement.ts';
import { batchWrites } from './batched-writes.ts';
import type { Checkout } from './checkout.ts';
import { sqlState, toAppError } from './errors.ts';
import { type Row, type Transaction, toQuery } from './statements.ts';
import { type AskedFor, settingOfTransaction } from './tenant-setting.ts';

/**
 * Begins, works, commits; rolls back when `work` throws. With a tenant everything in it asks for that one.
 * Throws AppErrors, `unavailable` with the outcome unknown when the reply to COMMIT was lost.
 */
export async function runTransaction<T>(
  checkout: Checkout,
  tenant: AskedFor,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const client = await checkout.takePatiently().catch((error) => {
    throw toAppError(error);
  });
  const effects: (() => void)[] = [];
  const sent: Promise<unknown>[] = [];
  let failure: unknown;
  let parts = 0;
  const run = (query: pg.QueryConfig): Promise<pg.QueryResult> => {
    batchWrites(client);
    const promise = client.query(query);
    promise.catch((error) => {
      failure ??= error;
    });
    return promise;
  };
  const tx: Transaction = {
    tenant,
    async query(statement) {
      try {
        return (await run(toQuery(statement))).rows as Row[];
      } catch (error) {
        // In a pipeline the first failure is the cause; the rest only say "transaction is aborted".
        throw toAppError(failure ?? error);
      }
    },
    send: (statement) => {
      sent.push(run(toQuery(statement)).catch(() => undefined));
    },
    afterCommit: (effect) => effects.push(effect),
    async savepoint(work) {
      const name = `part_${++parts}`;
      const effectsBefore = effects.length;
      await run({ text: `savepoint ${name}` });
      try {
        const result = await work();
        await Promise.all(sent.splice(0));
        if (failure) throw failure;
        await run({ text: `release savepoint ${name}` });
        return result;
      } catch (error) {
        const cause = failure && isAborted(error) ? failure : error;
        await Promise.all(sent.splice(0));
        failure = undefined;
        effects.length = effectsBefore;
        await run({ text: `rollback to savepoint ${name}` });
        throw toAppError(cause);
      }
    },
  };
  let broken: Error | undefined;
  try {
    sent.push(run({ text: 'begin' }).catch(() => undefined));
    if (tenant !== undefined) sent.push(run(settingOfTransaction(tenant)).catch(() => undefined));
    const result = await work(tx);
    await commit({ client, sent, failure: () => failure });
    for (const effect of effects) effect();
    return result;
  } catch (error) {
    broken = await rollback(client);
    throw toAppError(failure && isAborted(error) ? failure : error);
  } finally {
    checkout.give(client, broken);
  }
}

/**
 * Statements that are known beforehand, as one transaction in one round trip: a lone one commits by itself.
 * Resolves with the rows of the first. Throws as runTransaction does.
 */
export async function runAtOnce(
  checkout: Checkout,
  tenant: AskedFor,
  statements: readonly Statement[],
): Promise<Row[]> {
  const [only, ...more] = statements;
  if (!only) return [];
  if (tenant !== undefined || more.length > 0) {
    return runTransaction(checkout, tenant, (tx) => {
      const first = tx.query(only);
      for (const statement of more) tx.send(statement);
      return first;
    });
  }
  const client = await checkout.takePatiently().catch((error) => {
    throw toAppError(error);
  });
  let broken: Error | undefined;
  try {
    batchWrites(client);
    const { rows } = await client.query(toQuery({ ...only, ...only.alone }));
    return rows as Row[];
  } catch (error) {
    if (isAnswer(error)) throw toAppError(error);
    broken = error instanceof Error ? error : new Error(String(error));
    throw toAppError(unknownOutcome(error));
  } finally {
    checkout.give(client, broken);
  }
}

async function commit(q: {
  client: pg.PoolClient;
  sent: readonly Promise<unknown>[];
  failure: () => unknown;
}): Promise<void> {
  // Pipelined behind everything sent: after a failure PostgreSQL answers COMMIT with ROLLBACK.
  batchWrites(q.client);
  const committed = q.client.query({ text: 'commit' }).then(
    (result) => ({ command: result.command, error: undefined }),
    (error: unknown) => ({ command: '', error }),
  );
  await Promise.all(q.sent);
  const { command, error } = await committed;
  const failure = q.failure();
  // Replies to what was sent before COMMIT may be lost together with its own.
  const cause = failure && isAnswer(failure) ? failure : (error ?? failure);
  if (cause) throw isAnswer(cause) ? cause : unknownOutcome(cause);
  if (command !== 'COMMIT')
    throw new AppError('unavailable', 'The database rolled the change back. Nothing was written; try again.');
}

/** The reply to COMMIT was lost: whether it happened is not known, and we do not pretend. */
export function unknownOutcome(error: unknown): AppError {
  return new AppError(
    'unavailable',
    'The connection to the database broke while the change was being committed, so its outcome is unknown. Repeat the request with the same Idempotency-Key: it has one effect.',
    { cause: error },
  );
}

/** What PostgreSQL itself has answered, so that the transaction is over; not that the connection is. */
export function isAnswer(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(state) && !/^(08|57P)/.test(state);
}

function isAborted(error: unknown): boolean {
  return (
    (error as { code?: string }).code === '25P02' || (error as { cause?: { code?: string } }).cause?.code === '25P02'
  );
}

async function rollback(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query({ text: 'rollback' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
