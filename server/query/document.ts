/**
 * One document, with its children, as one statement: by name or id, as an answer (what the caller
 * may read, secrets hidden) or for the write path (everything, locked). Runs nothing.
 */
import { sql } from 'kysely';
import type { AccessTo } from '../access/decide.ts';
import { ALL } from '../kernel/filter.ts';
import type { Statement } from '../kernel/statement.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { storedTables } from '../schema/stored-tables.ts';
import { type ExpandTree, expandTree } from './expansion.ts';
import { ruleSql } from './filter-sql.ts';
import { type ObjectWish, objectSql, type Purpose } from './object-sql.ts';
import { refusal } from './request.ts';
import { type Reader, readableColumns, readableField, resolvePath, resolveTable, unknownField } from './resolve.ts';
import { column, fromJoined, fromTable, rootScope, type Scope, type Sql, slot, type Weaving } from './sql-scope.ts';
import { statementFor } from './statement-cache.ts';
import { isUuid } from './values.ts';

export interface DocumentWish {
  snapshot: Snapshot;
  plan: DocTypePlan;
  access: AccessTo;
  /** Name or id; a document of this name wins. Not used for Singles. */
  key: string;
  /** Fieldnames, child tables, `items.qty` for some fields of the rows; undefined: all. */
  fields?: readonly string[];
  expand?: readonly string[];
  /** Locks the row until the transaction ends. */
  lock?: 'update';
  purpose?: Purpose;
  now?: number;
}

/**
 * Row: `doc` (JSON text), `id`, `name`, `_version`, `docstatus`; no row when it is not there or not
 * visible. With `lock` also `stale`: true when the row changed while we waited for it, so that the
 * children in `doc` are those from before. Then the lock is held, and the same statement run again is right.
 */
export function documentStatement(q: DocumentWish): Statement {
  const { plan } = q;
  if (plan.storage === 'virtual') throw new Error(`${plan.name} has no table: its repository serves it`);
  if (q.key.includes('\0')) throw refusal('name', 'a name cannot contain the character U+0000');
  const purpose = q.purpose ?? 'answer';
  const isByName = plan.storage === 'single' ? 'single' : isUuid(q.key) ? 'either' : 'name';
  const { statement } = statementFor({
    snapshot: q.snapshot,
    access: q.access,
    shape: JSON.stringify(['document', plan.name, isByName, q.fields ?? 0, q.expand ?? [], q.lock ?? 0, purpose]),
    filter: ALL,
    binding: { now: q.now ?? 0, key: q.key },
    weave: (weaving) => ({ sql: documentSql({ weaving, wish: q, purpose, by: isByName }), extra: undefined }),
  });
  return statement;
}

function documentSql(q: {
  weaving: Weaving;
  wish: DocumentWish;
  purpose: Purpose;
  by: 'single' | 'either' | 'name';
}): Sql {
  const { weaving, wish } = q;
  const { plan } = wish;
  const scope = rootScope(weaving, plan);
  const expand = expandTree({ reader: weaving.reader, plan, paths: wish.expand ?? [] });
  const parts =
    q.purpose === 'write'
      ? everything(weaving.reader, plan)
      : chosen({ reader: weaving.reader, plan, fields: wish.fields, expand });
  const doc = objectSql({ weaving, scope, ...parts, expand, purpose: q.purpose, isNamed: wish.fields === undefined });
  const columns = [
    sql`${doc}::text as doc`,
    sql`${column(scope, 'id')}::text as id`,
    sql`${column(scope, 'name')} as name`,
    sql`${column(scope, '_version')}::float8 as _version`,
    sql`${column(scope, 'docstatus')}::int as docstatus`,
  ];
  if (wish.lock) columns.push(sql`${staleSql(weaving, scope)} as stale`);
  const { where, order } = keySql(scope, q.by);
  const rule = ruleSql(weaving, scope);
  const visible = rule ? sql`${where} and ${rule}` : where;
  const lock = wish.lock ? sql` for update of ${sql.id(scope.alias)}` : sql``;
  return sql`select ${sql.join(columns)} from ${fromJoined(scope)} where ${visible}${order} limit 1${lock}`;
}

function keySql(scope: Scope, by: 'single' | 'either' | 'name'): { where: Sql; order: Sql } {
  const name = column(scope, 'name');
  const key = sql`${slot('name', (binding) => binding.key ?? '')}::text`;
  if (by === 'single') return { where: sql`true`, order: sql`` };
  if (by === 'name') return { where: sql`${name} = ${key}`, order: sql`` };
  const id = sql`${slot('id', (binding) => binding.key ?? '')}::uuid`;
  return {
    where: sql`(${name} = ${key} or ${column(scope, 'id')} = ${id})`,
    order: sql` order by ${name} = ${key} desc`,
  };
}

/**
 * A row that we waited for is read anew, but sub-selects on other tables keep the statement's snapshot
 * (READ COMMITTED). The parent's version as that snapshot has it tells whether they fit together. `raised`: what the
 * statement itself adds to it.
 */
export function staleSql(weaving: Weaving, scope: Scope, raised: Sql = sql``): Sql {
  if (scope.plan.tables.length === 0) return sql`false`;
  const before = rootScope(weaving, scope.plan);
  const version = sql`select ${column(before, '_version')}${raised} from ${fromTable(before)} where ${column(before, 'id')} = ${column(scope, 'id')}`;
  return sql`${column(scope, '_version')} is distinct from (${version})`;
}

type Parts = Pick<ObjectWish, 'columns' | 'tables'>;

/** The write path validates and rewrites the whole document, whatever its actor may see of it. */
function everything(reader: Reader, plan: DocTypePlan): Parts {
  const tables = storedTables(reader.snapshot, plan).map(({ field, child }) => ({
    hop: { kind: 'child' as const, field, target: child },
    fields: child.columns,
  }));
  return { columns: plan.columns, tables };
}

function chosen(q: { reader: Reader; plan: DocTypePlan; fields?: readonly string[]; expand: ExpandTree }): Parts {
  const { reader, plan } = q;
  const wanted =
    q.fields ??
    [
      ...readableColumns(reader, plan),
      ...storedTables(reader.snapshot, plan)
        .map(({ field }) => field)
        .filter(isReadable(reader, plan)),
    ].map((field) => field.fieldname);
  const columns = new Map<string, FieldPlan>();
  const tables = new Map<string, Map<string, FieldPlan>>();
  for (const path of [...wanted, ...q.expand.keys()]) {
    const [name = '', ...rest] = path.split('.');
    if (path === '*') for (const field of readableColumns(reader, plan)) columns.set(field.fieldname, field);
    else addPart({ reader, plan, name, rest, path, columns, tables });
  }
  return {
    columns: [...columns.values()],
    tables: [...tables].map(([name, fields]) => ({
      hop: resolveTable({ reader, plan, name, where: 'fields' }),
      fields: [...fields.values()],
    })),
  };
}

function addPart(q: {
  reader: Reader;
  plan: DocTypePlan;
  name: string;
  rest: readonly string[];
  path: string;
  columns: Map<string, FieldPlan>;
  tables: Map<string, Map<string, FieldPlan>>;
}): void {
  const { reader, plan, name, rest } = q;
  const where = 'fields';
  const field = readableField({ reader, plan, name });
  if (!field) throw unknownField({ reader, plan, name, where });
  if (field.childDocType !== undefined) {
    // A child DocType that is not installed has no rows to show.
    if (!reader.snapshot.find(field.childDocType)) return;
    const { target } = resolveTable({ reader, plan, name, where });
    const fields = q.tables.get(name) ?? new Map();
    if (rest.length > 1)
      throw refusal(where, `${q.path}: of a child table, take its own fields, or expand=${name}.${rest[0]}`);
    const isAll = rest[0] === undefined || rest[0] === '*';
    const added = isAll
      ? readableColumns(reader, target, plan)
      : [resolvePath({ reader, plan: target, within: plan, path: rest[0] as string, where }).field];
    for (const each of added) fields.set(each.fieldname, each);
    q.tables.set(name, fields);
  } else if (rest.length > 0) {
    throw refusal(where, `${q.path}: of one document, take ${name} itself, or expand=${name}`);
  } else if (field.column !== undefined) {
    q.columns.set(name, field);
  }
}

function isReadable(reader: Reader, plan: DocTypePlan): (field: FieldPlan) => boolean {
  return (field) => readableField({ reader, plan, name: field.fieldname }) !== undefined;
}
