/** What a write that was thought out beforehand asks as it is made: that the row is still the one that was read. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function framework_expect_row(changed bigint) returns void
    language plpgsql volatile as $$
    begin
      if changed = 0 then
        raise exception 'the document has been changed meanwhile' using errcode = 'FM002';
      end if;
    end $$`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function framework_expect_row(bigint)`.execute(db);
}
