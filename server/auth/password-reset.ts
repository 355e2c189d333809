/** A forgotten password: a link by mail, and with it a new password. Whether somebody is known here, no answer tells. */
import type { AccountsEnv } from './account-env.ts';
import {
  contextFor,
  later,
  limitMailsFrom,
  linkExpired,
  linkTo,
  mayMail,
  sendLetter,
  systemContext,
} from './account-env.ts';
import { noticeLetter, resetLetter } from './letters.ts';
import { makeToken, seeToken, takeToken } from './one-time-tokens.ts';
import { findUser, findUserById, markEmailVerified, type UserRecord } from './user-records.ts';

const MINUTES = 30;
const NOTICE = 'Your password was changed by a link that was sent to you, and all sessions have ended.';

/** Sends the link after the answer, to the address that the user's record holds. Throws `rate_limited`. */
export async function forgotPassword(env: AccountsEnv, q: { user: string; ip: string }): Promise<void> {
  await limitMailsFrom(env, q.ip);
  later(env, 'a link for a new password', async () => {
    const { db, clock } = env.services;
    const user = await findUser(systemContext(env, 'a forgotten password'), q.user);
    if (!user?.isEnabled || user.email === '' || !(await mayMail(env, 'reset', user.id))) return;
    // Before a token is made: the older one stays good when no link can be written.
    const page = linkTo(env, '/account');
    const wish = { subject: user.id, data: { email: user.email }, now: clock.now(), minutes: MINUTES };
    const token = await makeToken(db, { purpose: 'password-reset', ...wish });
    await sendLetter(env, user.email, resetLetter(`${page}#reset-password=${token}`, MINUTES));
  });
}

/**
 * Takes the token and lets `setPassword` do the rest, which ends all sessions. The link came to the
 * user's address, so that it is verified with it. Throws `bad_request` for a link that does not work, and
 * what `check` throws for a password that is none, with the token unused.
 */
export async function resetPassword(
  env: AccountsEnv,
  q: {
    token: unknown;
    check(user: UserRecord): Promise<void>;
    setPassword(user: UserRecord): Promise<void>;
  },
): Promise<UserRecord> {
  const { db, clock } = env.services;
  const ctx = systemContext(env, 'a new password by a link');
  const given = { purpose: 'password-reset', token: q.token, now: clock.now() } as const;
  const seen = await seeToken(db, given);
  const user = seen && (await findUserById(ctx, seen.subject));
  // A link to an address that is no longer theirs is worth nothing.
  if (!user?.isEnabled || user.email !== seen?.data.email) throw linkExpired();
  await q.check(user);
  if (!(await takeToken(db, given))) throw linkExpired();
  await q.setPassword(user);
  await markEmailVerified(await contextFor(env, 'a new password by a link', user), user);
  later(env, 'a notice of a new password', () => sendLetter(env, user.email, noticeLetter(NOTICE)));
  return user;
}
