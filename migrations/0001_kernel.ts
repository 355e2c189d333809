/**
 * What exists before any DocType does: the definitions themselves with their layers and history, the
 * schema version, sign-in, and repeated requests. Everything else is a DocType in `schemas/`.
 * Private tables are called `m_…`, so that no DocType's table meets them.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table doctype (
      id uuid primary key,
      name text not null unique,
      -- One canonical spelling: "Sales Order", "sales-order" and "Sales_Order" are the same DocType.
      key text not null unique,
      table_name text not null unique,
      module text not null default '',
      app text not null default '',
      -- json, not jsonb: the definition is kept as it came, key order included.
      definition json not null,
      states jsonb not null,
      version bigint not null,
      checksum text not null,
      owner text not null,
      creation timestamptz not null,
      modified timestamptz not null,
      modified_by text not null
    )`.execute(db);
  await sql`
    create table m_doctype_layer (
      doctype text not null,
      app text not null,
      definition json not null,
      checksum text not null,
      position bigint generated always as identity,
      primary key (doctype, app)
    )`.execute(db);
  await sql`
    create table m_doctype_history (
      id bigint generated always as identity primary key,
      doctype_id uuid not null,
      doctype text not null,
      action text not null,
      version bigint not null,
      schema_version bigint not null,
      definition json not null,
      states jsonb not null,
      table_name text not null,
      app text not null,
      checksum text not null,
      operations jsonb not null,
      changed_by text not null,
      changed_at timestamptz not null
    )`.execute(db);
  await sql`create index m_doctype_history_doctype_idx on m_doctype_history (doctype, version)`.execute(db);
  await sql`create table m_schema_state (singleton boolean primary key default true check (singleton), version bigint not null)`.execute(
    db,
  );
  await sql`insert into m_schema_state (version) values (0)`.execute(db);
  await sql`
    create table m_credential (
      "user" text primary key,
      password_hash text not null,
      modified timestamptz not null
    )`.execute(db);
  await sql`
    create table m_session (
      token_hash text primary key,
      "user" text not null,
      created timestamptz not null,
      expires timestamptz not null,
      ip text not null,
      agent text not null
    )`.execute(db);
  await sql`create index m_session_expires_idx on m_session (expires)`.execute(db);
  await sql`
    create table m_idempotency (
      "user" text not null,
      key text not null,
      fingerprint text not null,
      answer json,
      created timestamptz not null,
      primary key ("user", key)
    )`.execute(db);
  await sql`create index m_idempotency_created_idx on m_idempotency (created)`.execute(db);
  // Whether a text can be read as a type: counts the rows that a type change would lose (PostgreSQL 15
  // has no pg_input_is_valid).
  await sql`
    create function framework_casts(value text, target text) returns boolean
    language plpgsql stable as $$
    begin
      execute format('select %L::%s', value, target);
      return true;
    exception when others then
      return false;
    end $$`.execute(db);
  // For writes of child rows, which name their table field: holds off an edit that renames it until the
  // write has ended, and refuses a write whose idea of the DocType is older than the last edit. FM001 is
  // our own SQLSTATE: the plan is stale. The version is read after the lock is there.
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
  await sql`drop function framework_casts(text, text)`.execute(db);
  for (const table of [
    'm_idempotency',
    'm_session',
    'm_credential',
    'm_schema_state',
    'm_doctype_history',
    'm_doctype_layer',
    'doctype',
  ]) {
    await sql`drop table ${sql.id(table)}`.execute(db);
  }
}
