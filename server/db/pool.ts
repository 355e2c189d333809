/**
 * The connection to PostgreSQL: one pool of pipelining clients, reads as single statements, writes in
 * transactions whose statements need not wait for each other. Knows no DocType.
 */
import pg from 'pg';
import { AppError } from '../kernel/error.ts';
import type { Logger } from '../kernel/ports.ts';
import type { Statement } from '../kernel/statement.ts';
import { batchWrites } from './batched-writes.ts';
import { type Checkout, createCheckout } from './checkout.ts';
import { isLockTimeout, isRetryable, sqlState, toAppError } from './errors.ts';
import { MAX_PREPARED, openLane } from './lane.ts';

export type Row = Record<string, unknown>;

/** Whatever can run a statement: the pool, or an open transaction. */
export interface Queryable {
  query(statement: Statement): Promise<Row[]>;
}

export interface Transaction extends Queryable {
  /** Sends without waiting; a failure surfaces at the next `query` or at commit. */
  send(statement: Statement): void;
  /** Runs when the transaction is committed, and never when it is not. */
  afterCommit(effect: () => void): void;
  /** A part that may fail without the rest: rolled back alone when `work` throws, and the error thrown on. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}

export interface Database extends Queryable {
  /** For a read by key, whose work is bounded: shares connections with others of its kind (lane.ts). */
  queryByKey(statement: Statement): Promise<Row[]>;
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it throws.
   * Serialization failures and deadlocks run it again, jittered (3 tries); a lock time-out, which only
   * edits of the schema set, so that the traffic behind them does not stall, for longer (25 tries).
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A client of its own for LISTEN; the caller ends it. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  size: number;
  statementTimeoutMs: number;
  log: Logger;
}

const TRIES = 3;
const LOCK_TRIES = 25;
/** Two suffice: their statements are pipelined. */
const LANE_SIZE = 2;

export function openDatabase(options: DatabaseOptions): Database {
  const settings = clientSettings(options);
  const pool = new pg.Pool({
    ...settings,
    pipeline: true,
    max: options.size,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: 1800,
  });
  const checkout = createCheckout(pool);
  let isClosing = false;
  pool.on(
    'error',
    (error) => isClosing || options.log.warn({ error: error.message }, 'an idle database connection was lost'),
  );
  // A connection in use tells its queries that it is lost; the event too must be heard, or it ends the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const connect = async (more: pg.ClientConfig): Promise<pg.Client> => {
    const client = new pg.Client({ ...settings, ...more });
    await client.connect();
    return client;
  };
  const lane = openLane({ size: LANE_SIZE, connect: () => connect({ pipeline: true }) });
  return {
    async query(statement) {
      try {
        return (await queryPool(checkout, toQuery(statement))).rows as Row[];
      } catch (error) {
        throw toAppError(error);
      }
    },
    async queryByKey(statement) {
      try {
        return (await lane.query(toQuery(statement))).rows as Row[];
      } catch (error) {
        throw toAppError(error);
      }
    },
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await runTransaction(checkout, work);
        } catch (error) {
          if (!isRetryable(error) || attempt >= (isLockTimeout(error) ? LOCK_TRIES : TRIES)) throw error;
          await pause((0.5 + Math.random()) * Math.min(500, 25 * 2 ** attempt));
        }
      }
    },
    connect: () => connect({ statement_timeout: 0 }),
    async close() {
      isClosing = true;
      await Promise.all([lane.close(), pool.end()]);
    },
  };
}

/** Statements prepared on each connection of the pool. */
const prepared = new WeakMap<pg.PoolClient, Set<string>>();

/** Like pool.query, but a connection that has prepared too many statements is replaced. */
async function queryPool(checkout: Checkout, query: pg.QueryConfig): Promise<pg.QueryResult> {
  const client = await checkout.take();
  let isWorn = false;
  try {
    if (query.name) isWorn = remember(client, query.name);
    return await client.query(query);
  } catch (error) {
    isWorn ||= !isAnswer(error);
    throw error;
  } finally {
    checkout.give(client, isWorn);
  }
}

function remember(client: pg.PoolClient, name: string): boolean {
  let names = prepared.get(client);
  if (!names) {
    names = new Set();
    prepared.set(client, names);
  }
  return names.add(name).size > MAX_PREPARED;
}

function clientSettings(options: DatabaseOptions): pg.ClientConfig {
  return {
    connectionString: options.url,
    application_name: 'framework-m',
    statement_timeout: options.statementTimeoutMs,
    idle_in_transaction_session_timeout: 30_000,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    options: `${searchPathOf(options.url)}-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=iso_8601 -c bytea_output=hex -c jit=off`,
    // Dates, timestamps and numbers leave PostgreSQL as text: no JavaScript Date, no lost digit.
    types: {
      getTypeParser: (oid: number) => TEXT_PARSERS.get(oid) ?? pg.types.getTypeParser(oid),
    } as pg.CustomTypesConfig,
  };
}

/** `options` in the URL (a search_path) would be replaced by ours; keep it in front. */
function searchPathOf(url: string): string {
  const given = new URL(url).searchParams.get('options');
  return given ? `${given} ` : '';
}

const asText = (value: string): string => value;
const TEXT_PARSERS = new Map([1082, 1083, 1114, 1184, 1700, 20].map((oid) => [oid, asText]));

function toQuery(statement: Statement): pg.QueryConfig {
  const values = statement.values as unknown[];
  return statement.name ? { name: statement.name, text: statement.text, values } : { text: statement.text, values };
}

async function runTransaction<T>(checkout: Checkout, work: (tx: Transaction) => Promise<T>): Promise<T> {
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
function unknownOutcome(error: unknown): AppError {
  return new AppError(
    'unavailable',
    'The connection to the database broke while the change was being committed, so its outcome is unknown. Repeat the request with the same Idempotency-Key: it has one effect.',
    { cause: error },
  );
}

/** What PostgreSQL itself has answered, so that the transaction is over; not that the connection is. */
function isAnswer(error: unknown): boolean {
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
