/**
 * What the database should look like for a Plan: the wanted table, as data. Knows PostgreSQL's types
 * and our conventions; runs nothing. Compared with the catalog by diff.ts.
 */
import type { ColumnType } from '../fieldtypes/contract.ts';
import { isSet } from '../kernel/doctype.ts';
import { identifier } from '../kernel/names.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from './plan.ts';
import { PARENT_ID_COLUMN } from './standard-fields.ts';

export interface WantedColumn {
  name: string;
  type: ColumnType | 'smallint';
  notNull: boolean;
  /** The default as plain text, to be quoted by db/; undefined: none. */
  default?: string;
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
}

export interface WantedTable {
  table: string;
  columns: readonly WantedColumn[];
  indexes: readonly WantedIndex[];
  foreignKeys: readonly WantedForeignKey[];
  sequence?: string;
}

export function wantedTable(plan: DocTypePlan, snapshot: Snapshot): WantedTable {
  const wanted: WantedTable = {
    table: plan.table,
    columns: [...standardColumns(plan), ...plan.columns.filter((field) => !field.isStandard).map(fieldColumn)],
    indexes: indexes(plan),
    foreignKeys: plan.links.flatMap((field) => foreignKey({ plan, field, snapshot })),
  };
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

function indexes(plan: DocTypePlan): WantedIndex[] {
  const { table } = plan;
  const index = (...columns: string[]): WantedIndex => ({
    name: identifier(table, ...columns, 'idx'),
    columns,
    unique: false,
  });
  const list: WantedIndex[] = [{ name: identifier(table, 'name', 'key'), columns: ['name'], unique: true }];
  if (plan.storage === 'single') return list;
  if (plan.storage === 'child') list.push(index(PARENT_ID_COLUMN, 'parentfield', 'idx'), index('parent'));
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
    if (isUnique) add({ name: identifier(table, field.column, 'key'), columns: [field.column], unique: true });
    else if (field.link || (isSet(field.field.search_index) && field.type.canBeIndexed)) add(index(field.column));
  }
  const first = plan.order[0] && plan.byName.get(plan.order[0].path);
  if (first?.column && !first.isStandard && first.type.canBeIndexed) add(index(first.column));
  return list;
}

/** A Link is kept true by the database where its target is a table: not virtual, not a Single. */
function foreignKey(q: { plan: DocTypePlan; field: FieldPlan; snapshot: Snapshot }): WantedForeignKey[] {
  const { link, column } = q.field;
  if (!link || !('doctype' in link) || !column || q.plan.storage === 'single') return [];
  const target = q.snapshot.find(link.doctype);
  if (!target || (target.storage !== 'table' && target.storage !== 'child')) return [];
  if (q.field.sql?.type !== 'text') return [];
  return [{ name: identifier(q.plan.table, column, 'fkey'), column, targetTable: target.table }];
}
