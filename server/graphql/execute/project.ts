/** What is selected of a document that JavaScript has: of a virtual DocType, a Single, or one that was just written. */
import { listAccess } from '../../documents/context.ts';
import type { Context } from '../../documents/contract.ts';
import { type Document, rowsOf } from '../../kernel/document.ts';
import { comparable, compareValues, matches } from '../../query/in-memory-filter.ts';
import { refusal } from '../../query/request.ts';
import type { ListArguments, TreeItem, TreeList } from '../../query/tree.ts';
import type { DocTypePlan, OrderTerm } from '../../schema/plan.ts';
import type { JsonObject } from './run.ts';

/** Without a prototype: `__proto__` may be an alias like another. */
export function newObject(): JsonObject {
  return Object.create(null);
}

export interface Projection {
  ctx: Context;
  /** Of the list at each place. */
  args: readonly ListArguments[];
}

/** What is not in the document is null, as for an empty field. */
export function project(q: Projection, doc: Document, items: readonly TreeItem[]): JsonObject {
  const object = newObject();
  for (const item of items) object[item.key] = valueIn(q, doc, item);
  return object;
}

function valueIn(q: Projection, doc: Document, item: TreeItem): unknown {
  switch (item.kind) {
    case 'constant':
      return item.value;
    case 'column':
      return doc[item.field.fieldname] ?? null;
    case 'list':
      return rowsIn(q, doc, item.list);
    case 'reference': {
      const name = doc[item.field.fieldname];
      const doctype = typeof item.doctype === 'string' ? item.doctype : doc[item.doctype.fieldname];
      return name && doctype ? [doctype, name] : null;
    }
    case 'whole':
      return doc;
    case 'target':
      throw new Error(`the target of ${item.field.fieldname} is not in the document`);
  }
}

function rowsIn(q: Projection, doc: Document, list: TreeList): JsonObject[] {
  const { origin, plan, within, form, place } = list;
  if (origin.kind !== 'rows' || form.kind !== 'many') throw new Error(`${plan.name} documents are not in a document`);
  const { filter, order, limit, offset = 0 } = q.args[place] ?? { filter: { kind: 'none' } };
  const reader = { snapshot: q.ctx.snapshot, access: listAccess(q.ctx) };
  const env = { reader, plan, within, now: q.ctx.now, where: 'where' };
  const found = rowsOf(doc, origin.field.fieldname).filter((row) => matches(env, filter, { document: row }));
  const sorted = order ? [...found].sort((a, b) => compareRows(plan, order, a, b)) : found;
  const page = sorted.slice(offset, limit === undefined ? undefined : offset + limit);
  return page.map((row) => project(q, row, form.items));
}

function compareRows(plan: DocTypePlan, order: readonly OrderTerm[], a: Document, b: Document): number {
  for (const { path, direction } of order) {
    const field = plan.byName.get(path);
    if (!field) throw refusal('order_by', `rows of a document that has no table are ordered by their own fields`);
    const compared = compareValues(comparable(field, a[path]), comparable(field, b[path]));
    if (compared !== 0) return direction === 'asc' ? compared : -compared;
  }
  return 0;
}

/** Whether a document alone has all that is selected of it: nothing has to be asked for. */
export function isWithin(items: readonly TreeItem[]): boolean {
  return items.every((item) => {
    if (item.kind === 'constant' || item.kind === 'column') return true;
    return (
      item.kind === 'list' &&
      item.list.origin.kind === 'rows' &&
      item.list.form.kind === 'many' &&
      isWithin(item.list.form.items)
    );
  });
}
