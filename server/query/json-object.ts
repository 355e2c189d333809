/**
 * A JSON object of named values. `to_json` of a sub-select is the fastest shape that PostgreSQL has for it,
 * but its keys are column names, which are cut at 63 bytes: an object with a longer key is put together as text.
 */
import { sql } from 'kysely';
import { MAX_IDENTIFIER } from '../kernel/names.ts';
import type { Sql } from './sql-scope.ts';

export interface Member {
  key: string;
  value: Sql;
}

export interface JsonObject {
  /** What the sub-select selects. */
  columns: Sql;
  /** The object, outside of the sub-select that is called `row`. */
  outside(row: Sql): Sql;
}

export function jsonObject(members: readonly Member[]): JsonObject {
  if (members.every(({ key }) => Buffer.byteLength(key) <= MAX_IDENTIFIER)) {
    const columns = sql.join(members.map(({ key, value }) => sql`${value} as ${sql.id(key)}`));
    return { columns, outside: (row) => sql`to_json(${row})` };
  }
  const alias = (index: number): string => `$${index}`;
  const columns = sql.join(members.map(({ value }, index) => sql`${value} as ${sql.id(alias(index))}`));
  const outside = (row: Sql): Sql => {
    const texts = members.map(({ key }, index) => {
      const value = sql`coalesce(to_json(${row}.${sql.id(alias(index))})::text, 'null')`;
      return sql`${sql.lit(`${index === 0 ? '' : ','}${JSON.stringify(key)}:`)}::text || ${value}`;
    });
    return sql`('{' || ${sql.join(texts, sql` || `)} || '}')::json`;
  };
  return { columns, outside };
}

/** A text that is the same for every row, or NULL. */
export function constantSql(value: string | null): Sql {
  return value === null ? sql`null::text` : sql`${sql.lit(value)}::text`;
}

/** One object of values that stand beside each other already. */
export function objectOf(members: readonly Member[]): Sql {
  const row = sql.id('$object');
  const object = jsonObject(members);
  return sql`(select ${object.outside(row)} from (select ${object.columns}) as ${row})`;
}
