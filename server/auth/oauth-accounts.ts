/**
 * Whose account it is that a provider vouches for. The provider's own name for the person (issuer and
 * subject) decides; an address only links where both sides have verified it, and never an administrator.
 */
import type { Queryable } from '../db/pool.ts';
import type { Context } from '../documents/contract.ts';
import { ADMINISTRATOR } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import { type AccountsEnv, contextFor, systemContext } from './account-env.ts';
import type { Claims } from './oauth-clients.ts';
import type { Provider } from './oauth-providers.ts';
import { isSignUpAllowed } from './sign-up.ts';
import {
  createWebsiteUser,
  findUser,
  findUserByEmail,
  findUserById,
  hasPassword,
  markEmailVerified,
  type UserRecord,
} from './user-records.ts';

export interface AccountWish {
  provider: Provider;
  claims: Claims;
  /** Set when somebody who is signed in connects the provider. */
  connectTo: string | undefined;
}

export interface Found {
  user: UserRecord;
  /** The provider was connected to the account just now. */
  isNew: boolean;
}

/** Throws `forbidden` with what the person can do, when no account is theirs; the account's state stays untold. */
export async function accountOf(env: AccountsEnv, q: AccountWish): Promise<Found> {
  const { db } = env.services;
  const ctx = systemContext(env, `signing in with ${q.provider.name}`);
  const known = await identityOf(db, q.claims);
  if (q.connectTo !== undefined) return connect(ctx, { ...q, known, connectTo: q.connectTo });
  if (known !== undefined) {
    const user = await findUserById(ctx, known);
    if (!user?.isEnabled) throw refused();
    return { user, isNew: false };
  }
  const { email, isEmailVerified } = q.claims;
  if (email === '' || !isEmailVerified) throw refused();
  const there = await findUserByEmail(ctx, email);
  const user = there ? await linkable(env, q, there) : await newcomer(ctx, q);
  await remember(ctx, q.claims, user);
  return { user, isNew: true };
}

async function connect(
  ctx: Context,
  q: { claims: Claims; known: string | undefined; connectTo: string },
): Promise<Found> {
  const user = await findUserById(ctx, q.connectTo);
  if (!user?.isEnabled) throw refused();
  if (q.known === undefined) await remember(ctx, q.claims, user);
  else if (q.known !== user.id)
    throw new AppError(
      'conflict',
      'That account of the provider is connected to another user here. Disconnect it there first.',
    );
  return { user, isNew: q.known === undefined };
}

/** A password that was set before anybody verified the address may be a stranger's: such an account is left alone. */
async function linkable(env: AccountsEnv, { provider }: AccountWish, user: UserRecord): Promise<UserRecord> {
  const actor = await env.principals.of(user.name);
  const isAdmin =
    user.name === ADMINISTRATOR || actor?.roles.some((role) => role === ADMINISTRATOR || role === 'System Manager');
  const isTheirs = user.isEmailVerified || !(await hasPassword(env.services.db, user.id));
  if (!actor || !user.isEnabled || isAdmin || !isTheirs) throw refused();
  await markEmailVerified(await contextFor(env, `signing in with ${provider.name}`, user), user);
  return user;
}

async function newcomer(ctx: Context, { provider, claims }: AccountWish): Promise<UserRecord> {
  const isAllowed = provider.allowsSignUp ?? (await isSignUpAllowed(ctx));
  // The address may be the name of somebody whose address is another by now.
  if (!isAllowed || (await findUser(ctx, claims.email))) throw refused();
  return createWebsiteUser(ctx, { email: claims.email, fullName: claims.fullName });
}

async function identityOf(db: Queryable, claims: Claims): Promise<string | undefined> {
  const [row] = await db.query({
    text: 'select user_id from m_identity where issuer = $1 and subject = $2',
    values: [claims.issuer, claims.subject],
  });
  return row?.user_id as string | undefined;
}

/** The providers that an account is connected to. */
export function identitiesOf(db: Queryable, userId: string): Promise<Record<string, unknown>[]> {
  return db.query({
    text: `select issuer, subject, email, to_char(created at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created
      from m_identity where user_id = $1::uuid order by m_identity.created limit 1000`,
    values: [userId],
  });
}

/** False when there was none. */
export async function forgetIdentity(
  db: Queryable,
  q: { userId: string; issuer: string; subject: string },
): Promise<boolean> {
  const rows = await db.query({
    text: 'delete from m_identity where user_id = $1::uuid and issuer = $2 and subject = $3 returning 1 as gone',
    values: [q.userId, q.issuer, q.subject],
  });
  return rows.length > 0;
}

/** Of two sign-ins at the same moment the first one counts; the second must find the same user. */
async function remember(ctx: Context, claims: Claims, user: UserRecord): Promise<void> {
  const [row] = await ctx.services.db.query({
    text: `insert into m_identity as i (issuer, subject, user_id, email, created) values ($1, $2, $3::uuid, $4, $5)
      on conflict (issuer, subject) do update set user_id = i.user_id returning user_id`,
    values: [claims.issuer, claims.subject, user.id, claims.email, toTimestamp(ctx.now)],
  });
  if (row?.user_id !== user.id) throw refused();
}

/** One sentence for all reasons: it tells no stranger which addresses have an account. */
function refused(): AppError {
  return new AppError(
    'forbidden',
    'You could not be signed in this way. If you have an account, sign in as you used to and connect the provider there; else ask an administrator for one.',
  );
}
