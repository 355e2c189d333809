/**
 * Wanted tables against what the catalog shows: the difference as a printable list of changes.
 * Additive only: columns that the plan does not know stay (they are retired, or somebody's own).
 * Knows no rows and runs nothing; db/ assesses and applies.
 */
import type { ColumnType } from '../fieldtypes/contract.ts';
import { TENANT_COLUMN } from '../kernel/tenancy.ts';
import { policyNames, type WantedRowSecurity } from './row-security.ts';
import type { WantedColumn, WantedForeignKey, WantedIndex, WantedTable } from './tables.ts';

export interface ActualColumn {
  name: string;
  /** As `format_type` prints it: "timestamp with time zone", "numeric(21,9)". */
  type: string;
  notNull: boolean;
  /** The default as plain text, quotes and casts removed; null: none. */
  default: string | null;
}

export interface ActualIndex {
  name: string;
  columns: readonly string[];
  unique: boolean;
}

export interface ActualForeignKey {
  name: string;
  column: string;
  targetTable: string;
}

export interface ActualTable {
  table: string;
  columns: ReadonlyMap<string, ActualColumn>;
  indexes: ReadonlyMap<string, ActualIndex>;
  foreignKeys: ReadonlyMap<string, ActualForeignKey>;
  /** Names of its row security's policies, and whether they bind the owner too. */
  policies: readonly string[];
  isSecured: boolean;
}

export type Catalog = ReadonlyMap<string, ActualTable>;

export type TableChange =
  | { op: 'create_table'; table: string; columns: readonly WantedColumn[] }
  | { op: 'create_sequence'; table: string; sequence: string }
  | { op: 'add_column'; table: string; column: string; wanted: WantedColumn }
  | { op: 'alter_type'; table: string; column: string; from: string; wanted: WantedColumn }
  | { op: 'set_default'; table: string; column: string; wanted: WantedColumn }
  | { op: 'set_not_null'; table: string; column: string; wanted: WantedColumn }
  | { op: 'drop_not_null'; table: string; column: string }
  | { op: 'create_index'; table: string; column: string; index: WantedIndex }
  | { op: 'drop_index'; table: string; column: string; name: string; unique: boolean }
  | { op: 'add_foreign_key'; table: string; column: string; foreignKey: WantedForeignKey }
  | { op: 'drop_foreign_key'; table: string; column: string; name: string }
  | { op: 'secure_rows'; table: string; column: string; wanted: WantedRowSecurity; others: readonly string[] };

const SQL_TYPES: Record<ColumnType | 'smallint', string> = {
  text: 'text',
  bigint: 'bigint',
  numeric: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  jsonb: 'jsonb',
  uuid: 'uuid',
  smallint: 'smallint',
};

/** The type as `format_type` prints it. */
export function sqlTypeName(type: ColumnType | 'smallint'): string {
  return SQL_TYPES[type];
}

/** Changes for one table, in an order in which they can run: drops of constraints first, keys last. */
export function diffTable(wanted: WantedTable, actual: ActualTable | undefined): TableChange[] {
  const { table } = wanted;
  const changes: TableChange[] = [];
  if (wanted.sequence && !actual) changes.push({ op: 'create_sequence', table, sequence: wanted.sequence });
  if (!actual) changes.push({ op: 'create_table', table, columns: wanted.columns });
  else changes.push(...droppedConstraints(wanted, actual), ...columnChanges(wanted, actual));
  for (const index of wanted.indexes) {
    const same = actual?.indexes.get(index.name);
    const column = index.columns.find((name) => name !== TENANT_COLUMN) as string;
    if (!same) changes.push({ op: 'create_index', table, column, index });
  }
  for (const foreignKey of wanted.foreignKeys) {
    const same = actual?.foreignKeys.get(foreignKey.name);
    if (same?.targetTable !== foreignKey.targetTable) {
      changes.push({ op: 'add_foreign_key', table, column: foreignKey.column, foreignKey });
    }
  }
  return [...changes, ...securityChanges(wanted, actual)];
}

/** Policies are known by name, which follows from what they say. */
function securityChanges({ table, rowSecurity }: WantedTable, actual: ActualTable | undefined): TableChange[] {
  if (!rowSecurity) return [];
  const names = policyNames(rowSecurity);
  const others = actual?.policies ?? [];
  const isSame = others.length === names.length && names.every((name) => others.includes(name));
  if (isSame && actual?.isSecured) return [];
  return [{ op: 'secure_rows', table, column: TENANT_COLUMN, wanted: rowSecurity, others }];
}

/** Constraints of ours that are not wanted any more, or that stand in the way of a type change. */
function droppedConstraints(wanted: WantedTable, actual: ActualTable): TableChange[] {
  const { table } = wanted;
  const indexes = new Set(wanted.indexes.map((index) => index.name));
  const keys = new Map(wanted.foreignKeys.map((key) => [key.name, key]));
  const changes: TableChange[] = [];
  for (const key of actual.foreignKeys.values()) {
    if (keys.get(key.name)?.targetTable !== key.targetTable) {
      changes.push({ op: 'drop_foreign_key', table, column: key.column, name: key.name });
    }
  }
  for (const index of actual.indexes.values()) {
    if (indexes.has(index.name) || !isOurs(index.name)) continue;
    changes.push({ op: 'drop_index', table, column: index.columns[0] ?? '', name: index.name, unique: index.unique });
  }
  return changes;
}

/** Our own indexes end so; one that an operator made by hand under another name is left alone. */
function isOurs(name: string): boolean {
  return /_(idx|key)$/.test(name) || /_[0-9a-f]{8}$/.test(name);
}

function columnChanges(wanted: WantedTable, actual: ActualTable): TableChange[] {
  const { table } = wanted;
  const changes: TableChange[] = [];
  const known = new Set(wanted.columns.map((column) => column.name));
  for (const column of wanted.columns) {
    const is = actual.columns.get(column.name);
    if (!is) {
      changes.push({ op: 'add_column', table, column: column.name, wanted: column });
      continue;
    }
    const sameType = is.type === sqlTypeName(column.type);
    if (!sameType) changes.push({ op: 'alter_type', table, column: column.name, from: is.type, wanted: column });
    if (sameType && (is.default ?? undefined) !== column.default) {
      changes.push({ op: 'set_default', table, column: column.name, wanted: column });
    }
    if (column.notNull && !is.notNull) changes.push({ op: 'set_not_null', table, column: column.name, wanted: column });
    if (!column.notNull && is.notNull) changes.push({ op: 'drop_not_null', table, column: column.name });
  }
  // A retired column must not refuse rows that no longer know it.
  for (const column of actual.columns.values()) {
    if (!known.has(column.name) && column.notNull && column.default === null) {
      changes.push({ op: 'drop_not_null', table, column: column.name });
    }
  }
  return changes;
}
