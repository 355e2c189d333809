/**
 * One list of a tree as SQL, before its form: the table with all that narrows it, its order, its page.
 * What an object of it has in the answer comes from tree-sql.ts, as a function.
 */
import { sql } from 'kysely';
import type { Filter } from '../kernel/filter.ts';
import type { FieldPlan } from '../schema/plan.ts';
import { filterSql, rowsWithinSql, ruleSql } from './filter-sql.ts';
import { jsonObject, type Member } from './json-object.ts';
import { isComparable } from './list-plan.ts';
import { refusal } from './request.ts';
import { readableField, unknownField } from './resolve.ts';
import { searchSql } from './search-sql.ts';
import {
  childCondition,
  fieldColumn,
  fromJoined,
  pointingCondition,
  rootScope,
  type Scope,
  type SourcedFilter,
  type Sql,
  slot,
  type Weaving,
} from './sql-scope.ts';
import type { ListArguments, Origin, TreeItem, TreeList } from './tree.ts';
import { type TreeTerm, treeOrder, treeOrderSql } from './tree-order.ts';

export interface ListWeave {
  weaving: Weaving;
  list: TreeList;
  /** What the request says of this list. */
  args: ListArguments;
  given(filter: Filter): SourcedFilter;
  /** What a cursor of the list at each place must carry; filled while weaving. */
  tags: Map<number, string>;
  /** The document around the list; undefined for a root. */
  outer: Scope | undefined;
  /** The members of one document's object. */
  members(scope: Scope, items: readonly TreeItem[]): Member[];
}

/** In which rows stand before they are JSON: no field is called so. */
export const ROW = sql.id('$row');

export interface Source {
  scope: Scope;
  conditions: Sql[];
}

/** The table of a list, with the caller's rule and the request's filter. */
export function sourceOf(q: ListWeave): Source {
  const { weaving, list, args } = q;
  const { origin, within } = list;
  const scope = rootScope(weaving, list.plan);
  const conditions = originSql(origin, scope, q.outer);
  // Rows are seen as the document is that they are part of.
  const isPart = origin.kind === 'rows';
  const rule = isPart ? within && rowsWithinSql(weaving, scope, within) : ruleSql(weaving, scope);
  if (rule) conditions.push(rule);
  if (args.filter.kind !== 'all') {
    const given = q.given(args.filter);
    const { reader } = weaving;
    conditions.push(filterSql({ weaving, scope, given, where: 'where', reader, within, rows: new Map() }));
  }
  for (let term = 0; term < (args.search?.length ?? 0); term++) conditions.push(searchSql({ weaving, scope, term }));
  return { scope, conditions };
}

function originSql(origin: Origin, scope: Scope, outer: Scope | undefined): Sql[] {
  if (origin.kind === 'all') return [];
  if (!outer) throw new Error('a list within a document stands in none');
  if (origin.kind === 'rows') return [childCondition({ child: scope, parent: outer, field: origin.field })];
  return [pointingCondition({ from: scope, target: outer, by: origin })];
}

/** The SELECT of a page of documents, and how each row of it becomes JSON outside. */
export function rowsSql(q: ListWeave, items: readonly TreeItem[]): { select: Sql; json: Sql } {
  const source = sourceOf(q);
  const terms = orderOf(q, source.scope);
  const object = jsonObject(q.members(source.scope, items));
  return { select: selectSql(q, { ...source, terms, columns: object.columns }), json: object.outside(ROW) };
}

/** One document by its key needs no order; every other list has one that ends in something unique. */
export function orderOf(q: ListWeave, scope: Scope): TreeTerm[] {
  return q.list.form.kind === 'one' ? [] : treeOrder({ ...q, scope, distinct: q.args.distinct ?? [] });
}

/** `columns` of a source, ordered and paged. Make it last, when everything that needs joins has been woven. */
export function selectSql(q: ListWeave, made: Source & { terms: readonly TreeTerm[]; columns: Sql }): Sql {
  const { scope, conditions, terms, columns } = made;
  const { distinct } = q.args;
  const only = distinct
    ? sql`distinct on (${sql.join(distinct.map((name) => fieldColumn(scope, comparableField(q, name))))}) `
    : sql``;
  return sql`select ${only}${columns} from ${fromJoined(scope)}${whereSql(conditions)}${treeOrderSql(terms)}${pageSql(q)}`;
}

export function whereSql(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`` : sql` where ${sql.join(conditions, sql` and `)}`;
}

/** LIMIT and OFFSET of the request, `more` rows beyond its limit. */
export function pageSql(q: ListWeave, more = 0): Sql {
  const { limit, offset = 0 } = q.args;
  const { place } = q.list;
  const only = limit === undefined ? sql`` : sql` limit ${limitSql({ limit, place, more })}`;
  return offset > 0 ? sql`${only} offset ${numberSlot(offsetPlace(place))}` : only;
}

/** Part of the text where it is a usual one: PostgreSQL plans for a tenth of the table where it does not know. */
function limitSql(q: { limit: number; place: number; more: number }): Sql {
  if (isUsualLimit(q.limit)) return sql`${sql.lit(q.limit + q.more)}`;
  const limit = numberSlot(limitPlace(q.place));
  return q.more === 0 ? limit : sql`${limit} + ${sql.lit(q.more)}`;
}

/** Few, so that they do not multiply the statements. */
const USUAL_LIMITS: ReadonlySet<number> = new Set([1, 2, 3, 5, 10, 20, 25, 50, 100, 200, 500, 1000]);

export function isUsualLimit(limit: number): boolean {
  return USUAL_LIMITS.has(limit);
}

/** Where a request's numbers stand in its binding. */
export const limitPlace = (place: number): number => place * 2;
export const offsetPlace = (place: number): number => place * 2 + 1;

/** Apart, so that it closes over nothing else (predicate-sql.ts). */
export function numberSlot(place: number): Sql {
  return sql`${slot(`number ${place}`, (binding) => binding.numbers?.[place] ?? 0)}::bigint`;
}

/** A column of the list's own documents that has an order. Throws bad_request when the caller may not read it. */
export function comparableField(q: Pick<ListWeave, 'weaving' | 'list'>, name: string): FieldPlan {
  const { plan, within } = q.list;
  const place = { reader: q.weaving.reader, plan, within, name };
  const field = readableField(place);
  if (!field?.column) throw unknownField({ ...place, where: 'fields' });
  if (isComparable(field)) return field;
  throw refusal('fields', `${field.fieldname} of ${plan.name} (${field.type.name}) cannot be compared`);
}
