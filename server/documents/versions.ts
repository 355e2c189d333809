/**
 * What changed, kept as Version documents where the DocType tracks changes (SEMANTICS.md 1.13), and the
 * recycle bin. Both are written in the transaction of the change itself.
 */
import { insertRows } from '../db/rows.ts';
import { type Document, newDocument, rowsOf, type Value } from '../kernel/document.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { noteSome } from './changes.ts';
import { hashName } from './naming.ts';
import { sameValue } from './values.ts';
import type { Write } from './write.ts';

interface Changes {
  changed: [string, Value, Value][];
  added: [string, Document][];
  removed: [string, Document][];
  row_changed: [string, number, Value, [string, Value, Value][]][];
}

export function recordVersion(write: Write): void {
  const { plan, before, doc } = write;
  if (!plan.tracksChanges || !before) return;
  const changes = compare(write, before);
  if (changes.changed.length + changes.added.length + changes.removed.length + changes.row_changed.length === 0) return;
  storeSystemDocument(write, 'Version', {
    ref_doctype: plan.name,
    docname: doc.name,
    data: changes,
    version_no: doc._version,
  });
}

function compare(write: Write, before: Document): Changes {
  const { plan, doc } = write;
  const changes: Changes = { changed: changedFields(plan, before, doc), added: [], removed: [], row_changed: [] };
  if (Number(before.docstatus) !== Number(doc.docstatus))
    changes.changed.push(['docstatus', before.docstatus ?? 0, doc.docstatus ?? 0]);
  for (const table of plan.tables) {
    const child = write.ctx.snapshot.find(table.childDocType as string);
    if (!child) continue;
    const was = new Map(rowsOf(before, table.fieldname).map((row) => [row.id, row]));
    rowsOf(doc, table.fieldname).forEach((row, index) => {
      const stored = was.get(row.id);
      was.delete(row.id);
      if (!stored) changes.added.push([table.fieldname, row]);
      else {
        const fields = changedFields(child, stored, row);
        if (fields.length > 0) changes.row_changed.push([table.fieldname, index, row.name ?? null, fields]);
      }
    });
    for (const row of was.values()) changes.removed.push([table.fieldname, row]);
  }
  return changes;
}

function changedFields(plan: DocTypePlan, before: Document, doc: Document): [string, Value, Value][] {
  const changed: [string, Value, Value][] = [];
  for (const field of plan.columns) {
    if (field.isStandard || sameValue(before[field.fieldname], doc[field.fieldname])) continue;
    const show = (value: Value | undefined): Value => (field.type.secret && value ? '********' : (value ?? null));
    changed.push([field.fieldname, show(before[field.fieldname]), show(doc[field.fieldname])]);
  }
  return changed;
}

/** The whole document to the recycle bin, so that it can be restored. */
export function recycle(write: Write): void {
  storeSystemDocument(write, 'Deleted Document', {
    deleted_doctype: write.plan.name,
    deleted_name: write.doc.name,
    data: write.doc,
    restored: false,
  });
}

/** A row of a built-in DocType that the server keeps for itself: no hooks, no rules. */
export function storeSystemDocument(
  write: Write,
  doctype: string,
  values: { readonly [fieldname: string]: Value | undefined },
): void {
  const { ctx, now } = write;
  const plan = ctx.snapshot.find(doctype);
  if (plan?.storage !== 'table') return;
  const document = newDocument([
    ['id', ctx.services.ids.uuid()],
    ['name', hashName(ctx.now)],
    ['owner', ctx.actor.user],
    ['creation', now],
    ['modified', now],
    ['modified_by', ctx.actor.user],
    ['docstatus', 0],
    ['idx', 0],
    ['_version', 1],
    ...Object.entries(values).filter(([fieldname]) => plan.byName.get(fieldname)?.column),
  ]);
  ctx.tx.send(insertRows(plan, [{ values: document }]));
  // One for all of them in a transaction: each write of a document would otherwise be two changes.
  noteSome(ctx, plan);
}
