/**
 * Row security of a table as SQL: PostgreSQL itself lets a statement see and write only the rows of the
 * tenant that it asks for (tenant-setting.ts), whatever its WHERE says. The owner is bound too.
 */
import { type RawBuilder, sql } from 'kysely';
import { EVERY_TENANT, NOBODY, OPERATOR, TENANT_COLUMN } from '../kernel/tenancy.ts';
import { readingPolicy, readsBeyond, type WantedRowSecurity } from '../schema/row-security.ts';

/** Asked once per statement, not once per row. */
const asking = sql`(select current_setting('app.tenant', true))`;

/** The statements that put the wanted policies in the place of those called `others`. */
export function secureRows(q: {
  table: string;
  wanted: WantedRowSecurity;
  others: readonly string[];
}): RawBuilder<unknown>[] {
  const { wanted } = q;
  const table = sql.id(q.table);
  const reading = readsBeyond(wanted)
    ? [sql`create policy ${sql.id(readingPolicy(wanted))} on ${table} for select using (${reads(wanted)})`]
    : [];
  return [
    ...q.others.map((name) => sql`drop policy ${sql.id(name)} on ${table}`),
    // Without a check of its own, what is written must fulfil the same.
    sql`create policy ${sql.id(wanted.name)} on ${table} using (${owns(wanted)})`,
    ...reading,
    sql`alter table ${table} enable row level security`,
    sql`alter table ${table} force row level security`,
  ];
}

function owns(wanted: WantedRowSecurity): RawBuilder<unknown> {
  const isEvery = sql`${asking} = ${sql.lit(EVERY_TENANT)}`;
  if (wanted.isCommon) return sql`${asking} = ${sql.lit(OPERATOR)} or ${isEvery}`;
  return sql`${sql.id(TENANT_COLUMN)} = ${asking} or ${isEvery}`;
}

/** Who asks for nobody gets nothing, not even what is common. */
function reads(wanted: WantedRowSecurity): RawBuilder<unknown> {
  const isSomebody = sql`${asking} <> ${sql.lit(NOBODY)}`;
  if (wanted.isCommon) return isSomebody;
  const parents = sql.join(wanted.commonParents.map((name) => sql.lit(name)));
  return sql`${sql.id(TENANT_COLUMN)} = ${sql.lit(OPERATOR)} and parenttype in (${parents}) and ${isSomebody}`;
}
