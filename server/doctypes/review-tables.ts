/** Changes of tables with their safety, their reason and the rows that they concern. Reads counts, changes nothing. */
import { type Becoming, count } from '../db/counts.ts';
import { ddl } from '../db/ddl.ts';
import type { Queryable } from '../db/pool.ts';
import type { TableChange } from '../schema/diff.ts';
import { type Judged, type ReviewedChange, refuse } from './review.ts';

/** Table changes with safety and rows. `tables` says which tables exist already. */
export async function reviewTables(db: Queryable, changes: readonly TableChange[]): Promise<ReviewedChange[]> {
  const created = new Set(changes.filter((change) => change.op === 'create_table').map((change) => change.table));
  const added = new Map(
    changes.flatMap((change) =>
      change.op === 'add_column' ? [[`${change.table}.${change.column}`, change.wanted] as const] : [],
    ),
  );
  const becoming = new Map<string, Becoming>();
  for (const change of changes)
    if (change.op === 'set_not_null') becoming.set(`${change.table}.${change.column}`, { wanted: change.wanted });
  // Another type says the same and more.
  for (const change of changes)
    if (change.op === 'alter_type') becoming.set(`${change.table}.${change.column}`, change);
  // What stands on a column that is not there yet cannot be asked of the rows.
  const isNew = (change: TableChange): boolean =>
    created.has(change.table) ||
    (change.op !== 'add_column' && 'column' in change && added.has(`${change.table}.${change.column}`));
  const reviewed = changes.map(async (change): Promise<ReviewedChange> => {
    const column = 'column' in change ? added.get(`${change.table}.${change.column}`) : undefined;
    const isFilled = !created.has(change.table) && column?.default !== undefined && column.default !== '';
    const judged = !isNew(change)
      ? await judge(db, change, { created, becoming })
      : isFilled && change.op === 'create_index' && change.index.unique
        ? await judgeFilledUnique(db, { table: change.table, value: column.default as string })
        : judgeNew(change);
    return {
      op: change.op,
      table: change.table,
      column: 'column' in change ? change.column : '',
      ...judged,
      sql: ddl(change).join(';\n'),
    };
  });
  return Promise.all(reviewed);
}

function judgeNew(change: TableChange): Judged {
  return { safety: 'SAFE', reason: change.op === 'create_table' ? 'a new table' : 'stands on what is new', rows: 0 };
}

/** Rows that exist all get the default of a new column, an Int's 0 too: at most one of them may. */
async function judgeFilledUnique(db: Queryable, q: { table: string; value: string }): Promise<Judged> {
  const { rows } = await count(db, { ask: 'rows', table: q.table });
  if (rows < 2) return { safety: 'SAFE', reason: 'stands on what is new', rows };
  return refuse(
    { rows, sample: [q.value] },
    `${rows} rows would all get the default, which cannot be unique`,
    'Add the field first, fill it with different values, then make it unique',
  );
}

/** What else the edit does. */
interface Beside {
  created: ReadonlySet<string>;
  /** Columns whose values become others, by `table.column`. */
  becoming: ReadonlyMap<string, Becoming>;
}

async function judge(db: Queryable, change: TableChange, { created, becoming }: Beside): Promise<Judged> {
  const rows = async () => (await count(db, { ask: 'rows', table: change.table })).rows;
  switch (change.op) {
    case 'add_column':
      return { safety: 'SAFE', reason: 'a new column; rows that exist get its default', rows: await rows() };
    case 'alter_type':
      return judgeType(db, change);
    case 'create_index':
      return change.index.unique
        ? judgeUnique(db, change, becoming.get(`${change.table}.${change.column}`))
        : { safety: 'SAFE', reason: 'a new index; writes wait while it is built', rows: await rows() };
    case 'set_not_null':
      return {
        safety: 'WARNING',
        reason: 'empty values get the default',
        rows: (await count(db, { ask: 'empty', table: change.table, column: change.column })).rows,
      };
    case 'add_foreign_key':
      return judgeForeignKey(db, change, created);
    case 'secure_rows':
      return { safety: 'SAFE', reason: 'says which tenant sees which rows', rows: 0 };
    case 'drop_foreign_key':
      return { safety: 'WARNING', reason: 'the database no longer keeps this link true', rows: 0 };
    default:
      return { safety: 'SAFE', reason: 'no value changes', rows: 0 };
  }
}

async function judgeType(db: Queryable, change: Extract<TableChange, { op: 'alter_type' }>): Promise<Judged> {
  const { table, column, from, wanted } = change;
  const lost = await count(db, { ask: 'lost', table, column, from, wanted });
  if (lost.rows > 0) {
    return refuse(
      lost,
      `${lost.rows} rows would not survive the change from ${from} to ${wanted.type}`,
      'Mend these values first, or add a new field and move them',
    );
  }
  const { rows } = await count(db, { ask: 'set', table, column });
  return {
    safety: rows > 0 ? 'WARNING' : 'SAFE',
    reason: `every value survives the change from ${from} to ${wanted.type}; the table is rewritten`,
    rows,
  };
}

async function judgeUnique(
  db: Queryable,
  change: Extract<TableChange, { op: 'create_index' }>,
  becomes: Becoming | undefined,
): Promise<Judged> {
  const repeated = await count(db, {
    ask: 'repeated',
    table: change.table,
    columns: change.index.columns,
    column: change.column,
    becomes,
  });
  if (repeated.rows > 0)
    return refuse(
      repeated,
      `${repeated.rows} rows share their value with another, so it cannot be made unique`,
      'Make the values different first',
    );
  const { rows } = await count(db, { ask: 'rows', table: change.table });
  return { safety: 'SAFE', reason: 'all values are different already', rows };
}

async function judgeForeignKey(
  db: Queryable,
  change: Extract<TableChange, { op: 'add_foreign_key' }>,
  created: ReadonlySet<string>,
): Promise<Judged> {
  const { targetTable } = change.foreignKey;
  const dangling = await count(db, {
    ask: 'dangling',
    table: change.table,
    column: change.column,
    targetTable: created.has(targetTable) ? undefined : targetTable,
    withTenant: change.foreignKey.withTenant,
  });
  if (dangling.rows > 0)
    return refuse(
      dangling,
      `${dangling.rows} rows link to documents that do not exist`,
      'Mend or empty these links first',
    );
  return { safety: 'SAFE', reason: 'the database keeps this link true from now on', rows: 0 };
}
