/**
 * TableChange to SQL: the one place that writes DDL. Identifiers come out of plans; defaults are
 * literals, since DDL takes no parameters.
 */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
import { TENANT_COLUMN } from '../kernel/tenancy.ts';
import { sqlTypeName, type TableChange } from '../schema/diff.ts';
import { TENANT_CALL } from '../schema/row-security.ts';
import type { WantedColumn, WantedForeignKey } from '../schema/tables.ts';
import { conversion } from './conversions.ts';
import { secureRows } from './row-security.ts';

/** Kysely as a compiler only: it never connects. */
const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

export function compileSql(query: RawBuilder<unknown>): { text: string; values: readonly unknown[] } {
  const compiled = query.compile(compiler);
  return { text: compiled.sql, values: compiled.parameters };
}

/** The statements of one change, in order. */
export function ddl(change: TableChange): string[] {
  return build(change).map((query) => compileSql(query).text);
}

function build(change: TableChange): RawBuilder<unknown>[] {
  const table = sql.id(change.table);
  switch (change.op) {
    case 'create_sequence':
      return [sql`create sequence if not exists ${sql.id(change.sequence)}`];
    case 'create_table':
      return [sql`create table ${table} (${sql.join(change.columns.map(columnDefinition))}, primary key (id))`];
    case 'add_column':
      return [sql`alter table ${table} add column ${columnDefinition(change.wanted)}`];
    case 'alter_type':
      return alterType(change);
    case 'set_default':
      return change.wanted.default === undefined
        ? [sql`alter table ${table} alter column ${sql.id(change.column)} drop default`]
        : [
            sql`alter table ${table} alter column ${sql.id(change.column)} set default ${defaultLiteral(change.wanted)}`,
          ];
    case 'set_not_null':
      return [
        sql`update ${table} set ${sql.id(change.column)} = ${defaultLiteral(change.wanted)} where ${sql.id(change.column)} is null`,
        sql`alter table ${table} alter column ${sql.id(change.column)} set not null`,
      ];
    case 'drop_not_null':
      return [sql`alter table ${table} alter column ${sql.id(change.column)} drop not null`];
    case 'create_index': {
      const columns = sql.join(change.index.columns.map((name) => sql.id(name)));
      // Blanks are no values: any number of NULLs stands in a unique index, but only one "".
      const unblank = change.index.unique
        ? change.index.columns
            .filter((name) => name !== 'name' && name !== TENANT_COLUMN)
            .map((name) => sql`update ${table} set ${sql.id(name)} = null where ${sql.id(name)}::text = ''`)
        : [];
      return [
        ...unblank,
        sql`create ${sql.raw(change.index.unique ? 'unique ' : '')}index ${sql.id(change.index.name)} on ${table} (${columns})`,
      ];
    }
    case 'drop_index':
      return [sql`drop index if exists ${sql.id(change.name)}`];
    case 'add_foreign_key':
      return [
        sql`alter table ${table} add constraint ${sql.id(change.foreignKey.name)} foreign key (${keyOf(change.column, change.foreignKey)})
            references ${sql.id(change.foreignKey.targetTable)} (${keyOf('name', change.foreignKey)}) on update cascade deferrable`,
      ];
    case 'drop_foreign_key':
      return [sql`alter table ${table} drop constraint if exists ${sql.id(change.name)}`];
    case 'secure_rows':
      return secureRows(change);
  }
}

function keyOf(column: string, key: WantedForeignKey): RawBuilder<unknown> {
  return sql.join((key.withTenant ? [column, TENANT_COLUMN] : [column]).map((name) => sql.id(name)));
}

function columnDefinition(column: WantedColumn): RawBuilder<unknown> {
  const type = sql.raw(sqlTypeName(column.type));
  const notNull = column.notNull ? sql` not null` : sql``;
  const fallback = column.default === undefined ? sql`` : sql` default ${defaultLiteral(column)}`;
  return sql`${sql.id(column.name)} ${type}${fallback}${notNull}`;
}

function defaultLiteral(column: WantedColumn): RawBuilder<unknown> {
  if (column.isCall) return sql.raw(TENANT_CALL);
  const text = column.default ?? '';
  return column.type === 'bigint' ||
    column.type === 'smallint' ||
    column.type === 'numeric' ||
    column.type === 'boolean'
    ? sql`${sql.lit(text)}::${sql.raw(sqlTypeName(column.type))}`
    : sql.lit(text);
}

/** What a value of the column is once the change is made; `from`: the type that it has, where that is another. */
export function valueAfter(
  { from, wanted }: { from?: string; wanted: WantedColumn },
  column: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const value = from === undefined ? column : conversion(from, wanted.type, column).using;
  return wanted.notNull && wanted.default !== undefined ? sql`coalesce(${value}, ${defaultLiteral(wanted)})` : value;
}

function alterType(change: Extract<TableChange, { op: 'alter_type' }>): RawBuilder<unknown>[] {
  const table = sql.id(change.table);
  const column = sql.id(change.column);
  const filled = valueAfter(change, column);
  const statements = [
    sql`alter table ${table} alter column ${column} drop default`,
    sql`alter table ${table} alter column ${column} type ${sql.raw(sqlTypeName(change.wanted.type))} using ${filled}`,
  ];
  if (change.wanted.default !== undefined) {
    statements.push(sql`alter table ${table} alter column ${column} set default ${defaultLiteral(change.wanted)}`);
  }
  return statements;
}
