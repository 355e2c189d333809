/**
 * Lists as Frappe's clients ask for them: their parameters to the wish of every other list, the page to
 * their rows. What exists and who may see it is decided behind the same door.
 */
import { withActivityFilters } from '../../activity/lists.ts';
import type { Context } from '../../documents/contract.ts';
import { readCount, readList } from '../../documents/read.ts';
import { and, type Filter } from '../../kernel/filter.ts';
import { isObject } from '../../kernel/json.ts';
import type { FieldWish, ListRequest } from '../../query/request.ts';
import { parseFilterParams, parseListRequest } from '../../query/wire.ts';
import type { DocTypePlan } from '../../schema/plan.ts';
import { refusal } from '../given.ts';
import { type Args, jsonOf, optionalFlag, optionalNumber, optionalText } from './arguments.ts';
import { asFrappeKeeps, attachedColumns } from './list-activity.ts';
import { conversionsOfList, lastOf, shortNames } from './list-columns.ts';
import { rowsWithin, toPlace } from './rows-within.ts';
import type { FrappeDocument } from './values.ts';

export interface FrappeList {
  rows: FrappeDocument[];
  hasMore: boolean;
  /** For the developer: what was not done as it was asked. */
  notes: string[];
}

/** So many rows at most in one answer, also where Frappe would give all. */
export const MOST_ROWS = 1000;
const USUAL_ROWS = 20;

/** Throws what readList throws, and `bad_request` for parameters that cannot be read. */
export async function listAsFrappe(ctx: Context, q: { doctype: string; args: Args }): Promise<FrappeList> {
  const place = toPlace(ctx, q);
  const { limit, isCapped } = limitOf(q.args);
  const wish = unqualified(wishOf(q.args, limit), place.plan);
  const columns = clientColumns(q.args, place.plan);
  const withCount = optionalFlag(q.args, 'with_comment_count');
  const attached =
    place.parent || wish.groupBy.length > 0 ? [] : attachedColumns(ctx, place.doctype, { columns, withCount });
  const filtered = place.parent ? wish : { ...wish, filter: withActivityFilters(ctx, place.doctype, wish.filter) };
  const request = place.parent
    ? rowsWithin(ctx, place, wish)
    : attached.length > 0
      ? { ...filtered, attached }
      : filtered;
  const text = await readList(ctx, { doctype: place.parent?.name ?? place.doctype, request });
  const page = JSON.parse(text) as { items: FrappeDocument[]; has_more: boolean };
  const conversions = conversionsOfList({ snapshot: ctx.snapshot, plan: place.parent ?? place.plan, request });
  for (const row of page.items)
    for (const [key, convert] of conversions)
      if (row[key] !== null && row[key] !== undefined) row[key] = convert(row[key]);
  for (const row of page.items) asFrappeKeeps(row, attached);
  const absent = columns.filter((name) => !attached.some(({ key }) => key === name));
  if (absent.length > 0) for (const row of page.items) for (const key of absent) row[key] = null;
  const notes =
    isCapped && page.has_more
      ? [
          `There are more than these ${limit} rows: an answer has at most ${MOST_ROWS}. Ask for the next with limit_start.`,
        ]
      : [];
  return { rows: page.items, hasMore: page.has_more, notes };
}

/** How many documents the filters find. */
export async function countAsFrappe(ctx: Context, q: { doctype: string; args: Args }): Promise<number> {
  const place = toPlace(ctx, q);
  const given = parseFilterParams(filterParams(q.args));
  const filter = place.parent ? given : withActivityFilters(ctx, place.doctype, given);
  if (!place.parent) return readCount(ctx, { doctype: place.doctype, filter });
  const request = rowsWithin(ctx, place, { ...wishOf(q.args, 1), fields: [COUNT], order: [] });
  const page = JSON.parse(await readList(ctx, { doctype: place.parent.name, request })) as { items: { n: number }[] };
  return page.items[0]?.n ?? 0;
}

const COUNT: FieldWish = { kind: 'aggregate', fn: 'count', path: 'name', distinct: false, as: 'n' };

/** Rows as lists of values in the order of the fields, as `as_dict=0` and `as_list` ask for them. */
export function asArrays(rows: readonly FrappeDocument[]): unknown[][] {
  return rows.map((row) => Object.values(row));
}

function wishOf(args: Args, limit: number): ListRequest {
  const fields = fieldsText(args);
  const params = new Map([
    ...filterParams(args),
    ['fields', fields],
    ['limit', String(limit)],
    ['offset', String(optionalNumber(args, 'limit_start') ?? optionalNumber(args, 'start') ?? 0)],
    ['count', 'none'],
  ]);
  for (const name of ['group_by', 'expand']) {
    const given = paramText(args, name);
    if (given !== undefined) params.set(name, given);
  }
  const order = orderText(args);
  if (order !== undefined) params.set('order_by', order);
  const request = withoutClientColumns(parseListRequest(params));
  const named = { ...request, fields: shortNames(request.fields ?? []) };
  return optionalFlag(args, 'distinct') ? distinctly(named) : named;
}

function fieldsText(args: Args): string {
  const fields = paramText(args, 'fields');
  return fields === undefined || fields === '[]' ? '["name"]' : fields;
}

/** Columns that Frappe's tables have for its desk, which asks for them in every list; those that we have not are empty. */
const CLIENT_COLUMNS: ReadonlySet<string> = new Set(['_user_tags', '_comments', '_assign', '_liked_by', '_seen']);

function withoutClientColumns(request: ListRequest): ListRequest {
  const fields = request.fields?.filter((wish) => !(wish.kind === 'path' && CLIENT_COLUMNS.has(lastOf(wish.path))));
  return { ...request, fields: fields?.length === 0 ? [{ kind: 'path', path: 'name' }] : fields };
}

function clientColumns(args: Args, plan: DocTypePlan): string[] {
  const text = fieldsText(args);
  return [...CLIENT_COLUMNS].filter((name) => text.includes(name) && !plan.byName.has(name));
}

/** Frappe's own code passes this word for "as usual". */
const USUAL_ORDER = 'KEEP_DEFAULT_ORDERING';

function orderText(args: Args): string | undefined {
  const given = paramText(args, 'order_by');
  return given === USUAL_ORDER || given === 'None' || given === 'null' ? undefined : given;
}

/** `tabTask.name` without backticks is the field itself, where the DocType's name is one word. */
function unqualified(request: ListRequest, plan: DocTypePlan): ListRequest {
  const own = `tab${plan.name}.`;
  const bare = (path: string): string => (path.startsWith(own) ? path.slice(own.length) : path);
  return {
    ...request,
    fields: request.fields?.map((wish) => (wish.kind === 'all' ? wish : { ...wish, path: bare(wish.path) })),
    groupBy: request.groupBy.map(bare),
    order: request.order?.map((term) => ({ ...term, path: bare(term.path) })),
  };
}

/** Groups of all that is selected, in their own order: rows that differ. */
function distinctly(request: ListRequest): ListRequest {
  const { fields = [] } = request;
  const paths = fields.flatMap((wish) => (wish.kind === 'path' ? [wish.path] : []));
  if (request.groupBy.length > 0 || paths.length < fields.length) return request;
  const order = request.order?.filter((term) => paths.includes(term.path));
  return { ...request, groupBy: paths, order: order?.length ? order : undefined };
}

/** 0 means all where it is called limit_page_length, and the usual number where it is called limit. */
function limitOf(args: Args): { limit: number; isCapped: boolean } {
  const pageLength = optionalNumber(args, 'limit_page_length') ?? optionalNumber(args, 'page_length');
  const given = optionalNumber(args, 'limit') || pageLength;
  const limit = given === undefined ? USUAL_ROWS : given === 0 ? Number.POSITIVE_INFINITY : given;
  return { limit: Math.min(limit, MOST_ROWS), isCapped: limit > MOST_ROWS };
}

/** Filters as parameters of a native list; a mere text or number is a name. */
function filterParams(args: Args): Map<string, string> {
  const params = new Map<string, string>();
  for (const name of ['filters', 'or_filters']) {
    const value = unquoted(jsonOf(args, name));
    const isNothing = value === undefined || value === null || value === '' || value === 'null' || value === 'None';
    if (!isNothing) params.set(name, JSON.stringify(value));
  }
  return params;
}

/** A name as JSON writes it. */
function unquoted(value: unknown): unknown {
  return typeof value === 'string' && /^"[^"\\]*"$/.test(value) ? value.slice(1, -1) : value;
}

/** The filters with one more condition. */
export function filterOf(args: Args, ...more: readonly Filter[]): Filter {
  return and(parseFilterParams(filterParams(args)), ...more);
}

/** A parameter as text, as a query would hold it. */
function paramText(args: Args, name: string): string | undefined {
  const value = args.get(name);
  if (Array.isArray(value) || isObject(value)) return JSON.stringify(value);
  if (typeof value === 'boolean') throw refusal(name, `${name} must be a list or a text.`);
  return optionalText(args, name);
}
