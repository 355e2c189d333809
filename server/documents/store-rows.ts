/**
 * The document and its child rows to the database: what is new is inserted, what changed is updated,
 * what is gone is deleted. Sends without waiting: the transaction is pipelined to its end.
 */
import { deleteChildren, deleteRows, insertRows, updateRow } from '../db/rows.ts';
import type { ChangeEvent } from '../kernel/changes.ts';
import { type Document, isEmpty, rowsOf, type Value } from '../kernel/document.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { noteChange } from './changes.ts';
import { hashName } from './naming.ts';
import { noteRights } from './rights-changes.ts';
import { sameValue } from './values.ts';
import type { Write } from './write.ts';

/** Times, owner and docstatus, as only the server sets them. */
export function stamp(write: Write): void {
  const { doc, before, ctx, now } = write;
  doc.modified = before ? laterThan(before.modified, now) : now;
  doc.modified_by = ctx.actor.user;
  doc._version = before ? Number(before._version) + 1 : 1;
  if (before) return;
  doc.id = ctx.services.ids.uuid();
  doc.creation = now;
  doc.owner = ctx.actor.user;
  doc.docstatus ??= 0;
  doc.idx ??= 0;
}

/** Who saw `modified` and sends it back must be found out, even when two changes fall into one millisecond. */
function laterThan(stored: Value | undefined, now: string): string {
  if (typeof stored !== 'string' || stored < now) return now;
  const micros = BigInt(Date.parse(`${stored.slice(0, 23)}Z`)) * 1000n + BigInt(stored.slice(23, 26)) + 1n;
  return `${new Date(Number(micros / 1000n)).toISOString().slice(0, 23)}${String(micros % 1000n).padStart(3, '0')}Z`;
}

export function storeDocument(write: Write): void {
  const { plan, doc, before, ctx } = write;
  noteRights(write);
  noteChange(ctx, plan, { name: String(doc.name), event: eventOf(write) });
  if (!before) {
    ctx.tx.send(insertRows(plan, [{ values: doc }]));
  } else {
    const changed = plan.columns.filter((field) => isWritten(field, before, doc));
    ctx.tx.send(updateRow(plan, changed, { id: String(doc.id), values: doc, version: write.seenVersion }));
  }
  for (const table of plan.tables) storeTable(write, table);
}

function eventOf({ action, before }: Write): ChangeEvent {
  if (!before) return 'insert';
  return action === 'submit' || action === 'cancel' ? action : 'update';
}

/** Identity never changes, and the version is counted by the database. */
const FIXED = new Set(['id', 'name', 'owner', 'creation', '_version']);

function isWritten(field: FieldPlan, before: Document, doc: Document): boolean {
  if (FIXED.has(field.fieldname)) return false;
  return !sameStored(before[field.fieldname], doc[field.fieldname]);
}

/** Unlike sameValue, NULL and "" differ here: what was written is what is read. */
function sameStored(a: Document[string], b: Document[string]): boolean {
  return (a ?? null) === (b ?? null) || (!isEmpty(a) && sameValue(a, b));
}

function storeTable(write: Write, table: FieldPlan): void {
  const { ctx, doc, before } = write;
  const child = ctx.snapshot.find(table.childDocType as string);
  if (child?.storage !== 'child') return;
  const rows = rowsOf(doc, table.fieldname);
  const stored = before ? rowsOf(before, table.fieldname) : [];
  const kept = new Set(rows.map((row) => row.id));
  const gone = stored.filter((row) => !kept.has(row.id)).map((row) => String(row.id));
  if (gone.length > 0) ctx.tx.send(deleteRows(child, gone));
  const byId = new Map(stored.map((row) => [row.id, row]));
  const fresh: Document[] = [];
  rows.forEach((row, index) => {
    const was = byId.get(row.id);
    prepareRow({ write, table, row, was, index });
    if (!was) {
      fresh.push(row);
      return;
    }
    const changed = child.columns.filter((field) => isWritten(field, was, row));
    if (changed.length === 0) return;
    row.modified = write.now;
    row.modified_by = ctx.actor.user;
    row._version = Number(was._version) + 1;
    ctx.tx.send(
      updateRow(
        child,
        child.columns.filter((field) => isWritten(field, was, row)),
        { id: String(row.id), values: row },
      ),
    );
  });
  if (fresh.length > 0) {
    ctx.tx.send(
      insertRows(
        child,
        fresh.map((values) => ({ values, parentId: String(doc.id) })),
      ),
    );
  }
}

function prepareRow(q: {
  write: Write;
  table: FieldPlan;
  row: Document;
  was: Document | undefined;
  index: number;
}): void {
  const { write, row } = q;
  row.idx = q.index + 1;
  row.docstatus = write.doc.docstatus ?? 0;
  if (q.was) return;
  // A row that comes back from the recycle bin keeps what it was.
  if (isEmpty(row.id)) row.id = write.ctx.services.ids.uuid();
  if (isEmpty(row.name)) row.name = hashName(write.ctx.now);
  if (isEmpty(row.owner)) row.owner = write.ctx.actor.user;
  if (isEmpty(row.creation)) row.creation = write.now;
  row.parent = write.doc.name;
  row.parenttype = write.plan.name;
  row.parentfield = q.table.fieldname;
  row.modified = write.now;
  row.modified_by = write.ctx.actor.user;
  row._version = 1;
}

/** The document and all rows of its tables. */
export function eraseDocument(write: Write): void {
  const { plan, doc, ctx } = write;
  noteRights(write);
  noteChange(ctx, plan, { name: String(doc.name), event: 'delete' });
  for (const child of new Set(plan.tables.map((table) => ctx.snapshot.find(table.childDocType as string)))) {
    if (child?.storage === 'child') ctx.tx.send(deleteChildren(child as DocTypePlan, String(doc.id)));
  }
  ctx.tx.send(deleteRows(plan, [String(doc.id)]));
}
