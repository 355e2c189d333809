/**
 * The second half of "expand first, contract later": columns of fields that are gone, and tables of
 * DocTypes that are gone, are dropped for good. Only here, and only with the plan's hash.
 */
import { count } from '../db/counts.ts';
import type { Queryable, Transaction } from '../db/pool.ts';
import { quote } from '../db/rows.ts';
import type { Actor } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { EVERY_TENANT } from '../kernel/tenancy.ts';
import { toTimestamp } from '../kernel/time.ts';
import { findDrift } from './drift.ts';
import type { SchemaServices } from './edits.ts';
import type { DocTypeRecord } from './record.ts';
import { planHash, type ReviewedChange } from './review.ts';
import { insertHistory, publishVersion, readRecords, readSchemaVersion, upsertRecord } from './rows.ts';

export interface ContractPlan {
  changes: ReviewedChange[];
  hash: string;
}

/** What would be dropped, nothing done. */
export async function planContract(
  services: SchemaServices,
  db: Queryable = services.db.forTenant(EVERY_TENANT),
): Promise<ContractPlan> {
  const records = await readRecords(db);
  const changes: ReviewedChange[] = [];
  for (const record of records) {
    for (const column of await retiredColumns(db, record)) {
      const { rows } = await count(db, { ask: 'set', table: record.tableName, column });
      changes.push({
        op: 'drop_column',
        table: record.tableName,
        column,
        safety: 'DANGEROUS',
        rows,
        reason: `the column of a removed field of ${record.name}; its values are lost for good`,
        sql: `alter table ${quote(record.tableName)} drop column ${quote(column)}`,
      });
    }
  }
  for (const table of await removedTables(services, db)) {
    const { rows } = await count(db, { ask: 'rows', table });
    changes.push({
      op: 'drop_table',
      table,
      column: '',
      safety: 'DANGEROUS',
      rows,
      reason: 'the table of a removed DocType; its documents are lost for good',
      sql: `drop table ${quote(table)}`,
    });
  }
  return { changes, hash: planHash(changes) };
}

/** Drops what the plan of this hash says. Throws `confirmation_required` when the plan is another by now. */
export async function contract(services: SchemaServices, q: { actor: Actor; confirm: string }): Promise<ContractPlan> {
  return services.db.forTenant(EVERY_TENANT).transaction(async (tx) => {
    tx.send({ text: `set local statement_timeout = '10min'`, values: [] });
    tx.send({ text: `select pg_advisory_xact_lock(hashtext('framework-m schema ' || current_schema()))`, values: [] });
    tx.send({ text: `set local lock_timeout = '250ms'`, values: [] });
    const plan = await planContract(services, tx);
    if (plan.changes.length === 0) return plan;
    if (plan.hash !== q.confirm) {
      throw new AppError('confirmation_required', `Look at the plan and repeat with its hash, ${plan.hash}.`, {
        extra: { plan: plan.changes, plan_hash: plan.hash },
      });
    }
    await drop(services, tx, { actor: q.actor, plan });
    return plan;
  });
}

async function drop(services: SchemaServices, tx: Transaction, q: { actor: Actor; plan: ContractPlan }): Promise<void> {
  for (const change of q.plan.changes) tx.send({ text: change.sql, values: [] });
  const version = (await readSchemaVersion(tx)) + 1;
  const dropped = new Set(q.plan.changes.map((change) => `${change.table}.${change.column}`));
  const at = toTimestamp(services.clock.now());
  const touched: string[] = [];
  for (const record of await readRecords(tx)) {
    const states = record.states.filter(
      (state) => !(state.retired && dropped.has(`${record.tableName}.${state.column}`)),
    );
    if (states.length === record.states.length) continue;
    const after: DocTypeRecord = {
      ...record,
      states,
      version: record.version + 1,
      modified: at,
      modifiedBy: q.actor.user,
    };
    tx.send(upsertRecord(after));
    const operations = q.plan.changes.filter((change) => change.table === record.tableName);
    tx.send(
      insertHistory({ record: after, action: 'contract', schemaVersion: version, operations, user: q.actor.user, at }),
    );
    touched.push(record.name);
  }
  for (const statement of publishVersion(version, touched)) tx.send(statement);
  tx.afterCommit(() => void services.store.refresh());
}

async function retiredColumns(db: Queryable, record: DocTypeRecord): Promise<string[]> {
  const active = new Set(record.states.filter((state) => !state.retired).map((state) => state.column));
  const retired = record.states
    .filter((state) => state.retired && state.column && !active.has(state.column))
    .map((state) => state.column);
  if (retired.length === 0) return [];
  const rows = await db.query({
    text: `select attname as name from pg_attribute where attrelid = to_regclass($1) and attname = any($2::text[]) and not attisdropped`,
    values: [quote(record.tableName), retired],
  });
  return rows.map((row) => row.name as string);
}

/** Tables that the history knows of a DocType that is gone; somebody's own tables are left alone. */
async function removedTables(services: SchemaServices, db: Queryable): Promise<string[]> {
  const { strangers } = await findDrift(db, services.store.current());
  if (strangers.length === 0) return [];
  const rows = await db.query({
    text: `select distinct table_name as name from m_doctype_history where action = 'remove' and table_name = any($1::text[])`,
    values: [strangers],
  });
  return rows.map((row) => row.name as string);
}
