/**
 * What edits come to, before anything is done: prepared, checked against the rules, compared with the
 * catalog and reviewed row by row, under the lock that makes edits wait for each other.
 */
import { readCatalog } from '../db/catalog.ts';
import { count } from '../db/counts.ts';
import type { Transaction } from '../db/pool.ts';
import type { DocTypeJson } from '../kernel/doctype.ts';
import { type FieldProblem, refuseProblems } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import { checkDocType, isFatal } from '../schema/check.ts';
import { show } from '../schema/check-wording.ts';
import { completeDefinition } from '../schema/complete.ts';
import { diffTable, type TableChange } from '../schema/diff.ts';
import { inboundOf } from '../schema/inbound.ts';
import { nameFields } from '../schema/order-fields.ts';
import type { SnapshotData } from '../schema/snapshot.ts';
import { wantedTable } from '../schema/tables.ts';
import { checkConditions } from './check-conditions.ts';
import type { ChangePolicy, ChangeReport, SchemaEdit, SchemaServices } from './edits.ts';
import { valuesToFill } from './fill-values.ts';
import { type Prepared, type PreparedRecord, prepareEdits } from './prepare.ts';
import { isLayered } from './record.ts';
import { planHash, type ReviewedChange } from './review.ts';
import { reviewFields } from './review-fields.ts';
import { reviewTables } from './review-tables.ts';
import { readSchemaVersion } from './rows.ts';

export interface Reviewed {
  report: ChangeReport;
  prepared: Prepared;
  next: SnapshotData;
  ddl: TableChange[];
  fills: ReviewedChange[];
  now: string;
}

/** Throws AppError `validation` for what could not be saved; changes nothing. */
export async function reviewEdits(q: {
  services: SchemaServices;
  policy: ChangePolicy;
  edits: readonly SchemaEdit[];
  tx: Transaction;
}): Promise<Reviewed> {
  const { services, policy, tx } = q;
  const base = await lockedSnapshot(services, tx);
  const now = toTimestamp(services.clock.now());
  const prepared = await prepareEdits({ services, policy, tx, edits: q.edits, now });
  const next = base.with(base.version + 1, prepared.sources);
  const warnings = check({ services, policy, prepared, base, next });
  const changes = await tableChanges({ tx, prepared, base, next });
  const [tables, ...fields] = await Promise.all([
    reviewTables(tx, changes),
    ...[...prepared.records].map(([name, record]) =>
      reviewFields(tx, { before: base.find(record.before?.name ?? name), after: next.find(name) }, next),
    ),
  ]);
  const own = new Set([...prepared.records.keys()].map((name) => next.find(name)?.table));
  const kept = leaveDangling({ reviewed: tables, own, base, warnings });
  const ddlChanges = changes.filter((_, index) => kept.has(tables[index] as ReviewedChange));
  const fills = await valuesToFill({ tx, prepared, base, next });
  const all = [
    ...fields.flat(),
    ...(await removals({ tx, prepared, base })),
    ...tables.filter((change) => kept.has(change)),
    ...fills,
  ];
  return { prepared, next, ddl: ddlChanges, fills, now, report: toReport(all, warnings, prepared) };
}

function toReport(changes: ReviewedChange[], warnings: string[], prepared: Prepared): ChangeReport {
  const report: ChangeReport = { changes, hash: planHash(changes), warnings, created: [], changed: [], removed: [] };
  for (const [name, record] of prepared.records) {
    if (!record.after) report.removed.push(name);
    else if (record.before) report.changed.push(name);
    else report.created.push(name);
  }
  return report;
}

/** Edits of all processes wait for each other; ours then stands on the newest version. */
async function lockedSnapshot(services: SchemaServices, tx: Transaction): Promise<SnapshotData> {
  tx.send({ text: `set local statement_timeout = '10min'`, values: [] });
  tx.send({ text: `set local lock_timeout = '15s'`, values: [] });
  tx.send({ text: `select pg_advisory_xact_lock(hashtext('framework-m schema ' || current_schema()))`, values: [] });
  tx.send({ text: `set local lock_timeout = '250ms'`, values: [] });
  const version = await readSchemaVersion(tx);
  const current = services.store.current();
  return current.version === version ? current : services.store.refreshWithin(tx);
}

/** Every broken rule: refused for a person, a warning for an import unless it cannot be lived with. */
function check(q: {
  services: SchemaServices;
  policy: ChangePolicy;
  prepared: Prepared;
  base: SnapshotData;
  next: SnapshotData;
}): string[] {
  const warnings: string[] = [];
  for (const [name, record] of q.prepared.records) {
    warnings.push(...record.warnings);
    if (!record.after || !record.effective) continue;
    const before = record.before && q.base.find(record.before.name)?.definition;
    const question = {
      registry: q.services.registry,
      known: (doctype: string) => q.next.find(doctype)?.definition,
      knownNames: q.next.names,
    };
    const problemsOf = (definition: DocTypeJson): FieldProblem[] => [
      ...checkDocType({ ...question, definition, before }),
      ...checkConditions(definition),
    ];
    const problems = together(record.problems ?? [], [...problemsOf(checkable(record)), ...baseFieldsGone(record)]);
    const broken = record.action === 'customize' ? added(problems, before ? problemsOf(before) : []) : problems;
    const fatal = q.policy.strictness === 'strict' ? broken : broken.filter(isFatal);
    refuseProblems(fatal, `The DocType ${name} cannot be saved`);
    for (const problem of problems)
      warnings.push(`${name}: ${problem.field ? `${problem.field}: ` : ''}${problem.message}`);
  }
  return warnings;
}

/** One problem for each value: what the meta-schema says of it goes first. */
function together(problems: readonly FieldProblem[], broken: readonly FieldProblem[]): FieldProblem[] {
  const named = new Set(problems.map((problem) => problem.field));
  return [...problems, ...broken.filter((problem) => !named.has(problem.field))];
}

/** The framework itself reads and writes the fields of its own DocTypes: they may change, not go. */
function baseFieldsGone({ action, after, effective, baseFields }: PreparedRecord): FieldProblem[] {
  if (action === 'core' || !after) return [];
  const kept = new Set(effective?.fields.map((field) => field.fieldname));
  return baseFields
    .filter((fieldname) => !kept.has(fieldname))
    .map((fieldname) => ({
      field: 'fields',
      code: 'base_field',
      message: `The field ${show(fieldname)} is part of the built-in DocType ${after.name} and cannot be removed or renamed. Change its other keys, or hide it.`,
    }));
}

/** Problems that a customization brings in: what the DocType had before is not its fault. */
function added(problems: readonly FieldProblem[], before: readonly FieldProblem[]): FieldProblem[] {
  const known = new Set(before.map((problem) => `${problem.code} ${problem.message}`));
  return problems.filter((problem) => !known.has(`${problem.code} ${problem.message}`));
}

/** As it was given, repeated fields included, so that a problem's path is the caller's; effective under layers. */
function checkable(record: PreparedRecord): DocTypeJson {
  const { layering, effective, given } = record;
  return isLayered(layering) || !given
    ? (effective as DocTypeJson)
    : completeDefinition({ ...given, fields: nameFields(given) });
}

/** The tables of what is edited, and those whose links begin or cease to have a target by it. */
async function tableChanges(q: {
  tx: Transaction;
  prepared: Prepared;
  base: SnapshotData;
  next: SnapshotData;
}): Promise<TableChange[]> {
  const { prepared, base, next } = q;
  const affected = new Set<string>();
  for (const [name, record] of prepared.records) {
    affected.add(name);
    const was = base.find(record.before?.name ?? name);
    const is = next.find(name);
    // What becomes common shows its rows' rows to all tenants.
    if (is?.tenancy && is.tenancy !== was?.tenancy)
      for (const table of is.tables) affected.add(table.childDocType as string);
    if (was?.table === is?.table && was?.storage === is?.storage && was?.tenancy === is?.tenancy) continue;
    for (const reference of inboundOf(next).links.get(name) ?? []) affected.add(reference.plan.name);
  }
  const plans = [...affected].map((name) => next.find(name)).filter((plan) => plan !== undefined && plan.table !== '');
  const removed = [...prepared.records]
    .filter(([, record]) => !record.after)
    .map(([, record]) => record.before?.tableName ?? '');
  const tables = [...plans.map((plan) => plan?.table as string), ...removed];
  if (tables.length === 0) return [];
  const catalog = await readCatalog(q.tx, tables);
  const changes = plans.flatMap((plan) => (plan ? diffTable(wantedTable(plan, next), catalog.get(plan.table)) : []));
  // A removed DocType's table stays, but its links must not hold documents fast that others own.
  for (const table of removed) {
    for (const key of catalog.get(table)?.foreignKeys.values() ?? [])
      changes.push({ op: 'drop_foreign_key', table, column: key.column, name: key.name });
  }
  return inOrder(changes);
}

/** Constraints go first and come last, so that nothing stands in the way. */
export function inOrder(changes: readonly TableChange[]): TableChange[] {
  return [...changes].sort((a, b) => rank(a) - rank(b));
}

const ORDER = [
  'drop_foreign_key',
  'drop_index',
  'create_sequence',
  'create_table',
  'alter_type',
  'drop_not_null',
  'add_column',
  'set_default',
  'set_not_null',
  'create_index',
  'add_foreign_key',
  'secure_rows',
];

function rank(change: TableChange): number {
  return ORDER.indexOf(change.op);
}

/**
 * A link field that was there before its target (a missing DocType that came later) may hold names of
 * nothing: such a constraint waits with a warning. Where the edit itself makes the link, it is refused.
 */
function leaveDangling(q: {
  reviewed: readonly ReviewedChange[];
  own: ReadonlySet<string | undefined>;
  base: SnapshotData;
  warnings: string[];
}): Set<ReviewedChange> {
  const kept = new Set<ReviewedChange>();
  for (const change of q.reviewed) {
    const waits =
      change.refused && change.op === 'add_foreign_key' && (!q.own.has(change.table) || wasLink(q.base, change));
    if (waits) q.warnings.push(`${change.table}.${change.column}: ${change.reason}`);
    else kept.add(change);
  }
  return kept;
}

function wasLink(base: SnapshotData, change: ReviewedChange): boolean {
  for (const name of base.names) {
    const plan = base.find(name);
    if (plan?.table === change.table) return plan.links.some((field) => field.column === change.column);
  }
  return false;
}

async function removals(q: { tx: Transaction; prepared: Prepared; base: SnapshotData }): Promise<ReviewedChange[]> {
  const removed = [...q.prepared.records].filter(([, record]) => !record.after);
  return Promise.all(
    removed.map(async ([name, record]): Promise<ReviewedChange> => {
      // A virtual DocType has no table of its own whose documents could be counted.
      const table = q.base.find(name)?.table;
      return {
        op: 'remove_doctype',
        table: record.before?.tableName ?? '',
        column: '',
        safety: 'DANGEROUS',
        reason: `the DocType ${name} goes with its routes and rights; its table stays, and making it again takes the table back`,
        rows: table ? (await count(q.tx, { ask: 'rows', table })).rows : 0,
        sql: '',
      };
    }),
  );
}
