/**
 * The documents that another one links to, in one statement: whether each exists, its docstatus, and the
 * fields that are fetched from it. One text per set of targets; the names are array parameters.
 */
import { sql } from 'kysely';
import { shortHash } from '../kernel/names.ts';
import type { Statement } from '../kernel/statement.ts';
import { jsonColumn, member, rowJson } from '../query/object-sql.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { compileSql } from './ddl.ts';

export interface TargetWish {
  plan: DocTypePlan;
  /** Fields of the target whose values are wanted. */
  sources: readonly FieldPlan[];
  names: readonly string[];
}

/** Rows of {doctype, name, docstatus, fetched}: one per document that exists. */
export function linkTargetsStatement(wishes: readonly TargetWish[]): Statement {
  const parts = wishes.map(({ plan, sources }, index) => {
    const table = sql.id(plan.table);
    const members = sources.map((field) =>
      member(jsonColumn(sql`${table}.${sql.id(field.column as string)}`, field.json), field.fieldname),
    );
    const fetched = members.length > 0 ? rowJson(members) : sql`null::json`;
    return sql`select ${sql.lit(plan.name)}::text as doctype, ${table}.name, ${table}.docstatus, ${fetched} as fetched from ${table} where ${table}.name = any(${sql.raw(`$${index + 1}`)}::text[])`;
  });
  const { text } = compileSql(sql.join(parts, sql` union all `));
  return {
    name: `links_${shortHash(text)}_${wishes.map(({ plan }) => plan.version).join('_')}`.slice(0, 63),
    text,
    values: wishes.map(({ names }) => [...names]),
  };
}

/**
 * Holds the named documents until the transaction ends, so that nobody deletes them meanwhile: for
 * Dynamic Links, which no foreign key keeps true. Rows of {name, docstatus}.
 */
export function holdTargetsStatement(plan: DocTypePlan, names: readonly string[]): Statement {
  const { text } = compileSql(
    sql`select name, docstatus from ${sql.id(plan.table)} where name = any(${sql.raw('$1')}::text[]) order by id for key share`,
  );
  return { name: `hold_${shortHash(text)}`, text, values: [[...names]] };
}
