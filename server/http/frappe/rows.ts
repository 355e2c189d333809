/**
 * Rows of child tables as if they were documents, which Frappe's clients read, change and delete by name: each
 * goes through the document that it is part of.
 */
import { accessTo, unknownDocType } from '../../documents/context.ts';
import type { Context } from '../../documents/contract.ts';
import { readDocument, readList } from '../../documents/read.ts';
import { AppError } from '../../kernel/error.ts';
import { condition } from '../../kernel/filter.ts';
import { isObject } from '../../kernel/json.ts';
import { inboundOf } from '../../schema/inbound.ts';
import type { DocTypePlan } from '../../schema/plan.ts';
import { findVisible } from '../visible-plans.ts';
import { type Saved, updateAsFrappe } from './documents.ts';
import { type FrappeDocument, type Nulls, toFrappeDocument } from './values.ts';

/** Whether these are rows, which have no life of their own. Not of a child DocType that the caller may not know of. */
export function isChild(ctx: Context, doctype: string): boolean {
  return ctx.snapshot.find(doctype)?.storage === 'child' && findVisible(ctx, doctype) !== undefined;
}

/** Throws `not_found` when no document that the caller may read has the row. */
export async function getRow(
  ctx: Context,
  q: { doctype: string; name: string; nulls: Nulls },
): Promise<FrappeDocument> {
  const found = await findRow(ctx, q);
  return toFrappeDocument({ snapshot: ctx.snapshot, plan: found.plan, document: found.row, nulls: q.nulls });
}

/** Changes the row and saves its parent. Gives the parent. */
export async function changeRow(
  ctx: Context,
  q: { doctype: string; name: string; given: Readonly<Record<string, unknown>>; nulls: Nulls },
): Promise<Saved> {
  const found = await findRow(ctx, q);
  const rows = found.rows.map((row) => (row === found.row ? { ...q.given, name: row.name } : { name: row.name }));
  return saveRows(ctx, { ...found, rows, nulls: q.nulls });
}

export async function removeRow(ctx: Context, q: { doctype: string; name: string }): Promise<void> {
  const found = await findRow(ctx, q);
  const rows = found.rows.filter((row) => row !== found.row).map((row) => ({ name: row.name }));
  await saveRows(ctx, { ...found, rows, nulls: 'kept' });
}

/** Adds the row at the end of its parent's table. Throws `bad_request` when it does not say whose it is. */
export async function addRow(
  ctx: Context,
  q: { given: Readonly<Record<string, unknown>>; nulls: Nulls },
): Promise<Saved> {
  const { parent, parenttype, parentfield } = q.given;
  if (typeof parent !== 'string' || typeof parenttype !== 'string' || typeof parentfield !== 'string')
    throw new AppError('bad_request', 'A row needs parent, parenttype and parentfield: they say where it belongs.');
  const read = await readDocument(ctx, { doctype: parenttype, name: parent });
  const stored = tableOf(JSON.parse(read.text) as FrappeDocument, parentfield);
  const rows = [...stored.map((row) => ({ name: row.name })), { ...q.given, __islocal: 1 }];
  return saveRows(ctx, { doctype: parenttype, name: read.name, table: parentfield, rows, nulls: q.nulls });
}

interface Found {
  /** The parent. */
  doctype: string;
  name: string;
  table: string;
  rows: FrappeDocument[];
  row: FrappeDocument;
  plan: DocTypePlan;
}

async function findRow(ctx: Context, q: { doctype: string; name: string }): Promise<Found> {
  const plan = ctx.snapshot.find(q.doctype);
  const parents = (inboundOf(ctx.snapshot).parents.get(q.doctype) ?? []).filter(
    (reference) => accessTo(ctx, reference.plan, 'read').allowed,
  );
  if (!plan || parents.length === 0) throw unknownDocType(ctx, q.doctype);
  for (const { plan: parent, field } of parents) {
    const table = field.fieldname;
    if (!accessTo(ctx, parent, 'read').canRead(table)) continue;
    const name = await parentOf(ctx, { doctype: parent.name, path: `${table}.name`, row: q.name });
    if (name === undefined) continue;
    const { text } = await readDocument(ctx, { doctype: parent.name, name });
    const rows = tableOf(JSON.parse(text) as FrappeDocument, table);
    const row = rows.find((each) => each.name === q.name);
    if (row) return { doctype: parent.name, name, table, rows, row, plan };
  }
  throw new AppError('not_found', `There is no ${plan.name} called ${JSON.stringify(q.name.slice(0, 140))}.`);
}

async function parentOf(ctx: Context, q: { doctype: string; path: string; row: string }): Promise<string | undefined> {
  const text = await readList(ctx, {
    doctype: q.doctype,
    request: {
      fields: [{ kind: 'path', path: 'name' }],
      filter: condition(q.path, '=', q.row),
      search: [],
      groupBy: [],
      limit: 1,
      offset: 0,
      count: 'none',
      expand: [],
    },
  });
  return (JSON.parse(text) as { items: { name: string }[] }).items[0]?.name;
}

function tableOf(document: FrappeDocument, table: string): FrappeDocument[] {
  const rows = Object.hasOwn(document, table) ? document[table] : undefined;
  return Array.isArray(rows) ? rows.filter(isObject) : [];
}

function saveRows(
  ctx: Context,
  q: { doctype: string; name: string; table: string; rows: unknown[]; nulls: Nulls },
): Promise<Saved> {
  return updateAsFrappe(ctx, { doctype: q.doctype, name: q.name, given: { [q.table]: q.rows }, nulls: q.nulls });
}
