/**
 * A predicate on one column to SQL. Positive forms stay plain (`column = $1`), so that indexes serve;
 * only the forms that must match NULL say so. Knows nothing of paths, permissions or requests.
 */
import { sql } from 'kysely';
import type { Column, ColumnType } from '../fieldtypes/contract.ts';
import type { Condition, FilterValue } from '../kernel/filter.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import type { Scalar } from './operands.ts';
import { type Comparison, type Predicate, typeOf } from './predicates.ts';
import { MAX_PATTERN, refusal } from './request.ts';
import { type Binding, type Parameter, type Sql, slot } from './sql-scope.ts';
import { timespanDays } from './timespan.ts';
import { type Edge, parameterOf } from './values.ts';

export interface PredicateWish {
  predicate: Predicate;
  condition: Condition;
  field: FieldPlan;
  /** The column, as SQL. */
  column: Sql;
  /** The value of this condition in a request. */
  valueOf(binding: Binding): FilterValue;
  /** What tells this condition's parameters from those of others. */
  key: string;
  where: string;
  /** The tree that a tree operator asks about. */
  tree?: DocTypePlan;
  /** Names of its nodes that the caller may see: another one is asked about like one that is not there. */
  nodes?: Sql;
}

export function predicateSql(q: PredicateWish): Sql {
  const { predicate, column, field } = q;
  const isText = typeOf(field) === 'text';
  switch (predicate.kind) {
    case 'constant':
      return sql`${sql.lit(predicate.holds)}`;
    case 'null':
      return sql`${column} is null`;
    case 'empty':
      return isText ? sql`(${column} is null or ${column} = '')` : sql`${column} is null`;
    case 'filled':
      return isText ? sql`${column} <> ''` : sql`${column} is not null`;
    case 'compare':
      return compareSql({ column, value: scalarSlot(q), ...predicate });
    case 'in':
      return listSql(q, predicate);
    case 'like':
      return likeSql(q, predicate);
    case 'between':
      return sql`${column} between ${boundSlot(q, 'start')} and ${boundSlot(q, 'end')}`;
    case 'timespan':
      return sql`${column} between ${spanSlot(q, 'start')} and ${spanSlot(q, 'end')}`;
    case 'tree':
      return treeSql(q, predicate);
  }
}

/** A parameter with its type: PostgreSQL never has to guess. */
export function cast(value: Sql, type: ColumnType): Sql {
  return CASTS[type](value);
}

/** `column operator value`, with a value that is already cast. */
export function compareSql(q: { column: Sql; operator: Comparison; value: Sql; orNull: boolean }): Sql {
  if (q.operator === '!=' && q.orNull) return sql`${q.column} is distinct from ${q.value}`;
  const compared = COMPARED[q.operator](q.column, q.value);
  return q.orNull ? sql`(${compared} or ${q.column} is null)` : compared;
}

const COMPARED: { readonly [operator in Comparison]: (column: Sql, value: Sql) => Sql } = {
  '=': (column, value) => sql`${column} = ${value}`,
  '!=': (column, value) => sql`${column} <> ${value}`,
  '<': (column, value) => sql`${column} < ${value}`,
  '<=': (column, value) => sql`${column} <= ${value}`,
  '>': (column, value) => sql`${column} > ${value}`,
  '>=': (column, value) => sql`${column} >= ${value}`,
};

const CASTS: { readonly [type in ColumnType]: (value: Sql) => Sql } = {
  text: (value) => sql`${value}::text`,
  bigint: (value) => sql`${value}::bigint`,
  numeric: (value) => sql`${value}::numeric`,
  boolean: (value) => sql`${value}::boolean`,
  date: (value) => sql`${value}::date`,
  timestamptz: (value) => sql`${value}::timestamptz`,
  time: (value) => sql`${value}::time`,
  jsonb: (value) => sql`${value}::jsonb`,
  uuid: (value) => sql`${value}::uuid`,
};

const LIST_CASTS: { readonly [type in ColumnType]: (value: Sql) => Sql } = {
  text: (value) => sql`${value}::text[]`,
  bigint: (value) => sql`${value}::bigint[]`,
  numeric: (value) => sql`${value}::numeric[]`,
  boolean: (value) => sql`${value}::boolean[]`,
  date: (value) => sql`${value}::date[]`,
  timestamptz: (value) => sql`${value}::timestamptz[]`,
  time: (value) => sql`${value}::time[]`,
  jsonb: (value) => sql`${value}::jsonb[]`,
  uuid: (value) => sql`${value}::uuid[]`,
};

/** One array parameter, however long the list. */
function listSql(q: PredicateWish, predicate: Predicate & { kind: 'in' }): Sql {
  const { column, field, where } = q;
  const list = LIST_CASTS[typeOf(field)](valueSlot(q, 'list', (value) => listParameters({ field, value, where })));
  const isIn = predicate.negated ? sql`${column} <> all(${list})` : sql`${column} = any(${list})`;
  if (predicate.orNull) return sql`(${isIn} or ${column} is null)`;
  // NULL <> all('{}') is true, which nobody means.
  return predicate.negated ? sql`(${isIn} and ${column} is not null)` : isIn;
}

/** The values of a list as parameters; a blank among them is "" in text, and NULL (in `orNull`) elsewhere. */
export function listParameters(q: { field: FieldPlan; value: FilterValue; where: string }): string[] {
  const column = columnOf(q.field);
  const list = (Array.isArray(q.value) ? q.value : [q.value]) as readonly Scalar[];
  const hasZero = column.zero !== undefined && column.type !== 'text';
  const values: string[] = [];
  for (const value of list) {
    if (value !== null && (value !== '' || hasZero || column.type === 'text')) {
      values.push(parameterOf({ column, value, where: q.where }));
    } else if (column.type === 'text') values.push('');
  }
  return values;
}

function likeSql(q: PredicateWish, predicate: Predicate & { kind: 'like' }): Sql {
  const { where } = q;
  const text = typeOf(q.field) === 'text' ? q.column : sql`${q.column}::text`;
  const pattern = sql`${valueSlot(q, 'like', (value) => patternParameter(value, where))}::text`;
  const like = predicate.exact ? sql`like` : sql`ilike`;
  if (!predicate.negated) return sql`${text} ${like} ${pattern}`;
  return predicate.blank ? sql`coalesce(${text}, '') not ${like} ${pattern}` : sql`${text} not ${like} ${pattern}`;
}

/** A backslash at the end would escape nothing, which PostgreSQL refuses: it stands for itself. */
export function patternParameter(value: FilterValue, where: string): string {
  const pattern = parameterOf({ column: TEXT, value: value as Scalar, where });
  if (pattern.length > MAX_PATTERN) throw refusal(where, `a pattern has at most ${MAX_PATTERN} characters`);
  const trailing = /\\*$/.exec(pattern)?.[0].length ?? 0;
  return trailing % 2 === 0 ? pattern : `${pattern}\\`;
}

const TEXT: Column = { type: 'text' };

function treeSql(q: PredicateWish, predicate: Predicate & { kind: 'tree' }): Sql {
  const tree = q.tree;
  if (!tree) throw new Error(`no tree for ${q.where}`);
  const node = sql.id('node');
  const named = sql.id('named');
  const bound = (table: Sql, fieldname: string): Sql =>
    sql`${table}.${sql.id(tree.byName.get(fieldname)?.column ?? fieldname)}`;
  const [outer, inner] = predicate.relation === 'descendants' ? [named, node] : [node, named];
  const equal = predicate.inclusive;
  const begins = compareSql({
    column: bound(inner, 'lft'),
    operator: equal ? '>=' : '>',
    value: bound(outer, 'lft'),
    orNull: false,
  });
  const ends = compareSql({
    column: bound(inner, 'rgt'),
    operator: equal ? '<=' : '<',
    value: bound(outer, 'rgt'),
    orNull: false,
  });
  const table = sql.id(tree.table);
  const isSeen = q.nodes ? sql` and ${named}.${sql.id('name')} in (${q.nodes})` : sql``;
  const names = sql`select ${node}.${sql.id('name')} from ${table} as ${named} join ${table} as ${node} on ${begins} and ${ends} where ${named}.${sql.id('name')} = ${scalarSlot(q)}${isSeen}`;
  return predicate.negated ? sql`(${q.column} in (${names})) is not true` : sql`${q.column} in (${names})`;
}

function scalarSlot(q: PredicateWish): Sql {
  const { where } = q;
  const column = columnOf(q.field);
  const bound = valueSlot(q, 'value', (value) => parameterOf({ column, value: value as Scalar, where }));
  return cast(bound, column.type);
}

function boundSlot(q: PredicateWish, edge: Edge): Sql {
  const { where } = q;
  const column = columnOf(q.field);
  const bound = valueSlot(q, edge, (value) => boundParameter({ column, value, edge, where }));
  return cast(bound, column.type);
}

/** One end of a `between`; a day alone means its whole length where the column has a time. */
export function boundParameter(q: { column: Column; value: FilterValue; edge: Edge; where: string }): string {
  const pair = Array.isArray(q.value) ? (q.value as readonly Scalar[]) : [];
  const value = pair[q.edge === 'start' ? 0 : 1];
  if (pair.length !== 2 || value === undefined) throw refusal(q.where, '"between" takes two values');
  return parameterOf({ column: q.column, value, where: q.where, edge: q.edge });
}

function spanSlot(q: PredicateWish, edge: Edge): Sql {
  const { where } = q;
  const column = columnOf(q.field);
  const bound = valueSlot(q, edge, (value, { now }) => spanParameter({ column, value, edge, where, now }));
  return cast(bound, column.type);
}

/** Slots outlive the request: what they close over must not hold its values, or the SQL's tree. */
function valueSlot(
  q: PredicateWish,
  part: string,
  toParameter: (value: FilterValue, binding: Binding) => Parameter,
): Sql {
  const { valueOf: valueIn } = q;
  return slot(`${q.key} ${part}`, (binding) => toParameter(valueIn(binding), binding));
}

/** One end of a timespan. */
export function spanParameter(q: {
  column: Column;
  value: FilterValue;
  edge: Edge;
  where: string;
  now: number;
}): string {
  const days = typeof q.value === 'string' ? timespanDays(q.value, q.now) : undefined;
  if (!days) throw refusal(q.where, '"timespan" takes a span such as "last month"');
  return parameterOf({
    column: q.column,
    value: q.edge === 'start' ? days.from : days.to,
    where: q.where,
    edge: q.edge,
  });
}

export function columnOf(field: FieldPlan): Column {
  return field.sql ?? TEXT;
}
