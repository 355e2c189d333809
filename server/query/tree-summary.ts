/**
 * Aggregates of a list, of all of it or by groups: one SELECT that aggregates, around it the JSON in the
 * order in which it was asked for.
 */
import { sql } from 'kysely';
import type { FieldPlan } from '../schema/plan.ts';
import { isAggregable } from './aggregates.ts';
import { constantSql, jsonObject, type Member, objectOf } from './json-object.ts';
import { jsonColumn } from './object-sql.ts';
import { typeOf } from './predicates.ts';
import { type AggregateFunction, refusal } from './request.ts';
import { readableField, unknownField } from './resolve.ts';
import { fieldColumn, fromJoined, type Scope, type Sql } from './sql-scope.ts';
import type { AggregateMember, GroupPart, SummaryPart } from './tree.ts';
import {
  comparableField,
  type ListWeave,
  orderOf,
  pageSql,
  ROW,
  rowsSql,
  selectSql,
  sourceOf,
  whereSql,
} from './tree-list.ts';
import { termSql } from './tree-order.ts';

/** Documents beside the aggregates of all of them, without a limit: what is said of millions shows some. */
export const MOST_NODES = 1000;

const SUMS = sql.id('$sums');
const SET = sql.id('$set');

/** Aggregate columns in the order in which they were first wanted, each computed once. */
interface Columns {
  add(value: Sql): Sql;
  selected(): Sql[];
}

function columnsOf(prefix: string): Columns {
  const made: Sql[] = [];
  return {
    add(value) {
      const name = sql.id(`${prefix}${made.length}`);
      made.push(sql`${value} as ${name}`);
      return sql`${SUMS}.${name}`;
    },
    selected: () => made,
  };
}

/** `{aggregate {…} nodes {…}}`: of the page that is asked for, where one is. */
export function summarySql(q: ListWeave, parts: readonly SummaryPart[]): Sql {
  const columns = columnsOf('c');
  const source = sourceOf(q);
  const isPaged = q.args.limit !== undefined || (q.args.offset ?? 0) > 0 || q.args.distinct !== undefined;
  const used = new Map<string, FieldPlan>();
  const columnOf = (field: FieldPlan): Sql => {
    used.set(field.fieldname, field);
    return isPaged ? sql`${SET}.${sql.id(field.fieldname)}` : fieldColumn(source.scope, field);
  };
  const partSql = (part: SummaryPart): Sql => {
    switch (part.kind) {
      case 'constant':
        return constantSql(part.value);
      case 'aggregate':
        return aggregateObject(q, { members: part.members, columns, columnOf });
      case 'nodes': {
        const { limit = MOST_NODES } = q.args;
        const rows = rowsSql({ ...q, args: { ...q.args, limit } }, part.items);
        return sql`coalesce((select json_agg(${rows.json}) from (${rows.select}) as ${ROW}), '[]'::json)`;
      }
    }
  };
  const members: Member[] = parts.map((part) => ({ key: part.key, value: partSql(part) }));
  const from = isPaged
    ? sql`(${selectSql(q, { ...source, terms: orderOf(q, source.scope), columns: setColumns(source.scope, used) })}) as ${SET}`
    : sql`${fromJoined(source.scope)}${whereSql(source.conditions)}`;
  const selected = columns.selected().length === 0 ? sql`count(*)` : sql.join(columns.selected());
  const object = jsonObject(members);
  return sql`(select ${object.outside(ROW)} from (select ${object.columns} from (select ${selected} from ${from}) as ${SUMS}) as ${ROW})`;
}

function setColumns(scope: Scope, used: ReadonlyMap<string, FieldPlan>): Sql {
  const columns = [...used.values()].map((field) => sql`${fieldColumn(scope, field)} as ${sql.id(field.fieldname)}`);
  return columns.length === 0 ? sql`1` : sql.join(columns);
}

/** `[{key {…} aggregate {…}}]`, ordered by the aggregates that are asked for, then by the keys. */
export function groupsSql(q: ListWeave, parts: readonly GroupPart[]): Sql {
  const by = q.args.by ?? [];
  if (by.length === 0) throw refusal('by', 'name at least one field to group by');
  const columns = columnsOf('c');
  const { scope, conditions } = sourceOf(q);
  const keys = new Map(by.map((name) => [name, comparableField(q, name)]));
  const keyColumns = new Map([...keys].map(([name, field]) => [name, columns.add(fieldColumn(scope, field))]));
  const columnOf = (field: FieldPlan): Sql => fieldColumn(scope, field);
  const partSql = (part: GroupPart): Sql => {
    switch (part.kind) {
      case 'constant':
        return constantSql(part.value);
      case 'key':
        return objectOf(part.members.map((each) => keyMember(each, keyColumns)));
      case 'aggregate':
        return aggregateObject(q, { members: part.members, columns, columnOf });
    }
  };
  const members: Member[] = parts.map((part) => ({ key: part.key, value: partSql(part) }));
  const order = [...aggregateOrder(q, columnOf), ...keyOrder(q, keys, columnOf)];
  const group = sql.join([...keys.values()].map(columnOf));
  const groups = sql`select ${sql.join(columns.selected())} from ${fromJoined(scope)}${whereSql(conditions)} group by ${group} order by ${sql.join(order)}${pageSql(q)}`;
  const object = jsonObject(members);
  return sql`coalesce((select json_agg(${object.outside(ROW)}) from (select ${object.columns} from (${groups}) as ${SUMS}) as ${ROW}), '[]'::json)`;
}

function keyMember(
  member: (GroupPart & { kind: 'key' })['members'][number],
  columns: ReadonlyMap<string, Sql>,
): Member {
  if (member.kind === 'constant') return { key: member.key, value: constantSql(member.value) };
  const value = columns.get(member.field.fieldname);
  if (value) return { key: member.key, value: jsonColumn(value, member.field.json) };
  throw refusal('key', `${member.field.fieldname} is not among the fields of "by"; add it there`);
}

function keyOrder(q: ListWeave, keys: ReadonlyMap<string, FieldPlan>, columnOf: (field: FieldPlan) => Sql): Sql[] {
  const asked = (q.args.order ?? []).map((term) => {
    const field = keys.get(term.path);
    if (!field) throw refusal('order_by', `groups are ordered by the fields of "by", and ${term.path} is none of them`);
    return termSql({ column: columnOf(field), nulls: term.nulls, item: { direction: term.direction } });
  });
  const named = new Set((q.args.order ?? []).map(({ path }) => path));
  return [...asked, ...[...keys].filter(([name]) => !named.has(name)).map(([, field]) => columnOf(field))];
}

function aggregateOrder(q: ListWeave, columnOf: (field: FieldPlan) => Sql): Sql[] {
  return (q.args.groupOrder ?? []).map(({ fn, field: name, direction, nulls }) => {
    const field = name === undefined ? undefined : aggregable(q, fn, name);
    const column = field && fn !== 'count' ? valueSql(fn, field, columnOf(field)) : sql`count(*)`;
    return termSql({ column, nulls, item: { direction } });
  });
}

interface AggregateWish {
  members: readonly AggregateMember[];
  columns: Columns;
  columnOf(field: FieldPlan): Sql;
}

function aggregateObject(q: ListWeave, wish: AggregateWish): Sql {
  return objectOf(wish.members.map((member) => ({ key: member.key, value: aggregateSql(q, member, wish) })));
}

function aggregateSql(q: ListWeave, member: AggregateMember, { columns, columnOf }: AggregateWish): Sql {
  switch (member.kind) {
    case 'constant':
      return constantSql(member.value);
    case 'count':
      return columns.add(countSql(q, member, columnOf));
    case 'values':
      return objectOf(
        member.members.map((each) => {
          if (each.kind === 'constant') return { key: each.key, value: constantSql(each.value) };
          const field = aggregable(q, member.fn, each.field.fieldname);
          const value = columns.add(valueSql(member.fn, field, columnOf(field)));
          return { key: each.key, value: member.fn === 'avg' ? value : jsonColumn(value, field.json) };
        }),
      );
  }
}

function countSql(q: ListWeave, member: AggregateMember & { kind: 'count' }, columnOf: (field: FieldPlan) => Sql): Sql {
  const fields = member.fields.map((field) => columnOf(aggregable(q, 'count', field.fieldname)));
  if (fields.length === 0) return sql`count(*)`;
  const isFilled = sql.join(
    fields.map((field) => sql`${field} is not null`),
    sql` and `,
  );
  if (!member.distinct) return sql`count(*) filter (where ${isFilled})`;
  return sql`count(distinct ${fields.length === 1 ? fields[0] : sql`(${sql.join(fields)})`}) filter (where ${isFilled})`;
}

/** Checks are added up as 0 and 1. */
function valueSql(fn: AggregateFunction, field: FieldPlan, column: Sql): Sql {
  const value = typeOf(field) === 'boolean' ? sql`${column}::int` : column;
  switch (fn) {
    case 'sum':
      return sql`sum(${value})`;
    case 'avg':
      return sql`trim_scale(avg(${value}))`;
    case 'min':
      return sql`min(${value})`;
    case 'max':
      return sql`max(${value})`;
    case 'count':
      return sql`count(${value})`;
  }
}

function aggregable(q: ListWeave, fn: AggregateFunction, name: string): FieldPlan {
  const { plan, within } = q.list;
  const place = { reader: q.weaving.reader, plan, within, name };
  const field = readableField(place);
  if (!field?.column) throw unknownField({ ...place, where: 'fields' });
  if (isAggregable(fn, field)) return field;
  throw refusal('aggregate', `${fn} cannot be taken of ${field.fieldname} (${field.type.name})`);
}
