/** The order of a list in a tree: what the request asks for, or the DocType's own; always to the last row. */
import { sql } from 'kysely';
import type { OrderTerm } from '../schema/plan.ts';
import { resolvedColumn } from './filter-sql.ts';
import { isComparable, type OrderItem } from './list-plan.ts';
import { refusal } from './request.ts';
import { type Reader, readableField, resolvePath } from './resolve.ts';
import type { Scope, Sql, Weaving } from './sql-scope.ts';
import type { ListArguments, TreeList } from './tree.ts';

export interface TreeTerm {
  item: OrderItem;
  column: Sql;
  nulls?: OrderTerm['nulls'];
}

export interface OrderWeave {
  weaving: Weaving;
  list: TreeList;
  args: ListArguments;
  scope: Scope;
  /** Fields that the order has to begin with. */
  distinct: readonly string[];
}

/** Terms that end in something unique, so that pages never overlap. Throws bad_request. */
export function treeOrder(q: OrderWeave): TreeTerm[] {
  const wanted = leading(q, q.args.order ?? defaultOrder(q));
  const terms = wanted.map((term) => termOf(q, term));
  const isUnique = wanted.some(({ path }) => path === 'id' || path === 'name');
  // The names of rows are their own, and a request may ask for what is unique by itself.
  const isSettled = isUnique && q.list.within === undefined;
  return isSettled ? terms : [...terms, termOf(q, { path: 'id', direction: wanted.at(-1)?.direction ?? 'asc' })];
}

export function treeOrderSql(terms: readonly TreeTerm[]): Sql {
  return terms.length === 0 ? sql`` : sql` order by ${sql.join(terms.map(termSql))}`;
}

export function termSql(term: Pick<TreeTerm, 'column' | 'nulls'> & { item: Pick<OrderItem, 'direction'> }): Sql {
  const directed = term.item.direction === 'asc' ? term.column : sql`${term.column} desc`;
  if (term.nulls === undefined) return directed;
  return term.nulls === 'first' ? sql`${directed} nulls first` : sql`${directed} nulls last`;
}

function termOf(q: OrderWeave, term: OrderTerm): TreeTerm {
  const { weaving, list, scope } = q;
  const { reader } = weaving;
  const at = resolvePath({ reader, plan: list.plan, within: list.within, path: term.path, where: 'order_by' });
  if (at.hops.some((hop) => hop.kind === 'child'))
    throw refusal('order_by', `${term.path} is of rows, of which there may be many; order by the document's own`);
  if (!isComparable(at.field))
    throw refusal('order_by', `nothing can be ordered by ${at.field.fieldname} (${at.field.type.name})`);
  const column = resolvedColumn({ weaving, scope, at, rows: new Map(), reader });
  return { item: { of: { kind: 'column', at }, direction: term.direction }, column, nulls: term.nulls };
}

/** Rows in theirs; documents in the DocType's own, without what this caller may not read. */
function defaultOrder(q: OrderWeave): readonly OrderTerm[] {
  const { plan, origin, within } = q.list;
  if (origin.kind === 'rows') return [{ path: 'idx', direction: 'asc' }];
  const reader: Reader = q.weaving.reader;
  return plan.order.filter(({ path }) => {
    const field = readableField({ reader, plan, within, name: path });
    return field?.column !== undefined && isComparable(field);
  });
}

/** DISTINCT ON keeps the first of each: the order begins with these fields, which may stand in it already. */
function leading(q: OrderWeave, order: readonly OrderTerm[]): readonly OrderTerm[] {
  if (q.distinct.length === 0) return order;
  const wanted = new Set(q.distinct);
  const first = order.slice(0, wanted.size);
  if (first.length === wanted.size && first.every(({ path }) => wanted.has(path))) return order;
  if (order.some(({ path }) => wanted.has(path)))
    throw refusal('distinct_on', `order_by has to begin with ${[...wanted].join(', ')}, the fields of distinct_on`);
  return [...[...wanted].map((path): OrderTerm => ({ path, direction: 'asc' })), ...order];
}
