/**
 * Documents among the files of an app (fixtures, workflows): kept under the names that they came with,
 * leniently, without hooks, as an import of definitions is. What links to nothing is emptied and said.
 */
import { EVERYTHING } from '../access/decide.ts';
import type { Transaction } from '../db/pool.ts';
import { deleteChildren, deleteRows, insertRows, quote } from '../db/rows.ts';
import { noteChange, noteSome } from '../documents/changes.ts';
import { parseDocument } from '../documents/load.ts';
import { hashName } from '../documents/naming.ts';
import type { Actor } from '../kernel/actor.ts';
import { type Document, newDocument, rowsOf, type Value } from '../kernel/document.ts';
import { canonicalJson, isObject } from '../kernel/json.ts';
import { toTimestamp } from '../kernel/time.ts';
import { documentStatement } from '../query/document.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import type { SchemaServices } from './edits.ts';
import type { ReadFiles } from './files.ts';

export interface DocumentsReport {
  created: number;
  changed: number;
  unchanged: number;
  warnings: string[];
}

/**
 * What an app brings and a site may go on with in its own way: these fields stay as the site has them, and an app
 * that starts again (`isSync`) replaces what is there only by something newer.
 */
const STANDARD: ReadonlyMap<string, readonly string[]> = new Map([['Workspace', ['is_hidden']]]);

interface Import {
  services: SchemaServices;
  tx: Transaction;
  snapshot: Snapshot;
  actor: Actor;
  now: string;
  report: DocumentsReport;
  isSync?: boolean;
}

/** In the transaction of the definitions: all of it or nothing. `snapshot` has the definitions of this import. */
export async function importDocuments(
  q: Omit<Import, 'report' | 'now'> & { documents: ReadFiles['documents'] },
): Promise<DocumentsReport> {
  const report: DocumentsReport = { created: 0, changed: 0, unchanged: 0, warnings: [] };
  const state: Import = { ...q, report, now: toTimestamp(q.services.clock.now()) };
  const written = new Map<DocTypePlan, string[]>();
  q.tx.send({ text: 'set constraints all deferred', values: [] });
  for (const { doctype, values } of q.documents) {
    const plan = q.snapshot.find(doctype);
    const name = plan?.storage === 'single' ? plan.name : values.name;
    if (!plan || (plan.storage !== 'table' && plan.storage !== 'single') || typeof name !== 'string' || name === '') {
      report.warnings.push(
        `${doctype} ${String(values.name ?? '')}: left alone, there is no DocType ${doctype} with documents of its own, or no name`,
      );
      continue;
    }
    const id = await storeOne(state, { plan, name, values });
    if (id) written.set(plan, [...(written.get(plan) ?? []), id]);
  }
  for (const [plan, ids] of written) await emptyDangling(state, plan, ids);
  return report;
}

/** The id of what was written; undefined when the same is there already. */
async function storeOne(
  state: Import,
  q: { plan: DocTypePlan; name: string; values: Record<string, unknown> },
): Promise<string | undefined> {
  const { tx, report, services } = state;
  const { plan, name } = q;
  const stored = await readStored(state, plan, name);
  const doc = toCanonical(state, plan, q.values);
  const kept = STANDARD.get(plan.name);
  if (stored && kept) for (const fieldname of kept) doc[fieldname] = stored[fieldname] ?? null;
  if (stored && kept && state.isSync && !isNewer(q.values.modified, stored.modified)) {
    report.unchanged++;
    return undefined;
  }
  if (stored && sameContent(state, plan, stored, doc)) {
    report.unchanged++;
    return undefined;
  }
  for (const [key, rows] of Object.entries(q.values))
    if (Array.isArray(rows) && rows.length > 0 && !plan.byName.has(key))
      report.warnings.push(`${plan.name} ${name}: ${key} (${rows.length}) left out, there is no such table`);
  const id = stored ? String(stored.id) : services.ids.uuid();
  if (stored) {
    for (const child of childrenOf(state, plan)) tx.send(deleteChildren(child.plan, id));
    tx.send(deleteRows(plan, [id]));
  }
  const standard = standardValues(state, { id, name, stored, docstatus: q.values.docstatus });
  tx.send(insertRows(plan, [{ values: newDocument([...Object.entries(doc), ...standard]) }]));
  for (const { field, plan: child } of childrenOf(state, plan)) {
    const rows = rowsOf(doc, field.fieldname).map((row, index) => ({
      parentId: id,
      values: newDocument([
        ...Object.entries(row),
        ...standardValues(state, {
          id: services.ids.uuid(),
          name: hashName(services.clock.now()),
          docstatus: q.values.docstatus,
        }),
        ['idx', index + 1],
        ['parent', name],
        ['parenttype', plan.name],
        ['parentfield', field.fieldname],
      ]),
    }));
    if (rows.length > 0) tx.send(insertRows(child, rows));
  }
  noteChange(state, plan, { name, event: stored ? 'update' : 'insert' });
  // Seen by more people than may read the document.
  if (kept) noteSome(state, plan);
  if (stored) report.changed++;
  else report.created++;
  return id;
}

/** Frappe writes moments without a zone, ours have one. */
function isNewer(given: unknown, stored: unknown): boolean {
  const momentOf = (value: unknown): number => {
    const text = String(value ?? '').replace(' ', 'T');
    return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  };
  return momentOf(given) > momentOf(stored);
}

async function readStored(state: Import, plan: DocTypePlan, name: string): Promise<Document | undefined> {
  const [row] = await state.tx.query(
    documentStatement({ snapshot: state.snapshot, plan, access: () => EVERYTHING, key: name, purpose: 'write' }),
  );
  return row && parseDocument(row.doc as string);
}

function standardValues(
  state: Import,
  q: { id: string; name: string; stored?: Document; docstatus: unknown },
): [string, Value | undefined][] {
  return [
    ['id', q.id],
    ['name', q.name],
    ['owner', q.stored?.owner ?? state.actor.user],
    ['creation', q.stored?.creation ?? state.now],
    ['modified', state.now],
    ['modified_by', state.actor.user],
    ['docstatus', q.docstatus === 1 || q.docstatus === 2 ? q.docstatus : 0],
    ['idx', 0],
    ['_version', Number(q.stored?._version ?? 0) + 1],
  ];
}

function childrenOf(state: Import, plan: DocTypePlan): { field: FieldPlan; plan: DocTypePlan }[] {
  return plan.tables.flatMap((field) => {
    const child = state.snapshot.find(field.childDocType as string);
    return child?.storage === 'child' ? [{ field, plan: child }] : [];
  });
}

/** Values of the fields that the DocType has; one that does not fit is left empty. Secrets never come in files. */
function toCanonical(state: Import, plan: DocTypePlan, values: Record<string, unknown>): Document {
  const doc = newDocument();
  for (const field of plan.columns) {
    if (field.isStandard) continue;
    const given = Object.hasOwn(values, field.fieldname) && !field.type.secret ? values[field.fieldname] : undefined;
    const coerced = field.type.coerce(given ?? null, field.field, { now: state.services.clock.now() });
    doc[field.fieldname] = 'value' in coerced ? coerced.value : null;
  }
  for (const { field, plan: child } of childrenOf(state, plan)) {
    const rows = Object.hasOwn(values, field.fieldname) ? values[field.fieldname] : undefined;
    doc[field.fieldname] = Array.isArray(rows)
      ? rows.filter(isObject).map((row) => toCanonical(state, child, row))
      : [];
  }
  return doc;
}

function sameContent(state: Import, plan: DocTypePlan, stored: Document, doc: Document): boolean {
  return canonicalJson(toCanonical(state, plan, stored)) === canonicalJson(doc);
}

/** A link that leads nowhere would fail at commit: it is emptied instead, and the caller hears of it. */
async function emptyDangling(state: Import, plan: DocTypePlan, ids: readonly string[]): Promise<void> {
  const places = [
    { plan, key: 'id' },
    ...childrenOf(state, plan).map((child) => ({ plan: child.plan, key: 'parent_id' })),
  ];
  for (const place of places) {
    for (const field of place.plan.links) {
      const target = field.link && 'doctype' in field.link ? state.snapshot.find(field.link.doctype) : undefined;
      if (!target || target.table === '' || target.storage === 'single') continue;
      const column = quote(field.column as string);
      const rows = await state.tx.query({
        text: `update ${quote(place.plan.table)} t set ${column} = null where ${place.key} = any($1::uuid[]) and ${column} is not null
          and not exists (select 1 from ${quote(target.table)} x where x.name = t.${column}) returning t.name`,
        values: [[...ids]],
      });
      for (const row of rows)
        state.report.warnings.push(
          `${place.plan.name} ${String(row.name)}: ${field.fieldname} leads to no ${target.name}; emptied`,
        );
    }
  }
}
