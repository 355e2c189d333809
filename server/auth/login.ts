/**
 * Signing in with a password, proving once more who one is, and setting passwords. A wrong password, an
 * unknown, a disabled and a locked user get the same answers after the same time. What comes after the
 * password (a second factor) is given as a value.
 */
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/pool.ts';
import { type Actor, GUEST } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { type MapTiles, tilesOf } from '../kernel/map-tiles.ts';
import type { Clock, IdSource } from '../kernel/ports.ts';
import { type Account, findAccount, findHash, replaceHash, storePassword } from './credentials.ts';
import { checkNewPassword } from './password-policy.ts';
import { createPasswords, hashPassword, isOutdated } from './passwords.ts';
import type { Principals } from './principals.ts';
import type { Verification } from './second-factor.ts';
import { type BeginSession, type Begun, createSessions, type Sessions } from './sessions.ts';
import { createSettings, type ReadSettings, readSettings } from './settings.ts';
import { createThrottle } from './throttle.ts';

export interface Credentials {
  user: string;
  password: string;
  ip: string;
  agent: string;
  requestId?: string;
}

export interface Login {
  token: string;
  /** Of the session. */
  id: string;
  actor: Actor;
  /** Milliseconds UTC. */
  expires: number;
}

/** What the client is told instead of a session when something more is asked for. */
export interface Challenge {
  challenge: Verification;
}

/** What everybody may know of themselves: the language and time zone are the system's where they chose none. */
export interface OwnProfile {
  user: string;
  full_name: string;
  roles: readonly string[];
  language: string;
  time_zone: string;
  /** What they chose themselves; null: nothing. */
  chosen: { language: string | null; time_zone: string | null; desk_theme: string | null };
  /** Where maps fetch their tiles; absent: nowhere. */
  map?: MapTiles;
}

export interface Auth {
  /** Throws `unauthenticated`, and `rate_limited` after too many tries. */
  login(credentials: Credentials): Promise<Login | Challenge>;
  /** The same without a session: who it is. Throws also where a second factor would be asked for. */
  verify(credentials: Credentials): Promise<Actor>;
  /** Whether this is the user's password; counted and audited as a sign-in is. */
  isPassword(credentials: Credentials): Promise<boolean>;
  /** Who somebody is, for their own eyes. */
  profileOf(actor: Actor): Promise<OwnProfile>;
  /** Begins a session for somebody who has proved who they are in another way: `method` says how. */
  beginSession(q: BeginSession & { requestId?: string }): Promise<Begun>;
  /** Throws `validation` on `field` when people may not choose this password. */
  checkPassword(q: { password: string; names: readonly string[]; field?: string }): Promise<void>;
  /** Checks the password as one that a person chose, keeps it, and ends all sessions of the user. */
  setPassword(q: SetPassword): Promise<void>;
  /** Ends one session of a user, all but one, or all; gives how many. */
  endSessions(q: EndSessions): Promise<number>;
  sessions: Sessions;
  settings: ReadSettings;
}

export interface EndSessions {
  user: string;
  only?: string;
  except?: string;
  /** Who does it: for the audit log. */
  by: string;
  ip: string;
  requestId?: string;
}

export interface SetPassword {
  user: string;
  password: string;
  /** Who does it: for the audit log. */
  by: string;
  ip: string;
  requestId?: string;
  field?: string;
}

export interface AuthInput {
  db: Database;
  clock: Clock;
  ids: IdSource;
  principals: Principals;
  /** Told after sessions of a user have ended, so that the other processes hear of it. */
  signedOut(user: string): void;
  /** Asked with the user's id when the password is right; what it gives is told instead of a session. */
  secondFactor?(userId: string): Promise<Verification | undefined>;
}

const WRONG = 'The user name or the password is wrong.';

export function createAuth({ db, clock, ids, principals, signedOut, secondFactor }: AuthInput): Auth {
  const settings = createSettings({ db, clock });
  const passwords = createPasswords();
  const throttle = createThrottle({ db, clock, settings });
  const sessions = createSessions({ db, clock, ids, settings, ended: signedOut });

  /** The account whose password this is, with its actor; counted, audited, and its hash renewed. */
  const prove = async (q: Credentials): Promise<{ account: Account & { passwordHash: string }; actor: Actor }> => {
    const now = await settings();
    const account = await findAccount(db, q.user, now);
    const attempt = { account: account?.id ?? q.user, ip: q.ip };
    const { isLast } = await throttle.begin(attempt);
    const isRight = await passwords.verify(account?.passwordHash, q.password, now.cost);
    const actor = account && (await principals.of(account.user));
    if (!account || !isRight || !account.isEnabled || !actor) {
      // What was typed as a name of nobody may be a password: it is not written down.
      await audit(db, {
        actor: GUEST,
        action: 'login_failed',
        subject: account?.user,
        ip: q.ip,
        requestId: q.requestId,
        details: isLast ? { locked: true } : {},
      });
      throw new AppError('unauthenticated', WRONG);
    }
    await throttle.succeeded(attempt);
    const stored = account.passwordHash as string;
    if (!isOutdated(stored, now.cost)) return { account: { ...account, passwordHash: stored }, actor };
    const renewed = await passwords.hash(q.password, now.cost);
    const isRenewed = await replaceHash(db, { id: account.id, from: stored, to: renewed });
    return { account: { ...account, passwordHash: isRenewed ? renewed : stored }, actor };
  };

  const beginSession: Auth['beginSession'] = async ({ requestId, ...q }) => {
    const begun = await sessions.begin(q);
    const details = { method: q.method ?? 'password', session: begun.id };
    await audit(db, { actor: q.user, action: 'login', subject: q.user, ip: q.ip, requestId, details });
    return begun;
  };

  const checkPassword: Auth['checkPassword'] = async (q) =>
    checkNewPassword({ ...q, score: (await settings()).passwordScore });

  return {
    sessions,
    settings,
    beginSession,
    checkPassword,
    async login(q) {
      const { account, actor } = await prove(q);
      const challenge = await secondFactor?.(account.id);
      if (challenge) return { challenge };
      const { ip, agent, requestId } = q;
      const { user, passwordHash } = account;
      return { ...(await beginSession({ user, ip, agent, requestId, passwordHash })), actor };
    },
    async verify(q) {
      const { account, actor } = await prove(q);
      if (await secondFactor?.(account.id)) throw new AppError('unauthenticated', WRONG);
      return actor;
    },
    async isPassword(q) {
      try {
        await prove(q);
        return true;
      } catch (error) {
        if (error instanceof AppError && error.code === 'unauthenticated') return false;
        throw error;
      }
    },
    async profileOf({ user, roles }) {
      const [row] = await db.query({
        name: 'profile',
        text: `select u.full_name, coalesce(nullif(u.language, ''), s.language, 'en') as language,
            coalesce(nullif(u.time_zone, ''), s.time_zone, 'UTC') as time_zone,
            nullif(u.language, '') as own_language, nullif(u.time_zone, '') as own_time_zone,
            nullif(u.desk_theme, '') as desk_theme, s.map_tiles, s.map_attribution
          from "user" u left join system_settings s on true where u.name = $1 limit 1`,
        values: [user],
      });
      const { full_name, language = 'en', time_zone = 'UTC' } = row ?? {};
      const place = { language: String(language), time_zone: String(time_zone) };
      const chosen = {
        language: textOf(row?.own_language),
        time_zone: textOf(row?.own_time_zone),
        desk_theme: textOf(row?.desk_theme),
      };
      const map = tilesOf(row?.map_tiles, row?.map_attribution);
      const profile = { user, full_name: (full_name as string | null) || user, roles, ...place, chosen };
      return map ? { ...profile, map } : profile;
    },
    async endSessions({ by, ip, requestId, ...which }) {
      const ended = await sessions.endOf(which);
      const details = { session: which.only, ended };
      await audit(db, { actor: by, action: 'sessions_ended', subject: which.user, ip, requestId, details });
      return ended;
    },
    async setPassword({ user, password, by, ip, requestId, field }) {
      await checkPassword({ password, names: [user], field });
      await storePassword(db, user, await passwords.hash(password, (await settings()).cost));
      sessions.forget();
      signedOut(user);
      await audit(db, { actor: by, action: 'password_changed', subject: user, ip, requestId });
    },
  };
}

/** For the operator: sets any password and ends the user's sessions. Throws `validation` for a bad length, `not_found`. */
export async function setPassword(db: Database, user: string, password: string): Promise<void> {
  const { cost } = await readSettings(db);
  await storePassword(db, user, await hashPassword(password, cost));
}

/** Whether the user has a password: a first start has to make one. */
export async function hasPassword(db: Database, user: string): Promise<boolean> {
  return (await findHash(db, user)) !== undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
