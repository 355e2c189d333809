/**
 * A list from wish to statement, and its one row to the body of the answer. The chapters: shape,
 * plan, SQL, bind (statement-cache.ts); then present. Runs nothing: documents/list.ts does.
 */
import type { AccessTo } from '../access/decide.ts';
import type { Statement } from '../kernel/statement.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';
import { type Cursor, cursorShape, cursorTag, decodeCursor, encodeCursor, foreignCursor } from './cursor.ts';
import { planList } from './list-plan.ts';
import { COUNT_BOUND, listSql } from './list-sql.ts';
import type { ListRequest } from './request.ts';
import { statementFor } from './statement-cache.ts';

export interface ListWish {
  snapshot: Snapshot;
  plan: DocTypePlan;
  /** Decides for each DocType that the list touches: rows, fields, and the key of both. */
  access: AccessTo;
  request: ListRequest;
  /** Milliseconds UTC. */
  now: number;
}

export interface ListStatement {
  statement: Statement;
  /** The body: `{"items":[…],"total":n,"limit":20,"offset":0,"has_more":true}`. */
  present(row: Record<string, unknown>): string;
  /** The same without the envelope, for routes that have their own. */
  page(row: Record<string, unknown>): ListPage;
}

export interface ListPage {
  /** JSON text of the list, brackets included. */
  items: string;
  hasMore: boolean;
  /** Undefined with `count=none`. */
  total?: number;
  isEstimate: boolean;
  /** Undefined without a cursor; null on the last page. */
  nextCursor?: string | null;
}

/** One statement with one row of result. Throws bad_request for whatever is wrong with the request. */
export function listStatement(q: ListWish): ListStatement {
  const { plan, request } = q;
  if (plan.storage === 'virtual') throw new Error(`${plan.name} has no table: evaluateList serves it`);
  const cursor = request.cursor ? decodeCursor(request.cursor) : undefined;
  const nulls = cursor ? cursorShape(cursor.values) : request.cursor;
  const { statement, extra } = statementFor({
    snapshot: q.snapshot,
    access: q.access,
    shape: shapeOf(plan, request, nulls),
    filter: request.filter,
    binding: {
      now: q.now,
      limit: request.limit,
      offset: request.offset,
      terms: request.search,
      cursors: [cursor?.values],
    },
    weave(weaving, given) {
      const list = planList(weaving.reader, plan, request);
      const tag = cursorTag(plan.name, list.order);
      refuseForeign(cursor, tag);
      const sql = listSql({
        weaving,
        list,
        given,
        terms: request.search.length,
        count: request.count,
        limit: usualLimit(request),
        attached: request.attached ?? [],
        hasOffset: request.offset > 0,
        cursor: nulls,
      });
      return { sql, extra: { tag } };
    },
  });
  refuseForeign(cursor, extra.tag);
  const page = (row: Record<string, unknown>): ListPage => pageOf({ row, request, tag: extra.tag });
  return { statement, page, present: (row) => presentPage(page(row), request) };
}

/** The envelope of the native route. */
export function presentPage(page: ListPage, request: Pick<ListRequest, 'limit' | 'offset'>): string {
  const total = page.total === undefined ? '' : `,"total":${page.total}`;
  const estimate = page.isEstimate ? ',"total_is_estimate":true' : '';
  const cursor = page.nextCursor === undefined ? '' : `,"next_cursor":${JSON.stringify(page.nextCursor)}`;
  const place = `"limit":${request.limit},"offset":${request.offset},"has_more":${page.hasMore}`;
  return `{"items":${page.items}${total}${estimate},${place}${cursor}}`;
}

/** Everything of a request that decides the SQL, values left out. */
function shapeOf(plan: DocTypePlan, request: ListRequest, nulls: string | undefined): string {
  const { fields, groupBy, order, count, expand, search } = request;
  return JSON.stringify([
    'list',
    plan.name,
    fields ?? 0,
    groupBy,
    order ?? 0,
    count,
    expand,
    search.length,
    nulls ?? 0,
    usualLimit(request) ?? 0,
    request.offset > 0,
    request.attached ?? 0,
  ]);
}

/** Few, so that they do not multiply the statements. */
const USUAL_LIMITS: ReadonlySet<number> = new Set([1, 5, 10, 20, 25, 50, 100, 200, 500, 1000]);

function usualLimit(request: ListRequest): number | undefined {
  return USUAL_LIMITS.has(request.limit) ? request.limit : undefined;
}

function refuseForeign(cursor: Cursor | undefined, tag: string): void {
  if (cursor && cursor.tag !== tag) throw foreignCursor();
}

function pageOf(q: { row: Record<string, unknown>; request: ListRequest; tag: string }): ListPage {
  const { row, request } = q;
  const page: ListPage = { items: `[${row.items ?? ''}]`, hasMore: row.more === true, isEstimate: false };
  if (request.count !== 'none') Object.assign(page, totalOf(row));
  if (request.cursor !== undefined) {
    page.nextCursor = typeof row.last === 'string' ? encodeCursor({ tag: q.tag, values: JSON.parse(row.last) }) : null;
  }
  return page;
}

function totalOf(row: Record<string, unknown>): Pick<ListPage, 'total' | 'isEstimate'> {
  if (row.total !== null && row.total !== undefined) return { total: Number(row.total), isEstimate: false };
  const bounded = Number(row.bounded);
  if (bounded <= COUNT_BOUND) return { total: bounded, isEstimate: false };
  return { total: Math.max(bounded, Math.round(Number(row.rough ?? 0))), isEstimate: true };
}
