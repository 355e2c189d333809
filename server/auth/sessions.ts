/**
 * Sessions: a random token for the client, its hash in `m_session`. A look-up is remembered for a second,
 * so that a request does not pay for one and every process sees the end of a session within that second;
 * the process that ends it sees it at once. The person is asked of principals for each request.
 */
import { randomBytes } from 'node:crypto';
import type { Database, Row } from '../db/pool.ts';
import { AppError } from '../kernel/error.ts';
import type { Clock, IdSource } from '../kernel/ports.ts';
import * as rows from './session-rows.ts';
import { MAX_SESSION_MS, type ReadSettings } from './settings.ts';

export { purgeSessions } from './session-rows.ts';

export interface Session {
  /** Opaque, and no token: sessions are revoked by it. */
  id: string;
  user: string;
  /** Milliseconds UTC, as the next two. */
  created: number;
  /** When the person last proved who they are. */
  authenticated: number;
  expires: number;
  csrfToken: string | undefined;
}

export interface SessionRow {
  id: string;
  created: string;
  last_used: string;
  expires: string;
  ip: string;
  agent: string;
  method: string;
  current: boolean;
}

export interface BeginSession {
  user: string;
  ip: string;
  agent: string;
  /** `password` when absent. */
  method?: string;
  /** See NewSession. */
  passwordHash?: string;
}

export interface Begun {
  token: string;
  id: string;
  expires: number;
}

export interface Sessions {
  /** Throws `unauthenticated` when there is no such user, or the password is another one by now. */
  begin(q: BeginSession): Promise<Begun>;
  /** Undefined: unknown or expired. */
  find(token: string): Promise<Session | undefined>;
  findById(id: string): Promise<Session | undefined>;
  /** A new token for the session, whose old one is dead; undefined when the old one was none. Works once. */
  rotate(token: string, q?: { isAuthenticated?: boolean }): Promise<Begun | undefined>;
  /** The token that our own pages send along with writes. */
  csrfToken(id: string): Promise<string>;
  end(token: string): Promise<void>;
  /** Ends the session with this id, all but that one, or all of a user. Gives how many. */
  endOf(q: { user: string; only?: string; except?: string }): Promise<number>;
  /** The sessions of a user, newest first; `current` is the id of this one. */
  list(user: string, current: string | undefined): Promise<SessionRow[]>;
  /** Those of the ids whose sessions go on, by one statement: nothing is remembered, and nobody counts as active. */
  aliveOf(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Drops what is remembered: something else has ended sessions. */
  forget(): void;
}

const REMEMBERED_MS = 1000;
const MAX_REMEMBERED = 10_000;
const MAX_TOKEN = 200;
const TOUCHED_MS = 60_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface SessionsInput {
  db: Database;
  clock: Clock;
  ids: IdSource;
  settings: ReadSettings;
  /** Told after sessions of the user have ended here. */
  ended(user: string): void;
}

export function createSessions({ db, clock, ids, settings, ended }: SessionsInput): Sessions {
  const memory = createMemory(clock);
  const expiryOf = async (created: number, now: number): Promise<number> =>
    Math.min(now + (await settings()).idleMs, created + MAX_SESSION_MS);
  const toSession = async (row: Row | undefined): Promise<Session | undefined> => {
    const now = clock.now();
    if (!row || Number(row.expires) <= now) return undefined;
    const session = sessionOf(row);
    // At most once a minute: a write for each request would cost more than the request.
    if (now - Number(row.last_used) > TOUCHED_MS) {
      session.expires = await expiryOf(session.created, now);
      await rows.touchSession(db, { id: session.id, now, expires: session.expires });
    }
    return session;
  };
  return {
    async begin({ method = 'password', ...q }) {
      const now = clock.now();
      const { isSingleSession } = await settings();
      const session = { id: ids.uuid(), token: newToken(), expires: await expiryOf(now, now) };
      const isBegun = await db.transaction(async (tx) => {
        if (isSingleSession) {
          // One at a time: of two that sign in together the later one stays.
          await tx.query({
            text: `select pg_advisory_xact_lock(hashtext('m_session'), hashtext($1))`,
            values: [q.user],
          });
          await rows.deleteSessions(tx, { user: q.user });
        }
        return rows.insertSession(tx, { ...q, ...session, method, now });
      });
      if (isSingleSession) {
        memory.forget();
        ended(q.user);
      }
      if (!isBegun) throw new AppError('unauthenticated', 'The user name or the password is wrong.');
      return session;
    },
    async find(token) {
      if (token.length > MAX_TOKEN) return undefined;
      return memory.remember(`token ${token}`, async () => toSession(await rows.findByToken(db, token)));
    },
    async findById(id) {
      if (!UUID.test(id)) return undefined;
      return memory.remember(`id ${id}`, async () => toSession(await rows.findById(db, id)));
    },
    async rotate(token, { isAuthenticated = false } = {}) {
      const session = await toSession(await rows.findByToken(db, token));
      if (!session) return undefined;
      const now = clock.now();
      const next = newToken();
      const authenticated = isAuthenticated ? now : undefined;
      const isReplaced = await rows.replaceToken(db, { token, next, now, authenticated });
      memory.forget();
      return isReplaced ? { token: next, id: session.id, expires: session.expires } : undefined;
    },
    async csrfToken(id) {
      const kept = await rows.keepCsrfToken(db, id, newToken());
      memory.forget();
      if (kept === undefined) throw new AppError('unauthenticated', 'This session has ended. Sign in again.');
      return kept;
    },
    async end(token) {
      const session = await rows.findByToken(db, token);
      if (session) await rows.deleteSessions(db, { user: session.user as string, only: session.id as string });
      memory.forget();
      if (session) ended(session.user as string);
    },
    async endOf(q) {
      if (q.only !== undefined && !UUID.test(q.only)) return 0;
      const count = await rows.deleteSessions(db, q);
      memory.forget();
      if (count > 0) ended(q.user);
      return count;
    },
    async list(user, current) {
      return (await rows.listSessions(db, { user, current, now: clock.now() })) as unknown as SessionRow[];
    },
    async aliveOf(ids) {
      return new Set(ids.length === 0 ? [] : await rows.findAlive(db, { ids, now: clock.now() }));
    },
    forget: memory.forget,
  };
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function sessionOf(row: Row): Session {
  return {
    id: row.id as string,
    user: row.user as string,
    created: Number(row.created),
    authenticated: Number(row.authenticated),
    expires: Number(row.expires),
    csrfToken: (row.csrf_token as string | null) ?? undefined,
  };
}

/** What was found in the last second. A look-up that was under way when sessions ended is not kept. */
function createMemory(clock: Clock) {
  const remembered = new Map<string, { session: Session; until: number }>();
  let generation = 0;
  return {
    async remember(key: string, lookUp: () => Promise<Session | undefined>): Promise<Session | undefined> {
      const now = clock.now();
      const known = remembered.get(key);
      if (known && known.until > now && known.session.expires > now) return known.session;
      const begun = generation;
      const session = await lookUp();
      remembered.delete(key);
      if (!session || begun !== generation) return session;
      if (remembered.size >= MAX_REMEMBERED) remembered.delete(remembered.keys().next().value as string);
      remembered.set(key, { session, until: now + REMEMBERED_MS });
      return session;
    },
    forget() {
      generation++;
      remembered.clear();
    },
  };
}
