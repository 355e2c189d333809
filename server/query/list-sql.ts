/**
 * A ListPlan to one SELECT whose single row has the page as JSON text, and what the total needs.
 * Knows PostgreSQL; decides nothing: names and permissions come with the plan and the weaving.
 */
import { sql } from 'kysely';
import type { DocTypePlan } from '../schema/plan.ts';
import type { AggregateItem } from './aggregates.ts';
import { attachedSql } from './attached-sql.ts';
import { type KeysetTerm, keysetSql, keysetValues } from './cursor.ts';
import { filterSql, resolvedColumn, rowsWithinSql, ruleSql } from './filter-sql.ts';
import type { ListPlan, SelectItem } from './list-plan.ts';
import { expandedLink, jsonColumn, member, nestedRows, rowJson } from './object-sql.ts';
import { typeOf } from './predicates.ts';
import { type Attached, type CountMode, refusal } from './request.ts';
import type { Resolved } from './resolve.ts';
import { searchSql } from './search-sql.ts';
import {
  fromJoined,
  joinChild,
  rootScope,
  type Scope,
  type SourcedFilter,
  type Sql,
  slot,
  type Weaving,
} from './sql-scope.ts';

/** Counting stops here when an estimate will do. */
export const COUNT_BOUND = 10_000;

export interface ListSqlWish {
  weaving: Weaving;
  list: ListPlan;
  given: SourcedFilter;
  terms: number;
  count: CountMode;
  /** Part of the text where it is a usual one; undefined: bound per request. */
  limit: number | undefined;
  /** False for the first page, whose text has no OFFSET. */
  hasOffset: boolean;
  /** NULLs of the cursor; "" for the first page; undefined for pages by offset. */
  cursor: string | undefined;
  attached: readonly Attached[];
}

const PAGE = sql.id('$page');
const JSON_TEXT = sql.id('$json');
const KEY = sql.id('$key');

/** Row: `items` (JSON texts joined by commas, or null), `more`, and `total`, `bounded`, `rough`, `last` where they are asked for. */
export function listSql(q: ListSqlWish): Sql {
  const limit = limitSlot();
  const text = q.cursor === undefined ? sql`to_json(${PAGE})::text` : sql`${PAGE}.${JSON_TEXT}::text`;
  const columns = [
    sql`array_to_string((array_agg(${text}))[1:${limit}], ',') as items`,
    sql`count(*) > ${limit} as more`,
    ...totalColumns(q, limit),
  ];
  if (q.cursor !== undefined)
    columns.push(sql`case when count(*) > ${limit} then (array_agg(${PAGE}.${KEY}))[${limit}] end as last`);
  return sql`select ${sql.join(columns)} from (${pageSql(q)}) as ${PAGE}`;
}

/** How many rows or groups there are, in a column `count`. */
export function countSql(q: Omit<ListSqlWish, 'cursor' | 'limit' | 'hasOffset' | 'attached'>): Sql {
  return sql`select ${totalSql(q)}::float8 as count`;
}

/** One row more than asked: whether there is a next page is seen, not counted. */
function pageSql(q: ListSqlWish): Sql {
  const body = bodyOf(q);
  const { scope, rows, list } = body;
  const at = (resolved: Resolved): Sql =>
    resolvedColumn({ weaving: q.weaving, scope, at: resolved, rows, reader: q.weaving.reader });
  const members = list.select.map((item) => member(itemSql({ weaving: q.weaving, scope, item, at }), item.key));
  if (q.attached.length > 0 && list.isGrouped) throw refusal('with', 'nothing hangs on groups; leave group_by out');
  for (const each of q.attached) members.push(member(attachedSql(q.weaving, scope, each), each.key));
  const terms: KeysetTerm[] = list.order.map((item) => ({
    item,
    column: item.of.kind === 'column' ? at(item.of.at) : aggregateSql(item.of, at),
  }));
  const group = list.group.length === 0 ? sql`` : sql` group by ${sql.join(list.group.map(at))}`;
  const order = terms.length === 0 ? sql`` : sql` order by ${sql.join(terms.map(orderSql))}`;
  const conditions = q.cursor ? [...body.conditions, keysetSql(terms, q.cursor)] : body.conditions;
  const selected =
    q.cursor === undefined
      ? sql.join(members)
      : sql`${rowJson(members)} as ${JSON_TEXT}, ${keysetValues(terms)} as ${KEY}`;
  // PostgreSQL plans for a tenth of the table where it does not know how few rows are wanted.
  const rowsWanted = q.limit === undefined ? rowsSlot() : sql`${sql.lit(q.limit + 1)}`;
  const limit = sql` limit ${rowsWanted}`;
  const offset = q.hasOffset ? sql` offset ${offsetSlot()}` : sql``;
  // The FROM list last: everything before may have added joins to it.
  return sql`select ${selected} from ${fromJoined(scope)}${whereSql(conditions)}${group}${order}${limit}${offset}`;
}

interface Body {
  list: ListPlan;
  scope: Scope;
  rows: ReadonlyMap<string, Scope>;
  conditions: Sql[];
}

/** FROM and WHERE, made anew for page and count: each joins only what it needs. */
function bodyOf(q: Pick<ListSqlWish, 'weaving' | 'list' | 'given' | 'terms'>): Body {
  const { weaving, list } = q;
  const scope = rootScope(weaving, list.plan);
  const { joined } = list;
  const ruleOf = (child: Scope) => rowsWithinSql(weaving, child, list.plan);
  const rows = joined
    ? new Map([[joined.field.fieldname, joinChild({ weaving, parent: scope, hop: joined, ruleOf })]])
    : new Map<string, Scope>();
  const conditions: Sql[] = [];
  if (q.given.filter.kind !== 'all') {
    conditions.push(filterSql({ weaving, scope, given: q.given, where: 'filters', reader: weaving.reader, rows }));
  }
  const rule = ruleSql(weaving, scope);
  if (rule) conditions.push(rule);
  for (let term = 0; term < q.terms; term++) conditions.push(searchSql({ weaving, scope, term }));
  return { list, scope, rows, conditions };
}

function whereSql(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`` : sql` where ${sql.join(conditions, sql` and `)}`;
}

function orderSql(term: KeysetTerm): Sql {
  return term.item.direction === 'asc' ? sql`${term.column}` : sql`${term.column} desc`;
}

function itemSql(q: { weaving: Weaving; scope: Scope; item: SelectItem; at(resolved: Resolved): Sql }): Sql {
  const { weaving, scope, item } = q;
  switch (item.kind) {
    case 'column':
      return jsonColumn(q.at(item.at), item.at.field.json);
    case 'aggregate':
      return aggregateJson(item, q.at);
    case 'object':
      return expandedLink({ weaving, scope, field: item.field, expand: item.expand });
    case 'rows':
      return nestedRows({
        weaving,
        scope,
        hop: item.hop,
        fields: item.fields,
        expand: item.expand,
        purpose: 'answer',
        isNamed: false,
      });
  }
}

function aggregateSql(item: AggregateItem, at: (resolved: Resolved) => Sql): Sql {
  if (!item.at) return sql`count(*)`;
  const isCheck = typeOf(item.at.field) === 'boolean';
  const value = isCheck && item.fn !== 'count' ? sql`${at(item.at)}::int` : at(item.at);
  const operand = item.distinct ? sql`distinct ${value}` : value;
  switch (item.fn) {
    case 'count':
      return sql`count(${operand})`;
    case 'sum':
      return sql`sum(${operand})`;
    case 'avg':
      return sql`trim_scale(avg(${operand}))`;
    case 'min':
      return sql`min(${operand})`;
    case 'max':
      return sql`max(${operand})`;
  }
}

/** A count is a small number, an average is a fraction; the others look like their field. */
function aggregateJson(item: AggregateItem, at: (resolved: Resolved) => Sql): Sql {
  const value = aggregateSql(item, at);
  return item.at && item.fn !== 'count' && item.fn !== 'avg' ? jsonColumn(value, item.at.field.json) : value;
}

/** PostgreSQL counts only when the page does not say it all. */
function totalColumns(q: ListSqlWish, limit: Sql): Sql[] {
  if (q.count === 'none') return [];
  const counted = q.hasOffset ? sql`${offsetSlot()} + count(*)` : sql`count(*)`;
  const isKnown = q.cursor
    ? sql`false`
    : q.hasOffset
      ? sql`count(*) <= ${limit} and (count(*) > 0 or ${offsetSlot()} = 0)`
      : sql`count(*) <= ${limit}`;
  if (q.count === 'exact')
    return [sql`(case when ${isKnown} then ${counted} else (${totalSelect(q)}) end)::float8 as total`];
  return [
    sql`(case when ${isKnown} then ${counted} end)::float8 as total`,
    sql`(case when not (${isKnown}) then (${totalSelect(q)}) end)::float8 as bounded`,
    sql`${roughSql(q)} as rough`,
  ];
}

/** Apart, so that they close over nothing (predicate-sql.ts). */
function limitSlot(): Sql {
  return sql`${slot('limit', (binding) => binding.limit ?? 0)}::int`;
}

function rowsSlot(): Sql {
  return sql`${slot('rows', (binding) => (binding.limit ?? 0) + 1)}::bigint`;
}

function offsetSlot(): Sql {
  return sql`${slot('offset', (binding) => binding.offset ?? 0)}::bigint`;
}

function totalSql(q: Omit<ListSqlWish, 'cursor' | 'limit' | 'hasOffset' | 'attached'>): Sql {
  return sql`(${totalSelect(q)})`;
}

function totalSelect(q: Omit<ListSqlWish, 'cursor' | 'limit' | 'hasOffset' | 'attached'>): Sql {
  const { list, scope, rows, conditions } = bodyOf(q);
  const bound = q.count === 'estimated' ? sql` limit ${sql.lit(COUNT_BOUND + 1)}` : sql``;
  if (!list.isGrouped && q.count !== 'estimated')
    return sql`select count(*) from ${fromJoined(scope)}${whereSql(conditions)}`;
  const groups = list.group.map((at) =>
    resolvedColumn({ weaving: q.weaving, scope, at, rows, reader: q.weaving.reader }),
  );
  const group = groups.length === 0 ? sql`` : sql` group by ${sql.join(groups)}`;
  const one = list.isGrouped ? sql`count(*)` : sql`1`;
  return sql`select count(*) from (select ${one} from ${fromJoined(scope)}${whereSql(conditions)}${group}${bound}) as ${sql.id('$counted')}`;
}

/** What the planner knows of the table's size, where nothing narrows the list. */
function roughSql(q: ListSqlWish): Sql {
  const isWhole = q.given.filter.kind === 'all' && q.terms === 0 && !q.list.isGrouped && !q.list.joined;
  const { plan } = q.list;
  // The table's size is that of all tenants together.
  if (!isWhole || plan.tenancy !== undefined || hasRule(q.weaving, plan)) return sql`null::float8`;
  const name = sql.lit(`"${plan.table.replaceAll('"', '""')}"`);
  return sql`(select reltuples::float8 from pg_catalog.pg_class where oid = to_regclass(${name}))`;
}

function hasRule(weaving: Weaving, plan: DocTypePlan): boolean {
  return weaving.rule(plan).filter.kind !== 'all';
}
