/**
 * Rows to JSON in SQL: how each column looks in an answer, expanded Links and nested child rows as
 * correlated sub-selects. `to_json` of a sub-select is the fastest shape that PostgreSQL has for it,
 * and has no limit of keys.
 */
import { sql } from 'kysely';
import type { JsonShape } from '../fieldtypes/contract.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import type { ExpandTree } from './expansion.ts';
import { rowsWithinSql, ruleSql } from './filter-sql.ts';
import { type Hop, readableColumns, resolveLink, resolveTable } from './resolve.ts';
import {
  childCondition,
  column,
  fieldColumn,
  fromJoined,
  linkCondition,
  rootScope,
  type Scope,
  type Sql,
  type Weaving,
} from './sql-scope.ts';

/** An alias that no field can have: in `to_json(alias)` a column of that name would win. */
const ROW = sql.id('$row');

/** Who reads: a caller, or the write path, which needs every column, secrets as they are stored. */
export type Purpose = 'answer' | 'write';

export interface ObjectWish {
  weaving: Weaving;
  scope: Scope;
  columns: readonly FieldPlan[];
  tables: readonly { hop: Hop; fields: readonly FieldPlan[] }[];
  expand: ExpandTree;
  purpose: Purpose;
  /** Whether the object says what it is: `"doctype": …`. */
  isNamed: boolean;
}

/** One JSON object of a scope's row. */
export function objectSql(q: ObjectWish): Sql {
  return rowJson(objectMembers(q));
}

/** `to_json` over `value as "key"` members that see the outer tables. */
export function rowJson(members: readonly Sql[]): Sql {
  return sql`(select to_json(${ROW}) from (select ${sql.join(members)}) as ${ROW})`;
}

export function member(value: Sql, key: string): Sql {
  return sql`${value} as ${sql.id(key)}`;
}

/** A column as it stands in an answer. */
export function jsonColumn(value: Sql, shape: JsonShape, purpose: Purpose = 'answer'): Sql {
  switch (shape) {
    case 'plain':
      return value;
    case 'integer':
      // Beyond 2^53 a JavaScript number would lie: such integers travel as text.
      return sql`case when ${value} between -9007199254740991 and 9007199254740991 then to_json(${value}) else to_json(${value}::text) end`;
    case 'timestamp':
      return sql`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
    case 'secret':
      return purpose === 'write' ? value : sql`case when ${value} <> '' then '********' end`;
  }
}

/** The target of a Link in place of its name; the name where the target is not visible. */
export function expandedLink(q: { weaving: Weaving; scope: Scope; field: FieldPlan; expand: ExpandTree }): Sql {
  const { weaving, scope, field } = q;
  const { reader } = weaving;
  const { target } = resolveLink({ reader, plan: scope.plan, field, where: 'expand' });
  const inner = rootScope(weaving, target);
  const members = fullMembers({ weaving, scope: inner, plan: target, expand: q.expand });
  const rule = ruleSql(weaving, inner);
  const isLinked = linkCondition({ from: scope, target: inner, field });
  const rows = sql`select ${sql.join(members)} from ${fromJoined(inner)} where ${rule ? sql`${isLinked} and ${rule}` : isLinked}`;
  return sql`coalesce((select to_json(${ROW}) from (${rows}) as ${ROW}), to_json(${fieldColumn(scope, field)}))`;
}

/** The rows of a child table in their order, [] when there are none: those of a visible parent that are shown. */
export function nestedRows(
  q: Omit<ObjectWish, 'columns' | 'tables'> & { hop: Hop; fields: readonly FieldPlan[] },
): Sql {
  const { weaving, hop } = q;
  const child = rootScope(weaving, hop.target);
  const members = objectMembers({ ...q, scope: child, columns: q.fields, tables: [] });
  const isOfParent = childCondition({ child, parent: q.scope, field: hop.field });
  const rule = q.purpose === 'write' ? undefined : rowsWithinSql(weaving, child, q.scope.plan);
  const isShown = rule ? sql`${isOfParent} and ${rule}` : isOfParent;
  const rows = sql`select ${sql.join(members)} from ${fromJoined(child)} where ${isShown} order by ${column(child, 'idx')}, ${column(child, 'id')}`;
  return sql`coalesce((select json_agg(to_json(${ROW})) from (${rows}) as ${ROW}), '[]'::json)`;
}

function objectMembers(q: ObjectWish): Sql[] {
  const { weaving, scope, purpose } = q;
  const members = q.isNamed ? [member(sql`${sql.lit(scope.plan.name)}`, 'doctype')] : [];
  for (const field of [...q.columns, ...unnamedLinks(q)]) {
    const expand = q.expand.get(field.fieldname);
    const value = expand
      ? expandedLink({ weaving, scope, field, expand })
      : jsonColumn(fieldColumn(scope, field), field.json, purpose);
    members.push(member(value, field.fieldname));
  }
  for (const { hop, fields } of q.tables) {
    const expand = q.expand.get(hop.field.fieldname) ?? NOTHING;
    members.push(member(nestedRows({ ...q, hop, fields, expand }), hop.field.fieldname));
  }
  return members;
}

const NOTHING: ExpandTree = new Map();

/** What is expanded is wanted, whether or not it was named. */
function unnamedLinks(q: ObjectWish): FieldPlan[] {
  const named = new Set(q.columns.map((field) => field.fieldname));
  return q.scope.plan.columns.filter((field) => q.expand.has(field.fieldname) && !named.has(field.fieldname));
}

/** All that the caller may read of a document; child tables only where they are expanded. */
function fullMembers(q: { weaving: Weaving; scope: Scope; plan: DocTypePlan; expand: ExpandTree }): Sql[] {
  const { weaving, scope, plan, expand } = q;
  const { reader } = weaving;
  const tables = [...expand.keys()]
    .filter((name) => plan.byName.get(name)?.childDocType !== undefined)
    .map((name) => {
      const hop = resolveTable({ reader, plan, name, where: 'expand' });
      return { hop, fields: readableColumns(reader, hop.target, plan) };
    });
  return objectMembers({
    weaving,
    scope,
    columns: readableColumns(reader, plan),
    tables,
    expand,
    purpose: 'answer',
    isNamed: true,
  });
}
