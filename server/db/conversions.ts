/**
 * How a column of one type becomes another: the USING expression, and which rows would not survive.
 * A value survives when it means the same afterwards: '12' as 12, but neither '012' nor 1.5 as 1.
 */
import { type RawBuilder, sql } from 'kysely';
import type { ColumnType } from '../fieldtypes/contract.ts';
import { sqlTypeName } from '../schema/diff.ts';

export interface Conversion {
  using: RawBuilder<unknown>;
  /** True for a row whose value would be lost; undefined: every value survives. */
  loses?: RawBuilder<unknown>;
}

type Build = (column: RawBuilder<unknown>) => Conversion;

const lossless =
  (using: (c: RawBuilder<unknown>) => RawBuilder<unknown>): Build =>
  (c) => ({ using: using(c) });

/** From text: empty is NULL, anything else must match exactly. */
function fromText(type: ColumnType, pattern: string): Build {
  const target = sqlTypeName(type);
  return (c) => ({
    using: sql`nullif(${c}, '')::${sql.raw(target)}`,
    loses: sql`(${c} <> '' and case when ${c} ~ ${sql.lit(pattern)} then not framework_casts(${c}, ${sql.lit(target)}) else true end)`,
  });
}

const isoTimestamp = (c: RawBuilder<unknown>) => sql`to_char(${c} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const CONVERSIONS: ReadonlyMap<string, Build> = new Map<string, Build>([
  ['bigint>numeric', lossless((c) => sql`${c}::numeric`)],
  ['smallint>bigint', lossless((c) => sql`${c}::bigint`)],
  ['integer>bigint', lossless((c) => sql`${c}::bigint`)],
  ['integer>numeric', lossless((c) => sql`${c}::numeric`)],
  [
    'numeric>bigint',
    (c) => ({ using: sql`${c}::bigint`, loses: sql`(${c} <> trunc(${c}) or abs(${c}) > 9223372036854775807)` }),
  ],
  ['boolean>bigint', lossless((c) => sql`${c}::int::bigint`)],
  ['boolean>numeric', lossless((c) => sql`${c}::int::numeric`)],
  ['bigint>boolean', (c) => ({ using: sql`(${c} <> 0)`, loses: sql`${c} not in (0, 1)` })],
  ['numeric>boolean', (c) => ({ using: sql`(${c} <> 0)`, loses: sql`${c} not in (0, 1)` })],
  ['date>timestamptz', lossless((c) => sql`${c}::timestamp at time zone 'UTC'`)],
  [
    'timestamptz>date',
    (c) => ({ using: sql`(${c} at time zone 'UTC')::date`, loses: sql`date_trunc('day', ${c}, 'UTC') <> ${c}` }),
  ],
  ['boolean>text', lossless((c) => sql`case when ${c} then '1' when not ${c} then '0' end`)],
  ['bigint>text', lossless((c) => sql`${c}::text`)],
  ['numeric>text', lossless((c) => sql`trim_scale(${c})::text`)],
  ['date>text', lossless((c) => sql`${c}::text`)],
  ['time>text', lossless((c) => sql`${c}::text`)],
  ['uuid>text', lossless((c) => sql`${c}::text`)],
  ['jsonb>text', lossless((c) => sql`${c}::text`)],
  ['timestamptz>text', lossless(isoTimestamp)],
  ['text>bigint', fromText('bigint', '^(0|-?[1-9][0-9]{0,18})$')],
  ['text>numeric', fromText('numeric', '^-?(0|[1-9][0-9]{0,40})([.][0-9]{1,40})?$')],
  ['text>boolean', (c) => ({ using: sql`(${c} = '1')`, loses: sql`${c} not in ('0', '1', '')` })],
  ['text>date', fromText('date', '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')],
  ['text>time', fromText('time', '^[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?$')],
  [
    'text>timestamptz',
    fromText(
      'timestamptz',
      '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?(Z|[+-][0-9]{2}:?[0-9]{2})?$',
    ),
  ],
  [
    'text>jsonb',
    (c) => ({ using: sql`nullif(${c}, '')::jsonb`, loses: sql`(${c} <> '' and not framework_casts(${c}, 'jsonb'))` }),
  ],
]);

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['timestamp with time zone', 'timestamptz'],
  ['time without time zone', 'time'],
]);

/** The way from a catalog type to ours; a pair that has none loses every value that is set. */
export function conversion(from: string, to: ColumnType | 'smallint', column: RawBuilder<unknown>): Conversion {
  const source = SHORT_NAMES.get(from) ?? from.replace(/\(.*\)$/, '').replace(/^character varying$/, 'text');
  const build = CONVERSIONS.get(`${source}>${to}`);
  if (build) return build(column);
  return { using: sql`null::${sql.raw(sqlTypeName(to))}`, loses: sql`(${column}::text not in ('', '0', 'false'))` };
}
