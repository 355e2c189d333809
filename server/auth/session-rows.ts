/** The SQL of `m_session`: one function per statement. Tokens are kept as hashes; people by their id. */
import { hash } from 'node:crypto';
import type { Queryable, Row } from '../db/pool.ts';
import { toTimestamp } from '../kernel/time.ts';

export interface NewSession {
  id: string;
  token: string;
  user: string;
  ip: string;
  agent: string;
  /** How the person signed in: `password`, `magic_link` … */
  method: string;
  now: number;
  expires: number;
  /** Of the password that was checked: the session begins only while it is still the user's. */
  passwordHash?: string;
}

const RFC_3339 = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;
const time = (column: string): string => `to_char(s.${column} at time zone 'UTC', ${RFC_3339}) as ${column}`;
const millis = (column: string): string => `(extract(epoch from s.${column}) * 1000)::float8 as ${column}`;
const FOUND = `s.id, u.name as "user", ${millis('created')}, ${millis('authenticated')}, ${millis('last_used')}, ${millis('expires')}, s.csrf_token`;

export function keyOf(token: string): string {
  return hash('sha256', token);
}

/** False: there is no such user, or the password has been changed in this moment. */
export async function insertSession(db: Queryable, q: NewSession): Promise<boolean> {
  // The lock makes a change of the password wait, and its deletion of sessions then sees this one.
  const source =
    q.passwordHash === undefined
      ? 'from "user" u where u.name = $3'
      : 'from "user" u join m_credential c on c.user_id = u.id where u.name = $3 and c.password_hash = $9 for share of c';
  const rows = await db.query({
    text: `insert into m_session (id, token_hash, user_id, created, authenticated, last_used, expires, ip, agent, method)
      select $1, $2, u.id, $4::timestamptz, $4::timestamptz, $4::timestamptz, $5::timestamptz, $6, $7, $8 ${source}
      returning 1 as begun`,
    values: [
      q.id,
      keyOf(q.token),
      q.user,
      toTimestamp(q.now),
      toTimestamp(q.expires),
      q.ip.slice(0, 100),
      q.agent.replaceAll('\0', '').slice(0, 300),
      q.method,
      ...(q.passwordHash === undefined ? [] : [q.passwordHash]),
    ],
  });
  return rows.length > 0;
}

export async function findByToken(db: Queryable, token: string): Promise<Row | undefined> {
  const [row] = await db.query({
    name: 'session_by_token',
    text: `select ${FOUND} from m_session s join "user" u on u.id = s.user_id where s.token_hash = $1`,
    values: [keyOf(token)],
  });
  return row;
}

export async function findById(db: Queryable, id: string): Promise<Row | undefined> {
  const [row] = await db.query({
    name: 'session_by_id',
    text: `select ${FOUND} from m_session s join "user" u on u.id = s.user_id where s.id = $1`,
    values: [id],
  });
  return row;
}

export async function findAlive(db: Queryable, q: { ids: readonly string[]; now: number }): Promise<string[]> {
  const alive = await db.query({
    name: 'sessions_alive',
    text: 'select id from m_session where id = any($1::uuid[]) and expires > $2::timestamptz',
    values: [[...q.ids], toTimestamp(q.now)],
  });
  return alive.map(({ id }) => String(id));
}

export async function touchSession(db: Queryable, q: { id: string; now: number; expires: number }): Promise<void> {
  await db.query({
    text: 'update m_session set last_used = $2, expires = $3 where id = $1',
    values: [q.id, toTimestamp(q.now), toTimestamp(q.expires)],
  });
}

/** Gives the session another token, once: of parallel tries with the old one a single one succeeds. */
export async function replaceToken(
  db: Queryable,
  q: { token: string; next: string; now: number; authenticated?: number },
): Promise<boolean> {
  const rows = await db.query({
    text: `update m_session set token_hash = $2, csrf_token = null, last_used = $3,
        authenticated = coalesce($4::timestamptz, authenticated)
      where token_hash = $1 and expires > $3 returning 1 as replaced`,
    values: [
      keyOf(q.token),
      keyOf(q.next),
      toTimestamp(q.now),
      q.authenticated === undefined ? null : toTimestamp(q.authenticated),
    ],
  });
  return rows.length > 0;
}

/** The session's CSRF token: the given one, unless it has one already. */
export async function keepCsrfToken(db: Queryable, id: string, offered: string): Promise<string | undefined> {
  const [row] = await db.query({
    text: 'update m_session set csrf_token = coalesce(csrf_token, $2) where id = $1 returning csrf_token',
    values: [id, offered],
  });
  return row?.csrf_token as string | undefined;
}

/** Ends those of a user: the one with this id, all but that one, or all. Gives how many. */
export async function deleteSessions(
  db: Queryable,
  q: { user: string; only?: string; except?: string },
): Promise<number> {
  const rows = await db.query({
    text: `delete from m_session s using "user" u where u.id = s.user_id and u.name = $1
        and ($2::uuid is null or s.id = $2) and ($3::uuid is null or s.id <> $3) returning 1 as gone`,
    values: [q.user, q.only ?? null, q.except ?? null],
  });
  return rows.length;
}

export async function listSessions(db: Queryable, q: { user: string; current: string | undefined; now: number }) {
  return db.query({
    text: `select s.id, ${time('created')}, ${time('last_used')}, ${time('expires')},
        s.ip, s.agent, s.method, coalesce(s.id = $2::uuid, false) as current
      from m_session s join "user" u on u.id = s.user_id
      where u.name = $1 and s.expires > $3 order by s.created desc limit 1000`,
    values: [q.user, q.current ?? null, toTimestamp(q.now)],
  });
}

/** Deletes what has expired, and what belongs to nobody any more. Gives the number of rows. */
export async function purgeSessions(db: Queryable, now: number): Promise<number> {
  const rows = await db.query({
    text: `delete from m_session s where s.expires < $1
      or not exists (select from "user" u where u.id = s.user_id) returning 1 as gone`,
    values: [toTimestamp(now)],
  });
  return rows.length;
}
