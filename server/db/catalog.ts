/** What the database really has: columns, indexes and foreign keys of tables in the current schema. */
import type { ActualColumn, ActualForeignKey, ActualIndex, ActualTable, Catalog } from '../schema/diff.ts';
import type { Queryable, Row } from './pool.ts';

const COLUMNS = `
  select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
         a.attnotnull as not_null, pg_get_expr(d.adbin, d.adrelid) as default
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname = any($1::text[])
  order by a.attnum`;

const INDEXES = `
  select c.relname as table, i.relname as name, x.indisunique as is_unique,
         array(select a.attname::text from unnest(x.indkey::int2[]) with ordinality k(attnum, n)
               join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum order by k.n) as columns
  from pg_index x
  join pg_class c on c.oid = x.indrelid
  join pg_class i on i.oid = x.indexrelid
  where c.relnamespace = current_schema()::regnamespace and c.relname = any($1::text[])
    and not x.indisprimary and x.indisvalid`;

const FOREIGN_KEYS = `
  select c.relname as table, f.conname as name, a.attname as column, t.relname as target
  from pg_constraint f
  join pg_class c on c.oid = f.conrelid
  join pg_class t on t.oid = f.confrelid
  join pg_attribute a on a.attrelid = c.oid and a.attnum = f.conkey[1]
  where f.contype = 'f' and c.relnamespace = current_schema()::regnamespace and c.relname = any($1::text[])`;

const ROW_SECURITY = `
  select c.relname as table, c.relrowsecurity and c.relforcerowsecurity as is_secured,
         array(select p.polname::text from pg_policy p where p.polrelid = c.oid order by p.polname) as policies
  from pg_class c
  where c.relnamespace = current_schema()::regnamespace and c.relrowsecurity and c.relname = any($1::text[])`;

/** The named tables as they are; a table that does not exist is not in the answer. */
export async function readCatalog(db: Queryable, tables: readonly string[]): Promise<Catalog> {
  const values = [[...tables]];
  const [columns, indexes, foreignKeys, secured] = await Promise.all([
    db.query({ name: 'catalog_columns', text: COLUMNS, values }),
    db.query({ name: 'catalog_indexes', text: INDEXES, values }),
    db.query({ name: 'catalog_foreign_keys', text: FOREIGN_KEYS, values }),
    db.query({ name: 'catalog_row_security', text: ROW_SECURITY, values }),
  ]);
  const catalog = new Map<
    string,
    ActualTable & {
      columns: Map<string, ActualColumn>;
      indexes: Map<string, ActualIndex>;
      foreignKeys: Map<string, ActualForeignKey>;
    }
  >();
  for (const row of columns as ColumnRow[]) {
    let table = catalog.get(row.table);
    if (!table) {
      table = {
        table: row.table,
        columns: new Map(),
        indexes: new Map(),
        foreignKeys: new Map(),
        policies: [],
        isSecured: false,
      };
      catalog.set(row.table, table);
    }
    table.columns.set(row.column, {
      name: row.column,
      type: row.type,
      notNull: row.not_null,
      default: plainDefault(row.default),
    });
  }
  for (const row of indexes as IndexRow[]) {
    catalog.get(row.table)?.indexes.set(row.name, { name: row.name, columns: row.columns, unique: row.is_unique });
  }
  for (const row of foreignKeys as ForeignKeyRow[]) {
    catalog.get(row.table)?.foreignKeys.set(row.name, { name: row.name, column: row.column, targetTable: row.target });
  }
  for (const row of secured as SecuredRow[]) {
    const table = catalog.get(row.table);
    if (table) Object.assign(table, { policies: row.policies, isSecured: row.is_secured });
  }
  return catalog;
}

interface ColumnRow extends Row {
  table: string;
  column: string;
  type: string;
  not_null: boolean;
  default: string | null;
}

interface IndexRow extends Row {
  table: string;
  name: string;
  is_unique: boolean;
  columns: string[];
}

interface ForeignKeyRow extends Row {
  table: string;
  name: string;
  column: string;
  target: string;
}

interface SecuredRow extends Row {
  table: string;
  is_secured: boolean;
  policies: string[];
}

/** `'Open'::text` → Open, `'-1'::integer` → -1, `0` → 0; other expressions as they are. */
function plainDefault(expression: string | null): string | null {
  if (expression === null) return null;
  const quoted = /^'((?:[^']|'')*)'(::[a-z ]+)*$/s.exec(expression);
  if (quoted) return (quoted[1] as string).replaceAll("''", "'");
  const bare = /^\(?(-?[0-9.]+|true|false)\)?(::[a-z ]+)*$/.exec(expression);
  return bare ? (bare[1] as string) : expression;
}

/** All tables of the current schema, for drift. */
export async function tableNames(db: Queryable): Promise<string[]> {
  const rows = await db.query({
    text: `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r' order by 1`,
    values: [],
  });
  return rows.map((row) => row.name as string);
}
