/** What can run statements, and a Statement as the driver takes it. */
import type pg from 'pg';
import type { Statement } from '../kernel/statement.ts';

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
  /** For whom it asks (kernel/tenancy.ts); undefined where there is only one tenant. */
  readonly tenant: string | undefined;
}

export function toQuery(statement: Statement): pg.QueryConfig {
  const values = statement.values as unknown[];
  return statement.name ? { name: statement.name, text: statement.text, values } : { text: statement.text, values };
}
