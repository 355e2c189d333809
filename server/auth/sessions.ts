/**
 * Sessions in `m_session`: a random token for the client, its hash for us. A look-up is remembered for
 * five seconds, so that a request does not pay for one; a session lasts seven days after its last hour of use.
 */
import { hash, randomBytes } from 'node:crypto';
import type { Database } from '../db/pool.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Clock } from '../kernel/ports.ts';
import { toTimestamp } from '../kernel/time.ts';
import { actorOf } from './roles.ts';

export interface Session {
  actor: Actor;
  /** Milliseconds UTC. */
  expires: number;
}

export interface SessionRow {
  created: string;
  expires: string;
  ip: string;
  agent: string;
  current: boolean;
}

export interface Sessions {
  begin(q: { user: string; ip: string; agent: string }): Promise<{ token: string; expires: number }>;
  /** Undefined: unknown or expired. */
  find(token: string): Promise<Session | undefined>;
  end(token: string): Promise<void>;
  /** The sessions of a user, newest first; `token` marks the current one. */
  list(user: string, token: string): Promise<SessionRow[]>;
}

export const SESSION_MS = 7 * 24 * 3600_000;
const HOUR_MS = 3600_000;
const REMEMBERED_MS = 5_000;
const MAX_REMEMBERED = 10_000;
const MAX_TOKEN = 200;
const RFC_3339 = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

interface Remembered {
  session: Session;
  until: number;
}

export function createSessions({ db, clock }: { db: Database; clock: Clock }): Sessions {
  const remembered = new Map<string, Remembered>();
  return {
    async begin({ user, ip, agent }) {
      const token = randomBytes(32).toString('base64url');
      const now = clock.now();
      const expires = now + SESSION_MS;
      await db.query({
        text: 'insert into m_session (token_hash, "user", created, expires, ip, agent) values ($1, $2, $3, $4, $5, $6)',
        values: [keyOf(token), user, toTimestamp(now), toTimestamp(expires), ip.slice(0, 100), agent.slice(0, 300)],
      });
      return { token, expires };
    },
    async find(token) {
      if (token.length > MAX_TOKEN) return undefined;
      const now = clock.now();
      const known = remembered.get(token);
      if (known && known.until > now && known.session.expires > now) return known.session;
      const session = await lookUp(db, keyOf(token), now);
      remembered.delete(token);
      if (session) remember(remembered, token, { session, until: now + REMEMBERED_MS });
      return session;
    },
    async end(token) {
      const key = keyOf(token);
      remembered.delete(token);
      await db.query({ text: 'delete from m_session where token_hash = $1', values: [key] });
      // A look-up that was under way when the row went may have remembered it again.
      remembered.delete(token);
    },
    async list(user, token) {
      const rows = await db.query({
        text: `select to_char(created at time zone 'UTC', ${RFC_3339}) as created, to_char(expires at time zone 'UTC', ${RFC_3339}) as expires,
            ip, agent, token_hash = $2 as current
          from m_session where "user" = $1 and expires > $3 order by m_session.created desc limit 1000`,
        values: [user, keyOf(token), toTimestamp(clock.now())],
      });
      return rows as unknown as SessionRow[];
    },
  };
}

/** Deletes what has expired: to be called now and then. Gives the number of rows. */
export async function purgeSessions(db: Database, now: number): Promise<number> {
  const rows = await db.query({
    text: 'delete from m_session where expires < $1 returning 1 as gone',
    values: [toTimestamp(now)],
  });
  return rows.length;
}

function keyOf(token: string): string {
  return hash('sha256', token);
}

async function lookUp(db: Database, key: string, now: number): Promise<Session | undefined> {
  const [row] = await db.query({
    name: 'session_by_token',
    text: `select "user", (extract(epoch from expires) * 1000)::float8 as expires from m_session where token_hash = $1`,
    values: [key],
  });
  if (!row || Number(row.expires) <= now) return undefined;
  const session: Session = { actor: actorOf(row.user as string), expires: Number(row.expires) };
  // Moved on at most hourly: a write for each request would cost more than the request.
  if (session.expires - now < SESSION_MS - HOUR_MS) {
    session.expires = now + SESSION_MS;
    await db.query({
      text: 'update m_session set expires = $2 where token_hash = $1',
      values: [key, toTimestamp(session.expires)],
    });
  }
  return session;
}

function remember(remembered: Map<string, Remembered>, key: string, entry: Remembered): void {
  if (remembered.size >= MAX_REMEMBERED) {
    const oldest = remembered.keys().next().value;
    if (oldest !== undefined) remembered.delete(oldest);
  }
  remembered.set(key, entry);
}
