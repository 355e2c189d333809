/**
 * What accounts need beside passwords and sessions: one-time tokens, second factors, identities of other
 * providers. A user is kept by id, not by name: a rename changes nothing here, and a new user of an old
 * name inherits nothing.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // One of each purpose: asking for a new one ends the older.
  await sql`
    create table m_one_time_token (
      purpose text not null,
      subject text not null,
      token_hash text not null unique,
      data jsonb,
      expires timestamptz not null,
      primary key (purpose, subject)
    )`.execute(db);
  await sql`create index m_one_time_token_expires_idx on m_one_time_token (expires)`.execute(db);
  await sql`
    create table m_request_count (
      key text primary key,
      requests integer not null,
      expires timestamptz not null
    )`.execute(db);
  await sql`create index m_request_count_expires_idx on m_request_count (expires)`.execute(db);
  await sql`
    create table m_totp (
      user_id uuid primary key,
      secret text not null,
      -- Empty until a first code has shown that the person holds the secret.
      confirmed timestamptz,
      -- The newest time step whose code was accepted: no code is accepted twice.
      last_step bigint not null default 0,
      created timestamptz not null
    )`.execute(db);
  await sql`
    create table m_recovery_code (
      user_id uuid not null,
      code_hash text not null,
      primary key (user_id, code_hash)
    )`.execute(db);
  await sql`
    create table m_oauth_state (
      state_hash text primary key,
      browser_hash text not null,
      provider text not null,
      verifier text not null,
      nonce text not null,
      redirect_to text not null,
      -- Set when somebody who is signed in connects the provider to their account.
      user_id uuid,
      expires timestamptz not null
    )`.execute(db);
  await sql`create index m_oauth_state_expires_idx on m_oauth_state (expires)`.execute(db);
  await sql`
    create table m_identity (
      issuer text not null,
      subject text not null,
      user_id uuid not null,
      email text,
      created timestamptz not null,
      primary key (issuer, subject)
    )`.execute(db);
  await sql`create index m_identity_user_idx on m_identity (user_id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of [
    'm_identity',
    'm_oauth_state',
    'm_recovery_code',
    'm_totp',
    'm_request_count',
    'm_one_time_token',
  ])
    await sql`drop table ${sql.id(table)}`.execute(db);
}
