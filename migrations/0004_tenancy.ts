/**
 * How many tenants share this database: `single`, or `column` with a tenant on each row. The tables of
 * DocTypes follow from it; here are the fact itself and the tenant that a statement asks for.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table m_tenancy (
      singleton boolean primary key default true check (singleton),
      mode text not null check (mode in ('single', 'column'))
    )`.execute(db);
  await sql`insert into m_tenancy (mode) values ('single')`.execute(db);
  // The default of the tenant column: NULL, hence refused, when a statement asks for nobody; the operator's
  // (*) when it asks for all of them (**), as an edit of the schema does.
  await sql`
    create function framework_tenant() returns text
    language sql stable as $$
      select case current_setting('app.tenant', true)
        when '**' then '*'
        when '' then null
        else current_setting('app.tenant', true)
      end
    $$`.execute(db);
}

/** Refused by PostgreSQL while tables still use the function: their rows would no longer say whose they are. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function framework_tenant()`.execute(db);
  await sql`drop table m_tenancy`.execute(db);
}
