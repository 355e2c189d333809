/**
 * How many rows a change concerns, and which would not survive it: one count statement for each
 * question, with a sample of offending values. Used by the review of a DocType edit.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Statement } from '../kernel/statement.ts';
import { TENANT_COLUMN } from '../kernel/tenancy.ts';
import type { WantedColumn } from '../schema/tables.ts';
import { conversion } from './conversions.ts';
import { compileSql, valueAfter } from './ddl.ts';
import type { Queryable } from './pool.ts';

export interface Offenders {
  rows: number;
  /** Up to three values, cut to 40 characters. */
  sample: string[];
}

export interface Becoming {
  from?: string;
  wanted: WantedColumn;
}

export type Question =
  | { ask: 'rows'; table: string }
  | { ask: 'set'; table: string; column: string }
  | { ask: 'empty'; table: string; column: string }
  | { ask: 'lost'; table: string; column: string; from: string; wanted: WantedColumn }
  | { ask: 'longer'; table: string; column: string; limit: number }
  | { ask: 'not among'; table: string; column: string; options: readonly string[] }
  /** `targetTable`: undefined when it is yet to be made, so that no value leads anywhere. */
  | { ask: 'dangling'; table: string; column: string; targetTable: string | undefined; withTenant?: true }
  /** `becomes`: what happens to the column in the same edit, so that values may meet that differ now. */
  | { ask: 'repeated'; table: string; columns: readonly string[]; column: string; becomes?: Becoming }
  | { ask: 'children'; table: string; parenttype: string; parentfield: string }
  | { ask: 'submitted'; table: string };

/** Counts beyond this are read from the planner's statistics: nobody waits for the exact figure. */
const EXACT_UP_TO = 200_000;

export async function count(db: Queryable, question: Question): Promise<Offenders> {
  const [row] = await db.query(toStatement(question));
  return {
    rows: Number(row?.rows ?? 0),
    sample: ((row?.sample as string[] | null) ?? []).filter((text) => text !== null),
  };
}

function toStatement(question: Question): Statement {
  const { text, values } = compileSql(build(question));
  return { text, values: values as Statement['values'] };
}

function build(question: Question): RawBuilder<unknown> {
  const table = sql.id(question.table);
  if (question.ask === 'rows') {
    return sql`select case when n > ${sql.lit(EXACT_UP_TO)} then greatest(n, (select reltuples::bigint from pg_class where oid = ${question.table}::regclass)) else n end as rows
      from (select count(*) as n from (select 1 from ${table} limit ${sql.lit(EXACT_UP_TO + 1)}) t) c`;
  }
  if (question.ask === 'submitted') return sql`select count(*) as rows from ${table} where docstatus = 1`;
  if (question.ask === 'children') {
    return sql`select count(*) as rows from ${table} where parenttype = ${question.parenttype} and parentfield = ${question.parentfield}`;
  }
  const column = valueMeant(question);
  const where = predicate(question, column);
  return sql`select count(*) as rows, (array_agg(distinct left(${column}::text, 40)) filter (where ${column} is not null))[1:3] as sample
    from ${table} where ${where}`;
}

function predicate(
  question: Exclude<Question, { ask: 'rows' | 'submitted' | 'children' }>,
  column: RawBuilder<unknown>,
): RawBuilder<unknown> {
  switch (question.ask) {
    case 'set':
      return sql`${column}::text not in ('', '0', 'false')`;
    case 'empty':
      return sql`(${column} is null or ${column}::text = '')`;
    case 'lost':
      return conversion(question.from, question.wanted.type, column).loses ?? sql`false`;
    case 'longer':
      return sql`length(${column}) > ${sql.lit(question.limit)}`;
    case 'not among':
      return sql`${column} <> '' and not (${column} = any(${[...question.options]}::text[]))`;
    case 'dangling':
      if (question.targetTable === undefined) return sql`${column} is not null`;
      return sql`${column} is not null and not exists (select 1 from ${sql.id(question.targetTable)} x where x.name = ${sql.id(question.table, question.column)}::text${sameTenant(question)})`;
    case 'repeated':
      return repeated(question, column);
  }
}

/** The value that the question is about; one that will not survive is judged on its own. */
function valueMeant(q: Exclude<Question, { ask: 'rows' | 'submitted' | 'children' }>): RawBuilder<unknown> {
  const column = sql.id(q.column);
  if (q.ask !== 'repeated' || !q.becomes) return column;
  const { from, wanted } = q.becomes;
  const after = valueAfter(q.becomes, column);
  const loses = from === undefined ? undefined : conversion(from, wanted.type, column).loses;
  return loses ? sql`(case when not (${loses}) or ${column} is null then ${after} end)` : after;
}

function sameTenant(q: Question & { ask: 'dangling' }): RawBuilder<unknown> {
  return q.withTenant ? sql` and ${sql.id('x', TENANT_COLUMN)} = ${sql.id(q.table, TENANT_COLUMN)}` : sql``;
}

function repeated(q: Question & { ask: 'repeated' }, column: RawBuilder<unknown>): RawBuilder<unknown> {
  const together = sql.join(q.columns.map((name) => (name === q.column ? column : sql.id(name))));
  return sql`(${together}) in (select ${together} from ${sql.id(q.table)} where ${column}::text <> '' group by ${together} having count(*) > 1)`;
}
