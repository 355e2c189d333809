/**
 * Many definitions at once: order-free, all or nothing, idempotent, lenient (FORMAT.md section 1). All
 * tables are made before all constraints, so cycles and later targets are normal.
 */
import type { Transaction } from '../db/pool.ts';
import { insertRows, quote } from '../db/rows.ts';
import type { Actor } from '../kernel/actor.ts';
import type { DocTypeJson } from '../kernel/doctype.ts';
import { newDocument, type Value } from '../kernel/document.ts';
import { AppError, type FieldProblem } from '../kernel/error.ts';
import { scrub } from '../kernel/names.ts';
import { toTimestamp } from '../kernel/time.ts';
import { isFatal } from '../schema/check.ts';
import { checkAgainstMetaSchema } from '../schema/meta-schema.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { changeSchema, planChange } from './change.ts';
import { ensureCompanions } from './companions.ts';
import type { ChangePolicy, ChangeReport, SchemaEdit, SchemaServices } from './edits.ts';
import type { ReadFiles } from './files.ts';
import { importDocuments } from './import-documents.ts';

export interface ImportWish {
  actor: Actor;
  files: Pick<ReadFiles, 'doctypes' | 'customFields' | 'propertySetters'> & Partial<Pick<ReadFiles, 'documents'>>;
  confirm?: string;
  /** `core` for the built-in DocTypes. */
  action?: 'import' | 'core';
  progress?(done: number, total: number): void;
}

/** More than this in one transaction would ask too much of PostgreSQL's lock table; a later run resumes. */
const BATCH = 400;

export async function importDocTypes(services: SchemaServices, q: ImportWish): Promise<ChangeReport> {
  const warnings = checkFiles(q.files.doctypes);
  const reports: ChangeReport[] = [];
  const total = q.files.doctypes.length;
  for (let at = 0; at < total || at === 0; at += BATCH) {
    const batch = q.files.doctypes.slice(at, at + BATCH);
    const isLast = at + BATCH >= total;
    reports.push(await services.db.transaction((tx) => importBatch({ services, tx, wish: q, batch, isLast })));
    q.progress?.(Math.min(at + BATCH, total), total);
    if (isLast) break;
  }
  return merge(reports, warnings);
}

/** What an import would do, nothing done. */
export async function planImport(
  services: SchemaServices,
  q: Pick<ImportWish, 'actor' | 'files'>,
): Promise<ChangeReport> {
  const warnings = checkFiles(q.files.doctypes);
  return merge(
    [
      await planChange(
        services,
        policyOf(q),
        q.files.doctypes.map((file) => toEdit(file, 'import')),
      ),
    ],
    warnings,
  );
}

function policyOf(q: Pick<ImportWish, 'actor' | 'confirm'>): ChangePolicy {
  return { actor: q.actor, strictness: 'lenient', confirm: q.confirm };
}

function toEdit(file: { definition: DocTypeJson; app: string }, action: string): SchemaEdit {
  return { kind: 'define', definition: file.definition, app: file.app, action };
}

/** The shape of each file: fatal problems stop the import, the others are warnings. */
function checkFiles(files: ReadFiles['doctypes']): string[] {
  const warnings: string[] = [];
  const fatal: FieldProblem[] = [];
  const seen = new Map<string, string>();
  for (const { definition, file } of files) {
    for (const problem of checkAgainstMetaSchema(definition)) {
      if (isFatal(problem)) fatal.push({ ...problem, field: `${file}: ${problem.field}` });
      else warnings.push(`${definition.name}: ${problem.field}: ${problem.message}`);
    }
    const twin = seen.get(definition.name);
    if (twin) warnings.push(`${definition.name}: given twice (${twin}, ${file}); the last one stands`);
    seen.set(definition.name, file);
  }
  if (fatal.length > 0) {
    const [first] = fatal;
    throw new AppError('validation', `${first?.field}: ${first?.message} Nothing was imported.`, {
      errors: fatal.slice(0, 200),
    });
  }
  return warnings;
}

async function importBatch(q: {
  services: SchemaServices;
  tx: Transaction;
  wish: ImportWish;
  batch: ReadFiles['doctypes'];
  isLast: boolean;
}): Promise<ChangeReport> {
  const { services, tx, wish } = q;
  const edits = q.batch.map((file) => toEdit(file, wish.action ?? 'import'));
  const reports: ChangeReport[] = [];
  if (edits.length > 0) reports.push(await changeSchema({ services, tx, policy: policyOf(wish), edits }));
  if (wish.action !== 'core')
    await ensureCompanions(
      services,
      tx,
      q.batch.map((file) => file.definition),
    );
  if (q.isLast) {
    const touched = await storeCustomizations({ services, tx, wish });
    if (touched.length > 0) {
      const relayered = touched.map((doctype): SchemaEdit => ({ kind: 'relayer', doctype }));
      reports.push(await changeSchema({ services, tx, policy: policyOf(wish), edits: relayered }));
    }
  }
  const merged = merge(reports, []);
  if (!q.isLast || !wish.files.documents?.length) return merged;
  // What this transaction sees: the definitions of this import included.
  const snapshot = await services.store.refreshWithin(tx);
  const documents = await importDocuments({
    services,
    tx,
    snapshot,
    actor: wish.actor,
    documents: wish.files.documents,
  });
  return { ...merged, documents, warnings: [...merged.warnings, ...documents.warnings] };
}

/** Custom Fields and Property Setters as rows, under the names that they came with; the DocTypes they touch. */
async function storeCustomizations(q: {
  services: SchemaServices;
  tx: Transaction;
  wish: ImportWish;
}): Promise<string[]> {
  const { files } = q.wish;
  const snapshot = q.services.store.current();
  const touched = new Set<string>();
  const store = async (
    plan: DocTypePlan | undefined,
    rows: readonly Record<string, unknown>[],
    key: string,
    nameOf: (row: Record<string, unknown>) => string,
  ) => {
    if (plan?.storage !== 'table') return;
    for (const row of rows) {
      const doctype = String(row[key] ?? '');
      if (!doctype) continue;
      if (await storeRow({ ...q, plan, row, name: nameOf(row) })) touched.add(doctype);
    }
  };
  await store(snapshot.find('Custom Field'), files.customFields, 'dt', (row) =>
    String(row.name ?? `${String(row.dt)}-${String(row.fieldname ?? scrub(String(row.label ?? '')))}`),
  );
  await store(snapshot.find('Property Setter'), files.propertySetters, 'doc_type', (row) =>
    String(
      row.name ?? `${String(row.doc_type)}-${String(row.field_name ?? row.row_name ?? 'main')}-${String(row.property)}`,
    ),
  );
  return [...touched];
}

async function storeRow(q: {
  services: SchemaServices;
  tx: Transaction;
  wish: ImportWish;
  plan: DocTypePlan;
  row: Record<string, unknown>;
  name: string;
}): Promise<boolean> {
  const { services, tx, plan, row } = q;
  const values = plan.columns
    .filter((field) => !field.isStandard)
    .map((field) => [field, canonicalValue(services, field, row)] as const);
  const [same] = await tx.query({
    text: `select id, to_jsonb(t) as stored from ${quote(plan.table)} t where name = $1`,
    values: [q.name],
  });
  const stored = same?.stored as Record<string, unknown> | undefined;
  if (stored && values.every(([field, value]) => (stored[field.column as string] ?? null) === value)) return false;
  if (same) tx.send({ text: `delete from ${quote(plan.table)} where name = $1`, values: [q.name] });
  const now = toTimestamp(services.clock.now());
  const standard: [string, Value][] = [
    ['id', same ? String(same.id) : services.ids.uuid()],
    ['name', q.name],
    ['owner', q.wish.actor.user],
    ['modified_by', q.wish.actor.user],
    ['creation', now],
    ['modified', now],
    ['docstatus', 0],
    ['idx', Number(row.idx) || 0],
    ['_version', 1],
  ];
  tx.send(
    insertRows(plan, [
      { values: newDocument([...standard, ...values.map(([field, value]) => [field.fieldname, value] as const)]) },
    ]),
  );
  return true;
}

/** The value as it will be stored; what does not fit the field is left empty, as an import is lenient. */
function canonicalValue(services: SchemaServices, field: FieldPlan, row: Record<string, unknown>): Value {
  const given = Object.hasOwn(row, field.fieldname) ? row[field.fieldname] : undefined;
  const coerced =
    given === undefined || given === null || given === ''
      ? undefined
      : field.type.coerce(given, field.field, { now: services.clock.now() });
  if (coerced && 'value' in coerced) return coerced.value;
  const zero = field.type.coerce(null, field.field, { now: 0 });
  return field.sql?.zero && 'value' in zero ? zero.value : null;
}

function merge(reports: readonly ChangeReport[], warnings: readonly string[]): ChangeReport {
  const changed = new Set(reports.flatMap((report) => report.changed));
  const created = new Set(reports.flatMap((report) => report.created));
  return {
    changes: reports.flatMap((report) => report.changes),
    hash: reports[0]?.hash ?? '',
    warnings: [...new Set([...warnings, ...reports.flatMap((report) => report.warnings)])],
    created: [...created],
    changed: [...changed].filter((name) => !created.has(name)),
    removed: reports.flatMap((report) => report.removed),
    documents: reports.at(-1)?.documents,
  };
}
