/** Signing in by a link that was sent by mail. Whether somebody is known here, no answer tells. */
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
import { magicLinkLetter } from './letters.ts';
import { makeToken, takeToken } from './one-time-tokens.ts';
import { findUserByEmail, findUserById, hasPassword, markEmailVerified, type UserRecord } from './user-records.ts';

const MINUTES = 15;

/** Sends the link after the answer. Throws `rate_limited`. */
export async function askMagicLink(env: AccountsEnv, q: { email: string; ip: string }): Promise<void> {
  await limitMailsFrom(env, q.ip);
  later(env, 'a link to sign in', async () => {
    const { db, clock } = env.services;
    const user = await findUserByEmail(systemContext(env, 'a link to sign in'), q.email);
    if (!user?.isEnabled || !(await mayMail(env, 'magic link', user.id))) return;
    const page = linkTo(env, '/account');
    const wish = { subject: user.id, data: { email: user.email }, now: clock.now(), minutes: MINUTES };
    const token = await makeToken(db, { purpose: 'magic-link', ...wish });
    await sendLetter(env, user.email, magicLinkLetter(`${page}#sign-in=${token}`, MINUTES));
  });
}

/** Whose link it is: it works no second time. Throws `bad_request` for a link that does not work. */
export async function useMagicLink(env: AccountsEnv, token: unknown): Promise<UserRecord> {
  const { db, clock } = env.services;
  const ctx = systemContext(env, 'signing in by a link');
  const taken = await takeToken(db, { purpose: 'magic-link', token, now: clock.now() });
  const user = taken && (await findUserById(ctx, taken.subject));
  if (!user?.isEnabled || user.email !== taken?.data.email) throw linkExpired();
  // A password that somebody else may have chosen is no reason to call the address theirs.
  if (!(await hasPassword(db, user.id)))
    await markEmailVerified(await contextFor(env, 'signing in by a link', user), user);
  return user;
}
