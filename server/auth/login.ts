/**
 * Signing in and out: a password against `m_credential`, then a session. A wrong password and an
 * unknown user get the same answer after the same time.
 */
import type { Database } from '../db/pool.ts';
import type { Actor } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import type { Clock } from '../kernel/ports.ts';
import { toTimestamp } from '../kernel/time.ts';
import { createPasswordCheck, hashPassword } from './passwords.ts';
import { actorOf } from './roles.ts';
import { createSessions, type Sessions } from './sessions.ts';

export interface Credentials {
  user: string;
  password: string;
  ip: string;
  agent: string;
}

export interface Login {
  token: string;
  actor: Actor;
  /** Milliseconds UTC. */
  expires: number;
}

export interface Auth {
  /** Throws `unauthenticated`, and `rate_limited` when too many sign in at once. */
  login(credentials: Credentials): Promise<Login>;
  sessions: Sessions;
}

export function createAuth({ db, clock }: { db: Database; clock: Clock }): Auth {
  const passwords = createPasswordCheck();
  const sessions = createSessions({ db, clock });
  return {
    sessions,
    async login({ user, password, ip, agent }) {
      const stored = await findHash(db, user);
      if (!(await passwords.verify(stored, password)))
        throw new AppError('unauthenticated', 'The user name or the password is wrong.');
      return { ...(await sessions.begin({ user, ip, agent })), actor: actorOf(user) };
    },
  };
}

/** Sets a user's password and ends the sessions that the old one began. Throws `validation` for a bad length. */
export async function setPassword(db: Database, user: string, password: string): Promise<void> {
  const stored = await hashPassword(password);
  await db.transaction(async (tx) => {
    tx.send({
      text: `insert into m_credential ("user", password_hash, modified) values ($1, $2, $3)
        on conflict ("user") do update set password_hash = excluded.password_hash, modified = excluded.modified`,
      values: [user, stored, toTimestamp(Date.now())],
    });
    tx.send({ text: 'delete from m_session where "user" = $1', values: [user] });
  });
}

/** Whether the user has a password: a first start has to make one. */
export async function hasPassword(db: Database, user: string): Promise<boolean> {
  return (await findHash(db, user)) !== undefined;
}

async function findHash(db: Database, user: string): Promise<string | undefined> {
  // PostgreSQL text holds no U+0000: such a user does not exist.
  if (user.includes('\0')) return undefined;
  const [row] = await db.query({
    name: 'credential',
    text: 'select password_hash from m_credential where "user" = $1',
    values: [user],
  });
  return row?.password_hash as string | undefined;
}
