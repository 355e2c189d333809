/**
 * One table of another SQL database, through Kysely: rows by conditions, insert, update, delete. Names
 * come from the options that code gives, values are parameters. Knows no DocType and no document.
 */
import { Kysely, PostgresAdapter, PostgresDialect, type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { AppError } from '../kernel/error.ts';
import type { Row } from './pool.ts';

/** Any Kysely instance, whatever its dialect and its tables. */
export type ForeignDatabase = QueryExecutorProvider;

/** The address of a PostgreSQL, or a Kysely that the caller opens and closes. */
export type ForeignSource = { url: string } | { db: ForeignDatabase };

export type ForeignValue = string | number | boolean | null;

/** What is asked of the rows: columns by their names, values as parameters. */
export type ForeignCondition =
  | { kind: 'never' }
  | { kind: 'and' | 'or'; of: readonly ForeignCondition[] }
  | { kind: 'null' | 'filled'; column: string }
  | { kind: 'compare'; column: string; operator: '=' | '<>' | '<' | '<=' | '>' | '>='; value: ForeignValue }
  | { kind: 'in'; column: string; values: readonly ForeignValue[] }
  /** Only where `hasIlike`. */
  | { kind: 'ilike'; column: string; pattern: string };

export interface ForeignTable {
  hasIlike: boolean;
  /** At most `limit` rows; undefined when the values do not fit the types of the columns. */
  select(q: { columns: readonly string[]; where?: ForeignCondition; limit: number }): Promise<Row[] | undefined>;
  /** Gives the value of `returning`, which the database may have made. */
  insert(q: { values: ReadonlyMap<string, ForeignValue>; returning: string }): Promise<unknown>;
  /** How many rows it met. */
  update(q: { values: ReadonlyMap<string, ForeignValue>; where: ForeignCondition }): Promise<number>;
  remove(where: ForeignCondition): Promise<number>;
  /** Ends the connections that a `url` opened; a Kysely of the caller's stays open. */
  close(): Promise<void>;
}

const TIMEOUT_MS = 3000;

/** Opens nothing yet. All of it throws AppError: `unavailable` for a database that is away or too slow. */
export function openForeignTable(q: ForeignSource & { table: string }): ForeignTable {
  const source = 'db' in q ? { executor: q.db, close: async (): Promise<void> => undefined } : connect(q.url);
  const { adapter } = source.executor.getExecutor();
  const table = sql.table(q.table);
  const run = <R>(query: RawBuilder<R>) => inTime(query.execute(source.executor));
  return {
    hasIlike: adapter instanceof PostgresAdapter,
    async select({ columns, where, limit }) {
      const names = sql.join(columns.map((column) => sql.id(column)));
      try {
        return (await run(sql<Row>`select ${names} from ${table}${whereSql(where)} limit ${sql.lit(limit)}`)).rows;
      } catch (error) {
        if (where && isMisfit(error)) return undefined;
        throw explained(error);
      }
    },
    async insert({ values, returning }) {
      const columns = sql.join([...values.keys()].map((column) => sql.id(column)));
      const given = sql.join([...values.values()].map((value) => sql`${value}`));
      const back = adapter.supportsReturning ? sql` returning ${sql.id(returning)}` : sql``;
      const result = await run(sql<Row>`insert into ${table} (${columns}) values (${given})${back}`).catch(rethrow);
      return result.rows[0]?.[returning] ?? values.get(returning) ?? result.insertId;
    },
    async update({ values, where }) {
      const sets = sql.join([...values].map(([column, value]) => sql`${sql.id(column)} = ${value}`));
      const result = await run(sql`update ${table} set ${sets}${whereSql(where)}`).catch(rethrow);
      return Number(result.numAffectedRows ?? 1);
    },
    async remove(where) {
      const result = await run(sql`delete from ${table}${whereSql(where)}`).catch(rethrow);
      return Number(result.numAffectedRows ?? 1);
    },
    close: source.close,
  };
}

/** As in pool.ts: dates, times and numbers leave PostgreSQL as text, no digit lost. */
const AS_TEXT = new Set([1082, 1083, 1114, 1184, 1700, 20]);
const types = {
  getTypeParser: (oid: number) => (AS_TEXT.has(oid) ? (value: string): string => value : pg.types.getTypeParser(oid)),
} as pg.CustomTypesConfig;

function connect(url: string): { executor: ForeignDatabase; close(): Promise<void> } {
  const dialect = new PostgresDialect({
    pool: async () => {
      const pool = new pg.Pool({
        connectionString: url,
        max: 2,
        application_name: 'framework-m',
        connectionTimeoutMillis: TIMEOUT_MS,
        statement_timeout: TIMEOUT_MS,
        idleTimeoutMillis: 30_000,
        options: '-c timezone=UTC -c datestyle=ISO,YMD',
        types,
      });
      // An idle connection may be lost at any time; the next question opens another.
      pool.on('error', () => undefined);
      return pool;
    },
  });
  const kysely = new Kysely<Record<string, never>>({ dialect });
  return { executor: kysely, close: () => kysely.destroy() };
}

function whereSql(where: ForeignCondition | undefined): RawBuilder<unknown> {
  return where ? sql` where ${conditionSql(where)}` : sql``;
}

function conditionSql(condition: ForeignCondition): RawBuilder<unknown> {
  switch (condition.kind) {
    case 'never':
      return sql`1 = 0`;
    case 'and':
    case 'or':
      return sql`(${sql.join(condition.of.map(conditionSql), condition.kind === 'and' ? sql` and ` : sql` or `)})`;
    case 'null':
      return sql`${sql.id(condition.column)} is null`;
    case 'filled':
      return sql`${sql.id(condition.column)} is not null`;
    case 'compare':
      return sql`${sql.id(condition.column)} ${OPERATORS[condition.operator]} ${condition.value}`;
    case 'in':
      return sql`${sql.id(condition.column)} in (${sql.join(condition.values.map((value) => sql`${value}`))})`;
    case 'ilike':
      return sql`${sql.id(condition.column)} ilike ${condition.pattern}`;
  }
}

const OPERATORS = { '=': sql`=`, '<>': sql`<>`, '<': sql`<`, '<=': sql`<=`, '>': sql`>`, '>=': sql`>=` };

/** PostgreSQL stops by itself; another database may not, and nobody waits longer than this for it. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
      TIMEOUT_MS + 500,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** A value that its column cannot be compared with. */
function isMisfit(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('22') || code === '42883' || code === '42804';
}

function rethrow(error: unknown): never {
  throw explained(error);
}

const DUPLICATE = /^23505$|^ER_DUP_ENTRY$|^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/;
const REFUSED = /^2[23]|^ER_(DATA_TOO_LONG|BAD_NULL_ERROR|TRUNCATED|WARN_DATA)|^SQLITE_(CONSTRAINT|MISMATCH)/;
const SLOW = /^57014$|^ETIMEDOUT$/;

/** The cause is kept as text: to the write path an error of that database is none of ours. */
function explained(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const cause = String(error);
  if (DUPLICATE.test(code))
    return new AppError(
      'duplicate',
      'The other database has a row with the same unique value already. Choose another value.',
      { cause },
    );
  if (REFUSED.test(code))
    return new AppError(
      'validation',
      'The other database does not take one of the values: it is missing, too long, linked elsewhere or not of the column’s type.',
      { cause },
    );
  if (SLOW.test(code))
    return new AppError(
      'unavailable',
      'The other database did not answer within 3 seconds. Ask for less, or try again.',
      { cause },
    );
  return new AppError(
    'unavailable',
    'The other database is away or did not understand the question; the log has its words. Try again in a moment.',
    { cause },
  );
}
