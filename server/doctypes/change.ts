/**
 * The one way to change the schema: review (assess.ts), then DDL, rows, history, version and notice in one
 * transaction under an advisory lock. Whatever fails, database and metadata agree.
 */
import { ddl } from '../db/ddl.ts';
import type { Transaction } from '../db/pool.ts';
import { acrossTenants } from '../db/tenant-setting.ts';
import { noteChange } from '../documents/changes.ts';
import type { Actor } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { isTenant } from '../kernel/tenancy.ts';
import type { SnapshotData } from '../schema/snapshot.ts';
import { type Reviewed, reviewEdits } from './assess.ts';
import type { ChangePolicy, ChangeReport, SchemaEdit, SchemaServices } from './edits.ts';
import type { Prepared, PreparedRecord } from './prepare.ts';
import type { ReviewedChange } from './review.ts';
import { deleteRecord, insertHistory, publishVersion, upsertLayer, upsertRecord } from './rows.ts';

/** What the edits would do; nothing is done. Throws AppError `validation` for what could not be saved. */
export function planChange(
  services: SchemaServices,
  policy: ChangePolicy,
  edits: readonly SchemaEdit[],
): Promise<ChangeReport> {
  return services.db.transaction((tx) => planWithin({ services, policy, edits, tx }));
}

/** The same on top of what the caller's transaction holds. */
export async function planWithin(q: SchemaChange): Promise<ChangeReport> {
  refuseTenant(q.policy.actor);
  return (await acrossTenants(q.tx, () => reviewEdits(q))).report;
}

/**
 * Does the edits in the caller's transaction; the snapshot is adopted when that commits.
 * Throws `confirmation_required` with the plan and its hash, `conflict` for what would lose data.
 */
export async function changeSchema(q: SchemaChange): Promise<ChangeReport> {
  refuseTenant(q.policy.actor);
  return acrossTenants(q.tx, () => change(q));
}

interface SchemaChange {
  services: SchemaServices;
  policy: ChangePolicy;
  edits: readonly SchemaEdit[];
  tx: Transaction;
}

/** Definitions are common to all tenants, and so are the counts of rows that a plan shows. */
function refuseTenant(actor: Actor): void {
  if (!isTenant(actor.tenant)) return;
  throw new AppError(
    'forbidden',
    'DocTypes and their customizations are common to all tenants. Only the operator changes them.',
  );
}

async function change(q: SchemaChange): Promise<ChangeReport> {
  const reviewed = await reviewEdits(q);
  const { report } = reviewed;
  if (reviewed.prepared.records.size === 0) return report;
  refuseLosses(report);
  const isDangerous = report.changes.some((change) => change.safety === 'DANGEROUS');
  if (isDangerous && q.policy.confirm !== report.hash) {
    throw new AppError(
      'confirmation_required',
      `This edit is dangerous. Look at its plan and repeat the request with ?confirm=${report.hash}.`,
      {
        extra: { plan: report.changes, plan_hash: report.hash },
      },
    );
  }
  apply(q, reviewed);
  return report;
}

function refuseLosses(report: ChangeReport): void {
  const refused = report.changes.filter((change) => change.refused);
  if (refused.length === 0) return;
  throw new AppError(
    'conflict',
    `This edit would lose data, so it was not made: ${(refused[0] as ReviewedChange).reason}`,
    {
      errors: refused.map((change) => ({ field: change.column, code: 'data_loss', message: change.reason })),
      extra: { plan: report.changes, plan_hash: report.hash },
    },
  );
}

function apply(q: { services: SchemaServices; policy: ChangePolicy; tx: Transaction }, reviewed: Reviewed): void {
  const { tx } = q;
  const { prepared, next, report } = reviewed;
  for (const name of rowsRenamed(prepared)) tx.send(holdOffRows(name));
  for (const change of reviewed.ddl) for (const text of ddl(change)) tx.send({ text, values: [] });
  for (const fill of reviewed.fills) tx.send({ text: fill.sql, values: [] });
  for (const [name, record] of prepared.records) {
    for (const statement of renamedChildren(record, next)) tx.send(statement);
    if (record.after) tx.send(upsertRecord(record.after));
    else tx.send(deleteRecord(name));
    noteRecord(q, name, record);
    if (record.after && record.before && record.before.name !== name) {
      tx.send({
        text: 'update m_doctype_layer set doctype = $1 where doctype = $2',
        values: [name, record.before.name],
      });
      tx.send(history(q, reviewed, { ...record.before, version: record.after.version }, 'renamed'));
    }
    tx.send(history(q, reviewed, record.after ?? (record.before as NonNullable<typeof record.before>), record.action));
  }
  for (const layer of prepared.layers) tx.send(upsertLayer(layer));
  for (const statement of publishVersion(next.version, [...prepared.records.keys()])) tx.send(statement);
  tx.afterCommit(() => {
    q.services.store.adopt(next);
    q.services.log.info(
      { version: next.version, created: report.created.length, changed: report.changed, removed: report.removed },
      'the schema changed',
    );
  });

  function history(from: typeof q, what: Reviewed, record: NonNullable<PreparedRecord['after']>, action: string) {
    const tables = new Set([record.tableName]);
    const operations = what.report.changes.filter((change) => tables.has(change.table));
    return insertHistory({
      record,
      action,
      schemaVersion: next.version,
      operations,
      user: from.policy.actor.user,
      at: what.now,
    });
  }
}

/** A DocType is a document too, and changes with its customizations, whichever way the edit came. */
function noteRecord(at: { services: SchemaServices; tx: Transaction }, name: string, record: PreparedRecord): void {
  const { before, after } = record;
  const event = !after ? 'delete' : !before ? 'insert' : before.name === name ? 'update' : 'rename';
  for (const each of event === 'rename' && before ? [before.name, name] : [name])
    noteChange(at, { name: 'DocType' }, { name: each, event });
}

/** DocTypes whose rows get another `parenttype` or `parentfield`, by the name they had. */
function rowsRenamed(prepared: Prepared): string[] {
  return [...prepared.records].flatMap(([name, { before, renames }]) =>
    before && (before.name !== name || renames.length > 0) ? [before.name] : [],
  );
}

/** Waits for the writes of rows that run; those that come later find a newer version (documents/expect-version.ts). */
function holdOffRows(name: string) {
  return { text: `select pg_advisory_xact_lock(hashtext('framework-m rows'), hashtext($1))`, values: [name] };
}

/** Child rows know the name of their table field: a renamed one takes them along, and two may swap their names. */
function renamedChildren(record: PreparedRecord, next: SnapshotData) {
  if (!record.after) return [];
  const plan = next.find(record.after.name);
  const byTable = new Map<string, { from: string; to: string }[]>();
  for (const rename of record.renames) {
    const field = plan?.byName.get(rename.to);
    const child = field?.childDocType ? next.find(field.childDocType) : undefined;
    if (child?.storage === 'child') byTable.set(child.table, [...(byTable.get(child.table) ?? []), rename]);
  }
  return [...byTable].map(([table, renames]) => ({
    text: `update "${table}" set parentfield = r.name_now from unnest($2::text[], $3::text[]) r (name_then, name_now)
      where parenttype = $1 and parentfield = r.name_then`,
    values: [plan?.name ?? '', renames.map(({ from }) => from), renames.map(({ to }) => to)],
  }));
}
