/**
 * What the database should look like for a Plan: the wanted table, as data. Knows PostgreSQL's types
 * and our conventions; runs nothing. Compared with the catalog by diff.ts.
 */
import type { ColumnType } from '../fieldtypes/contract.ts';
import { isSet } from '../kernel/doctype.ts';
import { identifier } from '../kernel/names.ts';
import { OPERATOR, TENANT_COLUMN } from '../kernel/tenancy.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from './plan.ts';
import { TENANT_CALL, type WantedRowSecurity, wantedRowSecurity } from './row-security.ts';
import { PARENT_ID_COLUMN } from './standard-fields.ts';

export interface WantedColumn {
  name: string;
  type: ColumnType | 'smallint';
  notNull: boolean;
  /** The default as plain text, to be quoted by db/; undefined: none. */
  default?: string;
  /** The default is no text but a call, of the function that knows for whom a statement asks. */
  isCall?: true;
}

export interface WantedIndex {
  name: string;
  columns: readonly string[];
  unique: boolean;
}

export interface WantedForeignKey {
  name: string;
  column: string;
  targetTable: string;
  /** The target must be a row of the same tenant. */
  withTenant?: true;
}

export interface WantedTable {
  table: string;
  columns: readonly WantedColumn[];
  indexes: readonly WantedIndex[];
  foreignKeys: readonly WantedForeignKey[];
  sequence?: string;
  /** Whose rows a statement sees; undefined where there is only one tenant. */
  rowSecurity?: WantedRowSecurity;
}

export function wantedTable(plan: DocTypePlan, snapshot: Snapshot): WantedTable {
  const wanted: WantedTable = {
    table: plan.table,
    columns: [
      ...standardColumns(plan),
      ...tenantColumn(plan),
      ...plan.columns.filter((field) => !field.isStandard).map(fieldColumn),
    ],
    indexes: indexes(plan),
    foreignKeys: plan.links.flatMap((field) => foreignKey({ plan, field, snapshot })),
  };
  if (plan.tenancy) wanted.rowSecurity = wantedRowSecurity(plan, snapshot);
  return plan.naming.kind === 'autoincrement' ? { ...wanted, sequence: plan.naming.sequence } : wanted;
}

function standardColumns(plan: DocTypePlan): WantedColumn[] {
  const columns: WantedColumn[] = [
    { name: 'id', type: 'uuid', notNull: true },
    { name: 'name', type: 'text', notNull: true },
    { name: 'owner', type: 'text', notNull: true },
    { name: 'creation', type: 'timestamptz', notNull: true },
    { name: 'modified', type: 'timestamptz', notNull: true },
    { name: 'modified_by', type: 'text', notNull: true },
    { name: 'docstatus', type: 'smallint', notNull: true, default: '0' },
    { name: 'idx', type: 'bigint', notNull: true, default: '0' },
    { name: '_version', type: 'bigint', notNull: true, default: '1' },
  ];
  if (plan.storage !== 'child') return columns;
  return [
    ...columns,
    { name: PARENT_ID_COLUMN, type: 'uuid', notNull: true },
    { name: 'parent', type: 'text', notNull: true },
    { name: 'parenttype', type: 'text', notNull: true },
    { name: 'parentfield', type: 'text', notNull: true },
  ];
}

/** The server fills it through its default, so that no statement can name another tenant than it asks for. */
function tenantColumn(plan: DocTypePlan): WantedColumn[] {
  if (!plan.tenancy) return [];
  const column: WantedColumn = { name: TENANT_COLUMN, type: 'text', notNull: true };
  return [
    plan.tenancy === 'common' ? { ...column, default: OPERATOR } : { ...column, default: TENANT_CALL, isCall: true },
  ];
}

function fieldColumn(field: FieldPlan): WantedColumn {
  const type = field.sql?.type ?? 'text';
  const zero = field.sql?.zero;
  const column: WantedColumn = { name: field.column as string, type, notNull: zero !== undefined };
  const text = plainDefault(field) ?? zero;
  return text === undefined ? column : { ...column, default: text };
}

/** A default that is a value, not an instruction, is the column's default too: rows that exist get it. */
function plainDefault(field: FieldPlan): string | undefined {
  const text = field.field.default;
  if (text === undefined || text === null || text === '' || typeof text === 'object') return undefined;
  const value = field.type.defaultValue(String(text), field.field, { now: 0 });
  if (value === undefined || value === null || typeof value === 'object') return undefined;
  if (isInstruction(String(text)) || field.type.secret || !DEFAULTABLE.has(field.sql?.type ?? '')) return undefined;
  // The catalog prints backslashes in another notation, and such defaults never occur: the server fills them.
  return String(value).includes('\\') ? undefined : String(value);
}

/** Types whose default the catalog prints just as we wrote it, so that a comparison is exact. */
const DEFAULTABLE: ReadonlySet<string> = new Set(['text', 'bigint', 'numeric', 'boolean', 'date']);

/** FORMAT.md 4.3: words that mean something else at each insert. */
export function isInstruction(text: string): boolean {
  return /^(__.*|today|now|:.*|user|user_fullname|.*\{.*\}.*)$/is.test(text);
}

/** The columns of an index as they are wanted: each tenant has its own unique values, and its own end of a list. */
function indexes(plan: DocTypePlan): WantedIndex[] {
  const { table } = plan;
  const tenant = hasOwnRows(plan) ? [TENANT_COLUMN] : [];
  const plain = (...columns: string[]): WantedIndex => ({
    name: identifier(table, ...columns, 'idx'),
    columns,
    unique: false,
  });
  const index = (column: string): WantedIndex => plain(...tenant, column);
  // The tenant last: a look-up by name alone finds its row too.
  const key = (column: string): WantedIndex => ({
    name: uniqueIndexName(plan, column),
    columns: [column, ...tenant],
    unique: true,
  });
  const list: WantedIndex[] = [key('name')];
  if (plan.tenancy === 'global names') list.push({ name: globalIndexName(plan), columns: ['name'], unique: true });
  if (plan.storage === 'single') return list;
  if (plan.storage === 'child') list.push(plain(PARENT_ID_COLUMN, 'parentfield', 'idx'), plain('parent'));
  else list.push(index('creation'), index('modified'));
  const seen = new Set(list.map((each) => each.name));
  const add = (each: WantedIndex): void => {
    if (!seen.has(each.name)) list.push(each);
    seen.add(each.name);
  };
  const uniqueByName = plan.naming.kind === 'field' ? plan.naming.fieldname : undefined;
  for (const field of plan.columns) {
    if (field.isStandard || !field.column) continue;
    const isUnique = (isSet(field.field.unique) && field.type.canBeUnique) || field.fieldname === uniqueByName;
    if (isUnique) add(key(field.column));
    else if (field.link || (isSet(field.field.search_index) && field.type.canBeIndexed)) add(index(field.column));
  }
  const first = plan.order[0] && plan.byName.get(plan.order[0].path);
  if (first?.column && !first.isStandard && first.type.canBeIndexed) add(index(first.column));
  return list;
}

/** Whether the violated constraint says that this column must be unique. */
export function isUniqueIndexOf(plan: DocTypePlan, column: string, constraint: string): boolean {
  return (
    constraint === uniqueIndexName(plan, column) ||
    (plan.tenancy === 'global names' && column === 'name' && constraint === globalIndexName(plan))
  );
}

function uniqueIndexName(plan: DocTypePlan, column: string): string {
  return hasOwnRows(plan)
    ? identifier(plan.table, column, TENANT_COLUMN, 'key')
    : identifier(plan.table, column, 'key');
}

function globalIndexName(plan: DocTypePlan): string {
  return identifier(plan.table, 'name', 'key');
}

/** Each tenant has rows of its own in this table. */
function hasOwnRows(plan: DocTypePlan): boolean {
  return plan.tenancy !== undefined && plan.tenancy !== 'common';
}

/** A Link is kept true by the database where its target is a table: not virtual, not a Single. */
function foreignKey(q: { plan: DocTypePlan; field: FieldPlan; snapshot: Snapshot }): WantedForeignKey[] {
  const { link, column } = q.field;
  if (!link || !('doctype' in link) || !column || q.plan.storage === 'single') return [];
  const target = q.snapshot.find(link.doctype);
  if (!target || (target.storage !== 'table' && target.storage !== 'child')) return [];
  if (q.field.sql?.type !== 'text') return [];
  const { table } = q.plan;
  // A name that no other tenant has needs no tenant beside it.
  if (!hasOwnRows(target) || target.tenancy === 'global names')
    return [{ name: identifier(table, column, 'fkey'), column, targetTable: target.table }];
  // What is common to all cannot be held true against rows that only some have.
  if (!hasOwnRows(q.plan)) return [];
  const name = identifier(table, column, TENANT_COLUMN, 'fkey');
  return [{ name, column, targetTable: target.table, withTenant: true }];
}
