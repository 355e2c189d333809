/**
 * For writes of child rows, which name their table field: holds off an edit that renames it until the write has
 * ended, and refuses a write whose idea of the DocType is older than the last edit.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // FM001 is our own SQLSTATE: the plan is stale. The version is read after the lock is there.
  await sql`
    create function framework_expect_version(doctype_name text, expected bigint) returns void
    language plpgsql volatile as $$
    begin
      perform pg_advisory_xact_lock_shared(hashtext('framework-m rows'), hashtext(doctype_name));
      if not exists (select from doctype where name = doctype_name and version = expected) then
        raise exception 'the DocType has been changed meanwhile' using errcode = 'FM001';
      end if;
    end $$`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function framework_expect_version(text, bigint)`.execute(db);
}
