/**
 * The connection to PostgreSQL: one pool of pipelining clients, reads as single statements, writes in
 * transactions whose statements need not wait for each other. Knows no DocType.
 */
import pg from 'pg';
import type { Logger } from '../kernel/ports.ts';
import type { Statement } from '../kernel/statement.ts';
import { NOBODY, type TenancyMode } from '../kernel/tenancy.ts';
import { boundedMap } from '../query/bounded-map.ts';
import { type Checkout, createCheckout } from './checkout.ts';
import { type CommitGroup, openCommitGroup, TOGETHER } from './commit-group.ts';
import { isLockTimeout, isRetryable, otherRow, toAppError } from './errors.ts';
import { type Lane, MAX_PREPARED, openLane } from './lane.ts';
import { type Noted, noteTransaction } from './noted.ts';
import { openSharedTransactions, type SharedTransactions } from './shared-transaction.ts';
import { type Queryable, type Row, type Transaction, toQuery } from './statements.ts';
import { type AskedFor, askedFor, queryAs } from './tenant-setting.ts';
import { isAnswer, runAtOnce, runTransaction } from './transaction.ts';

export type { Queryable, Row, Transaction } from './statements.ts';

export interface Database extends Queryable {
  /** For a read by key, whose work is bounded: shares connections with others of its kind (lane.ts). */
  queryByKey(statement: Statement): Promise<Row[]>;
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it throws.
   * Serialization failures and deadlocks run it again, jittered (3 tries); a lock time-out, which only
   * edits of the schema set, so that the traffic behind them does not stall, for longer (25 tries).
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * The same for short work that waits for nothing but its own statements, in one transaction with that of others:
   * it is run again when another one fails (shared-transaction.ts).
   */
  sharedTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A transaction to be thought out beforehand (noted.ts): it reads here, and sends nothing yet. */
  note(): Noted;
  /** Sends what was noted as one transaction, in one round trip, and runs its effects. The rows of its first statement. */
  sendAtOnce(noted: Noted): Promise<Row[]>;
  /** The same for the rows of one tenant (kernel/tenancy.ts). Where there is only one tenant: itself. */
  forTenant(tenant: string): Database;
  /** A client of its own for LISTEN; the caller ends it. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  size: number;
  statementTimeoutMs: number;
  log: Logger;
  /** With `column` the database that is opened asks for nobody: see forTenant. Default: `single`. */
  tenancy?: TenancyMode;
}

const TRIES = 3;
const LOCK_TRIES = 25;
/** Two suffice: their statements are pipelined. */
const LANE_SIZE = 2;
/** A connection that many wait for and that says nothing for so long, after PostgreSQL had to give up, is lost. */
const SILENCE_MS = 5_000;

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
  const lasting = { pipeline: true, query_timeout: options.statementTimeoutMs + SILENCE_MS };
  const lane = openLane({ size: LANE_SIZE, connect: () => connect(lasting) });
  const connectTogether = (): Promise<pg.Client> => connect({ ...lasting, ...TOGETHER });
  const group = openCommitGroup({
    connect: connectTogether,
    alone: (change) => runAtOnce(checkout, undefined, change),
  });
  const together = openSharedTransactions({
    connect: connectTogether,
    alone: (work) => retried(() => runTransaction(checkout, undefined, work)),
  });
  const shared: Shared = {
    checkout,
    lane,
    group,
    together,
    // Who listens may tell several things at once.
    connect: () => connect({ statement_timeout: 0, pipeline: true }),
    async close() {
      isClosing = true;
      await Promise.all([lane.close(), group.close(), together.close(), pool.end()]);
    },
  };
  if (options.tenancy === 'column') return viewsOf(shared);
  const single: Database = viewOf(shared, undefined, () => single);
  return single;
}

interface Shared {
  checkout: Checkout;
  lane: Lane;
  group: CommitGroup;
  together: SharedTransactions;
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

/** Small values, made again when forgotten. */
const MAX_VIEWS = 1000;

function viewsOf(shared: Shared): Database {
  const views = boundedMap<Database>(MAX_VIEWS);
  const forTenant = (tenant: string): Database => {
    const known = views.get(tenant);
    if (known) return known;
    const view = viewOf(shared, askedFor(tenant), forTenant);
    views.set(tenant, view, 1);
    return view;
  };
  return forTenant(NOBODY);
}

function viewOf(shared: Shared, tenant: AskedFor, forTenant: Database['forTenant']): Database {
  const { checkout, lane } = shared;
  const queryByKey: Database['queryByKey'] = async (statement) => {
    try {
      return (await lane.query(tenant, toQuery(statement))).rows as Row[];
    } catch (error) {
      throw toAppError(error);
    }
  };
  const inOwn: Database['transaction'] = (work) => retried(() => runTransaction(checkout, tenant, work));
  return {
    async query(statement) {
      try {
        return (await queryPool(checkout, tenant, toQuery(statement))).rows as Row[];
      } catch (error) {
        throw toAppError(error);
      }
    },
    queryByKey,
    transaction: inOwn,
    sharedTransaction: tenant === undefined ? shared.together.run : inOwn,
    note: () => noteTransaction({ query: queryByKey }, tenant),
    async sendAtOnce({ statements, effects }) {
      const rows = await retried(() => sendTogether(shared, tenant, statements));
      if (statements[0]?.expectsRow && rows.length === 0) throw otherRow();
      for (const effect of effects) effect();
      return rows;
    },
    forTenant,
    connect: shared.connect,
    close: shared.close,
  };
}

/** What one change may bring to a transaction that others wait for. */
const MOST_IN_GROUP = 4;
const LONGEST_IN_GROUP = 20_000;

/** With others, where it is short and nobody has to say for whom it is. */
function sendTogether({ checkout, group }: Shared, tenant: AskedFor, statements: readonly Statement[]): Promise<Row[]> {
  const isShort = statements.length > 0 && statements.length <= MOST_IN_GROUP && statements.every(isLight);
  return isShort && tenant === undefined ? group.run(statements) : runAtOnce(checkout, tenant, statements);
}

function isLight({ values }: Statement): boolean {
  return values.every((value) => typeof value !== 'string' || value.length <= LONGEST_IN_GROUP);
}

async function retried<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!isRetryable(error) || attempt >= (isLockTimeout(error) ? LOCK_TRIES : TRIES)) throw error;
      await pause((0.5 + Math.random()) * Math.min(500, 25 * 2 ** attempt));
    }
  }
}

/** Statements prepared on each connection of the pool. */
const prepared = new WeakMap<pg.PoolClient, Set<string>>();

/** Like pool.query, but a connection that has prepared too many statements is replaced. */
async function queryPool(checkout: Checkout, tenant: AskedFor, query: pg.QueryConfig): Promise<pg.QueryResult> {
  const client = await checkout.take();
  let isWorn = false;
  try {
    if (query.name) isWorn = remember(client, query.name);
    return await queryAs(client, tenant, query);
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
