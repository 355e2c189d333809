/**
 * The door to read: one document, a list, a count. Five stages: plan, access, SQL, run, present.
 * The answer is JSON text that PostgreSQL built, except where a controller computes a field.
 */
import { type AccessTo, listAction } from '../access/decide.ts';
import { type Document, newDocument } from '../kernel/document.ts';
import { and, type Filter } from '../kernel/filter.ts';
import { countStatement } from '../query/count.ts';
import { documentStatement } from '../query/document.ts';
import { listStatement } from '../query/list.ts';
import type { ListRequest } from '../query/request.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { chosenPart, computeFields, hasComputed } from './computed.ts';
import { accessFor, permit, planOf } from './context.ts';
import type { Context } from './contract.ts';
import { notFound, parseDocument, toDocument } from './load.ts';
import { emptySingle } from './single.ts';
import { countVirtual, getVirtual, listVirtual } from './virtual.ts';

export interface ReadDocument {
  /** The whole document as JSON text. */
  readonly text: string;
  /** The same as an object, where it is at hand and need not be parsed. */
  document?(): Document;
  name: string;
  version: number;
}

/** One document with a few tables is bounded work; what is expanded may be anything. */
const MAX_BOUNDED_TABLES = 8;

export interface ReadWish {
  fields?: readonly string[];
  expand?: readonly string[];
}

/** Throws `not_found` when it is not there or not visible. */
export async function readDocument(
  ctx: Context,
  q: { doctype: string; name: string } & ReadWish,
): Promise<ReadDocument> {
  const plan = planOf(ctx, q.doctype);
  permit(ctx, plan, 'read');
  if (plan.storage === 'virtual') return getVirtual(ctx, plan, q);
  const wish = {
    snapshot: ctx.snapshot,
    plan,
    access: accessFor(ctx, 'read', plan),
    key: q.name,
    fields: q.fields,
    expand: q.expand,
    now: ctx.now,
  };
  const chosen = documentStatement(wish);
  const statement = wantsComputed(ctx, plan, q.fields) ? documentStatement({ ...wish, fields: undefined }) : chosen;
  const isBounded = q.expand === undefined && plan.tables.length <= MAX_BOUNDED_TABLES;
  const [row] = await (ctx.tx
    ? ctx.tx.query(statement)
    : isBounded
      ? ctx.services.db.queryByKey(statement)
      : ctx.services.db.query(statement));
  if (row)
    return { text: present(ctx, plan, q, row.doc as string), name: row.name as string, version: Number(row._version) };
  if (plan.storage === 'single') return presentSingle(ctx, plan);
  throw notFound(plan, q.name);
}

/**
 * The body of a list answer, ready to send. A Link picker asks with `select`: then it has every document that
 * may be chosen, of which nothing but what a picker shows can be asked where it may not be read. An export is a list
 * of what may be exported as well.
 */
export async function readList(
  ctx: Context,
  q: { doctype: string; request: ListRequest; action?: 'read' | 'select' | 'export' },
): Promise<string> {
  const plan = planOf(ctx, q.doctype);
  const isExport = q.action === 'export';
  const action = q.action === undefined || isExport ? listAction({ plan, actor: ctx.actor }) : q.action;
  permit(ctx, plan, action);
  if (plan.storage === 'virtual') return listVirtual(ctx, plan, q.request);
  const { statement, present: presentRow } = listStatement({
    snapshot: ctx.snapshot,
    plan,
    access: isExport ? exportAccess(ctx, plan) : accessFor(ctx, action, plan),
    request: q.request,
    now: ctx.now,
  });
  const [row] = await (ctx.tx ?? ctx.services.db).query(statement);
  return presentRow(row ?? {});
}

/** Of what a list shows, the rows that the right to export reaches: it may be given for one's own documents only. */
function exportAccess(ctx: Context, plan: DocTypePlan): AccessTo {
  const shown = accessFor(ctx, listAction({ plan, actor: ctx.actor }), plan);
  return (other, within) => {
    const access = shown(other, within);
    if ((within ?? other) !== plan) return access;
    const { rows, key } = permit(ctx, plan, 'export');
    return within ? access : { ...access, rows: and(access.rows, rows), key: `${access.key} export ${key}` };
  };
}

export async function readCount(
  ctx: Context,
  q: {
    doctype: string;
    filter: Filter;
    search?: readonly string[];
    /** Bounded: at most one more than COUNT_BOUND. */
    count?: 'estimated';
  },
): Promise<number> {
  const plan = planOf(ctx, q.doctype);
  const action = listAction({ plan, actor: ctx.actor });
  permit(ctx, plan, action);
  if (plan.storage === 'virtual') return countVirtual(ctx, plan, q.filter);
  const statement = countStatement({
    snapshot: ctx.snapshot,
    plan,
    access: accessFor(ctx, action, plan),
    request: { filter: q.filter, search: q.search ?? [], count: q.count },
    now: ctx.now,
  });
  const [row] = await (ctx.tx ?? ctx.services.db).query(statement);
  return Number(row?.count ?? 0);
}

/** The document as an object, for hooks and operations that look at it. */
export async function getDocument(ctx: Context, doctype: string, name: string): Promise<Document> {
  return parseDocument((await readDocument(ctx, { doctype, name })).text);
}

/** Rows of a list as objects. */
export async function listDocuments(ctx: Context, doctype: string, request: ListRequest): Promise<Document[]> {
  const page = JSON.parse(await readList(ctx, { doctype, request })) as { items: Record<string, unknown>[] };
  return page.items.map(toDocument);
}

/** A computed field is made from the whole document, so it is read whole when one is among the chosen fields. */
function wantsComputed(ctx: Context, plan: DocTypePlan, fields: readonly string[] | undefined): boolean {
  const isComputed = (path: string) => path === '*' || plan.byName.get(path)?.isVirtual === true;
  return fields === undefined ? hasComputed(ctx, plan) : fields.some(isComputed) && hasComputed(ctx, plan);
}

function present(ctx: Context, plan: DocTypePlan, q: ReadWish, text: string): string {
  if (!wantsComputed(ctx, plan, q.fields)) return text;
  const document = computeFields(ctx, plan, parseDocument(text));
  return JSON.stringify(q.fields ? chosenPart(plan, document, [...q.fields, ...(q.expand ?? [])]) : document);
}

/** A Single that nobody has saved yet shows its defaults. */
async function presentSingle(ctx: Context, plan: DocTypePlan): Promise<ReadDocument> {
  const document = computeFields(ctx, plan, emptySingle(ctx, plan));
  return {
    text: JSON.stringify(newDocument([['doctype', plan.name], ...Object.entries(document)])),
    name: plan.name,
    version: 0,
  };
}
