/**
 * Many definitions at once: order-free, all or nothing, idempotent, lenient (FORMAT.md section 1). All
 * tables are made before all constraints, so cycles and later targets are normal.
 */
import type { Transaction } from '../db/pool.ts';
import type { Actor } from '../kernel/actor.ts';
import type { DocPerm, DocTypeJson } from '../kernel/doctype.ts';
import { AppError, type FieldProblem } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { scrub } from '../kernel/names.ts';
import { isFatal } from '../schema/check.ts';
import { checkAgainstMetaSchema } from '../schema/meta-schema.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { changeSchema, planChange, planWithin } from './change.ts';
import { ensureCompanions } from './companions.ts';
import type { ChangePolicy, ChangeReport, SchemaEdit, SchemaServices } from './edits.ts';
import type { ReadFiles } from './files.ts';
import { importDocuments } from './import-documents.ts';
import { storePermissions } from './import-permissions.ts';
import { storeCustomization } from './store-customization.ts';

export interface ImportWish {
  actor: Actor;
  files: Pick<ReadFiles, 'doctypes' | 'customFields' | 'propertySetters'> &
    Partial<Pick<ReadFiles, 'documents' | 'customPermissions'>>;
  confirm?: string;
  /** An app that starts again: what the site changed since of its standard documents holds. */
  isSync?: boolean;
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
  const edits = q.files.doctypes.map((file) => toEdit(file, 'import'));
  return merge([await planChange(services, policyOf(q), edits), await planCustomizations(services, q)], warnings);
}

/** Of DocTypes that are there already: their rows are written for the question, and taken back. */
async function planCustomizations(
  services: SchemaServices,
  wish: Pick<ImportWish, 'actor' | 'files'>,
): Promise<ChangeReport> {
  let report: ChangeReport | undefined;
  const undone = new Error('a plan is not done');
  const work = services.db.transaction(async (tx) => {
    const touched = await storeCustomizations({ services, tx, wish });
    const known = touched.filter((doctype) => services.store.current().find(doctype));
    const edits = known.map((doctype): SchemaEdit => ({ kind: 'relayer', doctype }));
    report = await planWithin({ services, policy: policyOf(wish), edits, tx });
    throw undone;
  });
  await work.catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return report as ChangeReport;
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
  await ensureCompanions(
    services,
    tx,
    wish.files.documents.filter(({ doctype }) => doctype === 'Workspace').map(companionsOf),
  );
  // What this transaction sees: the definitions of this import included.
  const snapshot = await services.store.refreshWithin(tx);
  const documents = await importDocuments({
    services,
    tx,
    snapshot,
    actor: wish.actor,
    documents: wish.files.documents,
    isSync: wish.isSync,
  });
  return { ...merged, documents, warnings: [...merged.warnings, ...documents.warnings] };
}

/** The module and the roles that a workspace names, as a DocType would. */
function companionsOf({ values }: { values: Record<string, unknown> }): DocTypeJson {
  const roles = Array.isArray(values.roles) ? values.roles.filter(isObject) : [];
  const module = typeof values.module === 'string' ? values.module : '';
  return { name: String(values.name), module, fields: [], permissions: roles as unknown as DocPerm[] };
}

/** Custom Fields, Property Setters and Custom DocPerms as rows, under the names that they came with; the DocTypes they touch. */
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
      const wish = { services: q.services, tx: q.tx, actor: q.wish.actor, plan, row, name: nameOf(row) };
      if (await storeCustomization(wish)) touched.add(doctype);
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
  const permissions = files.customPermissions ?? [];
  for (const doctype of await storePermissions({ ...q, actor: q.wish.actor, permissions })) touched.add(doctype);
  return [...touched];
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
