/**
 * Who signs in, and how: passwords, sessions, API keys, the keys that sign access tokens, counters of
 * failed attempts, and the audit log. People are kept by their id, so that a rename follows by itself and
 * a new user of an old name inherits nothing. Sessions that began before this have ended.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop table m_session`.execute(db);
  await sql`alter table m_credential rename to m_credential_by_name`.execute(db);
  await sql`
    create table m_credential (
      user_id uuid primary key,
      password_hash text not null,
      modified timestamptz not null
    )`.execute(db);
  // A new database has no users yet.
  await sql`
    do $$ begin
      if to_regclass('"user"') is not null then
        insert into m_credential
        select u.id, c.password_hash, c.modified from m_credential_by_name c join "user" u on u.name = c."user";
      end if;
    end $$`.execute(db);
  await sql`drop table m_credential_by_name`.execute(db);
  await sql`
    create table m_session (
      id uuid primary key,
      token_hash text not null unique,
      user_id uuid not null,
      created timestamptz not null,
      -- When the person last proved who they are: sensitive changes ask for it.
      authenticated timestamptz not null,
      last_used timestamptz not null,
      expires timestamptz not null,
      ip text not null,
      agent text not null,
      method text not null,
      csrf_token text
    )`.execute(db);
  await sql`create index m_session_user_idx on m_session (user_id)`.execute(db);
  await sql`create index m_session_expires_idx on m_session (expires)`.execute(db);
  await sql`
    create table m_api_key (
      id uuid primary key,
      key text not null unique,
      secret_hash text not null,
      user_id uuid not null,
      label text not null,
      -- Null: whatever the user may.
      scopes text[],
      ips text[],
      created timestamptz not null,
      expires timestamptz,
      last_used timestamptz
    )`.execute(db);
  await sql`create index m_api_key_user_idx on m_api_key (user_id)`.execute(db);
  await sql`
    create table m_signing_key (
      kid text primary key,
      alg text not null,
      -- The private key as a JWK, sealed with the application's secret.
      sealed text not null,
      created timestamptz not null
    )`.execute(db);
  await sql`
    create table m_login_attempt (
      key text primary key,
      failures integer not null,
      until timestamptz not null
    )`.execute(db);
  await sql`create index m_login_attempt_until_idx on m_login_attempt (until)`.execute(db);
  await sql`
    create table m_audit (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      actor text not null,
      action text not null,
      subject text not null,
      ip text not null,
      request_id text not null,
      details jsonb not null
    )`.execute(db);
  await sql`create index m_audit_at_idx on m_audit (at)`.execute(db);
  await sql`create index m_audit_actor_idx on m_audit (actor, at)`.execute(db);
  await sql`
    create function framework_audit_stays() returns trigger language plpgsql as $$
    begin
      raise exception 'rows of m_audit are neither changed nor deleted';
    end $$`.execute(db);
  await sql`
    create trigger m_audit_stays before update or delete or truncate on m_audit
    for each statement execute function framework_audit_stays()`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table m_audit`.execute(db);
  await sql`drop function framework_audit_stays()`.execute(db);
  for (const table of ['m_login_attempt', 'm_signing_key', 'm_api_key', 'm_session'])
    await sql`drop table ${sql.id(table)}`.execute(db);
  await sql`alter table m_credential rename to m_credential_by_id`.execute(db);
  await sql`
    create table m_credential (
      "user" text primary key,
      password_hash text not null,
      modified timestamptz not null
    )`.execute(db);
  await sql`
    do $$ begin
      if to_regclass('"user"') is not null then
        insert into m_credential
        select u.name, c.password_hash, c.modified from m_credential_by_id c join "user" u on u.id = c.user_id;
      end if;
    end $$`.execute(db);
  await sql`drop table m_credential_by_id`.execute(db);
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
}
