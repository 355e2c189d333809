/**
 * Who is meant by what was typed, and the hash of their password in `m_credential`. Setting a password
 * ends all sessions of the user, in one transaction.
 */
import type { Database, Queryable } from '../db/pool.ts';
import { GUEST } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import { deleteSessions } from './session-rows.ts';
import type { SignInSettings } from './settings.ts';

export interface Account {
  id: string;
  user: string;
  isEnabled: boolean;
  passwordHash: string | undefined;
}

const MAX_TYPED = 200;

/**
 * By name, e-mail address, and user name or mobile number where System Settings allow it: the exact name
 * before all others, so that nobody can call themselves like somebody else. Undefined: there is nobody.
 */
export async function findAccount(
  db: Queryable,
  typed: string,
  by: Pick<SignInSettings, 'byUsername' | 'byMobile'>,
): Promise<Account | undefined> {
  const text = typed.trim();
  // PostgreSQL text holds no U+0000: such a user does not exist. Guest is nobody.
  if (text === '' || text.length > MAX_TYPED || text.includes('\0') || text === GUEST) return undefined;
  const [row] = await db.query({
    name: 'account',
    text: `select u.id, u.name as "user", u.enabled, c.password_hash
      from "user" u left join m_credential c on c.user_id = u.id
      where u.name = $1 or lower(u.email) = lower($1) or ($2 and u.username = $1) or ($3 and u.mobile_no = $1)
      order by u.name = $1 desc, u.email = $1 desc, lower(u.email) = lower($1) desc, u.creation limit 1`,
    values: [text, by.byUsername, by.byMobile],
  });
  if (!row || row.user === GUEST) return undefined;
  return {
    id: row.id as string,
    user: row.user as string,
    isEnabled: row.enabled === true,
    passwordHash: (row.password_hash as string | null) ?? undefined,
  };
}

/** The hash of exactly this user. */
export async function findHash(db: Queryable, user: string): Promise<string | undefined> {
  const [row] = await db.query({
    name: 'credential',
    text: 'select c.password_hash from m_credential c join "user" u on u.id = c.user_id where u.name = $1',
    values: [user],
  });
  return row?.password_hash as string | undefined;
}

/** Keeps the hash and ends the user's sessions. Throws `not_found`. */
export async function storePassword(db: Database, user: string, passwordHash: string): Promise<void> {
  await db.transaction(async (tx) => {
    const rows = await tx.query({
      text: `insert into m_credential (user_id, password_hash, modified) select id, $2, $3 from "user" where name = $1
        on conflict (user_id) do update set password_hash = excluded.password_hash, modified = excluded.modified
        returning 1 as stored`,
      values: [user, passwordHash, toTimestamp(Date.now())],
    });
    if (rows.length === 0)
      throw new AppError('not_found', `There is no user ${JSON.stringify(user.slice(0, 140))}. Create it first.`);
    await deleteSessions(tx, { user });
  });
}

/** The same password under other parameters, unless it has been changed meanwhile; sessions stay. */
export async function replaceHash(db: Queryable, q: { id: string; from: string; to: string }): Promise<boolean> {
  const rows = await db.query({
    text: 'update m_credential set password_hash = $3 where user_id = $1 and password_hash = $2 returning 1 as replaced',
    values: [q.id, q.from, q.to],
  });
  return rows.length > 0;
}
