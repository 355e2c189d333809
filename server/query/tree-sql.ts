/**
 * A tree to SQL: every list and every target is a correlated sub-select with its own permission rule,
 * filter, order and limit, and PostgreSQL builds the JSON. Names and permissions come with the plans and the
 * weaving; a field that the caller may not read is refused like one that is not there.
 */
import { sql } from 'kysely';
import { type Filter, NONE } from '../kernel/filter.ts';
import { pathOf } from '../schema/inbound.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { ruleSql } from './filter-sql.ts';
import { constantSql, jsonObject, type Member } from './json-object.ts';
import { jsonColumn, objectSql } from './object-sql.ts';
import {
  type Place,
  type Reader,
  readableColumns,
  readableField,
  resolveLink,
  resolveReverse,
  resolveTable,
  unknownField,
} from './resolve.ts';
import {
  fieldColumn,
  fromJoined,
  linkCondition,
  rootScope,
  type Scope,
  type SourcedFilter,
  type Sql,
  type Weaving,
} from './sql-scope.ts';
import type { ListArguments, TreeItem, TreeList } from './tree.ts';
import { connectionSql } from './tree-connection.ts';
import { type ListWeave, ROW, rowsSql, whereSql } from './tree-list.ts';
import { groupsSql, summarySql } from './tree-summary.ts';

export interface TreeWeave {
  weaving: Weaving;
  /** The arguments of the list at each place, of the request that the SQL is woven for. */
  args: readonly ListArguments[];
  given(filter: Filter): SourcedFilter;
  tags: ListWeave['tags'];
}

/** The list as one JSON value, null only for a `one` that is not there. */
export function treeListSql(q: TreeWeave, list: TreeList, outer?: Scope): Sql {
  const wish: ListWeave = {
    weaving: q.weaving,
    list,
    args: q.args[list.place] ?? { filter: NONE },
    given: q.given,
    tags: q.tags,
    outer,
    members: (scope, items) => membersOf(q, { scope, within: list.within }, items),
  };
  const { form } = list;
  switch (form.kind) {
    case 'many': {
      const { select, json } = rowsSql(wish, form.items);
      return sql`coalesce((select json_agg(${json}) from (${select}) as ${ROW}), '[]'::json)`;
    }
    case 'one': {
      const { select, json } = rowsSql(wish, form.items);
      return sql`(select ${json} from (${select}) as ${ROW})`;
    }
    case 'summary':
      return summarySql(wish, form.parts);
    case 'groups':
      return groupsSql(wish, form.parts);
    case 'connection':
      return connectionSql(wish, form.parts);
  }
}

/** A document in the FROM; for a row, with the DocType whose it is. */
interface At {
  scope: Scope;
  within: DocTypePlan | undefined;
}

function membersOf(q: TreeWeave, at: At, items: readonly TreeItem[]): Member[] {
  return items.map((item) => ({ key: item.key, value: itemSql(q, at, item) }));
}

function itemSql(q: TreeWeave, at: At, item: TreeItem): Sql {
  switch (item.kind) {
    case 'constant':
      return constantSql(item.value);
    case 'column':
      return jsonColumn(fieldColumn(at.scope, shown(q, at, item.field)), item.field.json);
    case 'target':
      return targetSql(q, at, item);
    case 'list':
      return innerListSql(q, at, item.list);
    case 'reference':
      return referenceSql(q, at, item);
    case 'whole':
      return wholeSql(q, at.scope);
  }
}

function placeOf(q: TreeWeave, { scope, within }: At): Place & { reader: Reader; where: string } {
  return { reader: q.weaving.reader, plan: scope.plan, within, where: 'fields' };
}

/** The field, when the caller may read it here: trees outlive the request that they were made for. */
function shown(q: TreeWeave, at: At, field: FieldPlan): FieldPlan {
  const place = { ...placeOf(q, at), name: field.fieldname };
  const found = readableField(place);
  if (!found) throw unknownField(place);
  return found;
}

function targetSql(q: TreeWeave, at: At, item: TreeItem & { kind: 'target' }): Sql {
  const { weaving } = q;
  const { reader } = weaving;
  const { plan } = at.scope;
  const { field, target } = resolveLink({ reader, plan, field: shown(q, at, item.field), where: 'fields' });
  // Nothing of what may not be read is looked for, nor judged.
  if (!reader.access(target).allowed) return constantSql(null);
  const scope = rootScope(weaving, target);
  const object = jsonObject(membersOf(q, { scope, within: undefined }, item.items));
  const rule = ruleSql(weaving, scope);
  const conditions = [linkCondition({ from: at.scope, target: scope, field }), ...(rule ? [rule] : [])];
  const select = sql`select ${object.columns} from ${fromJoined(scope)}${whereSql(conditions)} limit 1`;
  return sql`(select ${object.outside(ROW)} from (${select}) as ${ROW})`;
}

function innerListSql(q: TreeWeave, at: At, list: TreeList): Sql {
  const { origin } = list;
  if (origin.kind === 'rows') resolveTable({ ...placeOf(q, at), name: origin.field.fieldname });
  if (origin.kind === 'reverse')
    resolveReverse({ ...placeOf(q, at), doctype: list.plan.name, name: pointingPath(origin) });
  return treeListSql(q, list, at.scope);
}

function pointingPath({ field, table }: { field: FieldPlan; table?: FieldPlan }): string {
  return table ? pathOf({ table, field }) : field.fieldname;
}

function referenceSql(q: TreeWeave, at: At, item: TreeItem & { kind: 'reference' }): Sql {
  const name = fieldColumn(at.scope, shown(q, at, item.field));
  const { doctype } = item;
  const target =
    typeof doctype === 'string' ? sql`${sql.lit(doctype)}::text` : fieldColumn(at.scope, shown(q, at, doctype));
  return sql`case when ${name} <> '' and ${target} <> '' then to_json(array[${target}, ${name}]) end`;
}

function wholeSql(q: TreeWeave, scope: Scope): Sql {
  const { weaving } = q;
  const { reader } = weaving;
  const { plan } = scope;
  const tables = plan.tables
    .filter((field) => reader.snapshot.find(field.childDocType as string)?.storage === 'child')
    .filter(({ fieldname }) => readableField({ reader, plan, name: fieldname }))
    .map(({ fieldname }) => {
      const hop = resolveTable({ reader, plan, name: fieldname, where: 'fields' });
      return { hop, fields: readableColumns(reader, hop.target, plan) };
    });
  const columns = readableColumns(reader, plan);
  return objectSql({ weaving, scope, columns, tables, expand: new Map(), purpose: 'answer', isNamed: true });
}
