/**
 * For whom a statement asks: the setting that row security reads (schema/row-security.ts). It is sent
 * before every read and at the beginning of every transaction, never remembered: connections are shared.
 */
import type pg from 'pg';
import { AppError } from '../kernel/error.ts';
import { EVERY_TENANT, isTenantName, NOBODY, OPERATOR } from '../kernel/tenancy.ts';
import { batchWrites } from './batched-writes.ts';
import type { Transaction } from './statements.ts';

/** Whose rows: undefined where there is only one tenant, and nothing is sent. */
export type AskedFor = string | undefined;

/** Throws `forbidden` for what is no tenant: an empty text would ask for nobody, and hide a mistake. */
export function askedFor(tenant: string): string {
  if (tenant === OPERATOR || tenant === EVERY_TENANT || tenant === NOBODY || isTenantName(tenant)) return tenant;
  throw new AppError('forbidden', `${JSON.stringify(tenant.slice(0, 80))} is no name of a tenant.`);
}

/** Holds until the transaction ends. */
export function settingOfTransaction(tenant: string): pg.QueryConfig {
  return { name: 'tenant_local', text: `select set_config('app.tenant', $1, true)`, values: [tenant] };
}

/**
 * One statement as somebody, and then as nobody again. All leave in one packet and are answered in order;
 * were a setting not taken, the answer may be somebody else's: it is dropped, and `isDoubtful` of the error
 * says that the connection must be too.
 */
export async function queryAs(client: pg.ClientBase, tenant: AskedFor, query: pg.QueryConfig): Promise<pg.QueryResult> {
  if (tenant === undefined) return client.query(query);
  batchWrites(client);
  const before = take(client, tenant);
  const answer = client.query(query);
  // A transaction whose BEGIN is lost must not go on as whoever came before it.
  const after = take(client, NOBODY);
  const [taken, answered, left] = await Promise.allSettled([before, answer, after]);
  for (const setting of [taken, left]) if (setting.status === 'rejected') throw doubt(setting.reason);
  if (answered.status === 'rejected') throw answered.reason;
  return answered.value;
}

async function take(client: pg.ClientBase, tenant: string): Promise<void> {
  const { rows } = await client.query({
    name: 'tenant',
    text: `select set_config('app.tenant', $1, false) as tenant`,
    values: [tenant],
  });
  if (rows[0]?.tenant !== tenant) throw new Error('the setting of the tenant was not taken');
}

function doubt(reason: unknown): AppError {
  return new AppError('unavailable', 'The database is away. Try again in a moment.', {
    cause: { doubtful: true, reason },
  });
}

/**
 * A part of a transaction that is about the rows of all tenants, whoever it otherwise asks for: counts and
 * DDL of an edit of the schema. What the caller may do has been decided before.
 */
export async function acrossTenants<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  if (tx.tenant === undefined) return work();
  const ask = (tenant: string): void =>
    tx.send({ name: 'tenant_local', text: `select set_config('app.tenant', $1, true)`, values: [tenant] });
  ask(EVERY_TENANT);
  try {
    return await work();
  } finally {
    ask(tx.tenant);
  }
}

/** The connection may still ask for somebody else. */
export function isDoubtful(error: unknown): boolean {
  return error instanceof AppError && (error.cause as { doubtful?: unknown } | undefined)?.doubtful === true;
}
