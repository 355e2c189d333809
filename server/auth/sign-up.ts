/**
 * Accounts that strangers make for themselves, where System Settings allow it. Nothing is made before the
 * address is shown to be theirs, so nobody can occupy another's; and only the address and the name are taken.
 */

import type { Context } from '../documents/contract.ts';
import { getDocument } from '../documents/read.ts';
import { AppError } from '../kernel/error.ts';
import type { AccountsEnv } from './account-env.ts';
import { later, limitMailsFrom, linkExpired, linkTo, mayMail, sendLetter, systemContext } from './account-env.ts';
import { knownAlreadyLetter, signUpLetter } from './letters.ts';
import { makeToken, seeToken, takeToken } from './one-time-tokens.ts';
import { createWebsiteUser, findUser, foldEmail, type UserRecord } from './user-records.ts';

const MINUTES = 60;
/** One address, and nothing that a mail program or a header could read as more. */
const EMAIL = /^[^\s@<>(),;:"'`\\[\]\p{Cc}]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/iu;
const MAX_EMAIL = 140;

export interface SignUpWish {
  email: string;
  fullName: string;
  ip: string;
}

/** Sends the link after the answer. Throws `forbidden` when sign-up is not allowed, `validation`, `rate_limited`. */
export async function signUp(env: AccountsEnv, q: SignUpWish): Promise<void> {
  await requireSignUp(systemContext(env, 'whether sign-up is allowed'));
  const email = checkEmail(q.email);
  await limitMailsFrom(env, q.ip);
  later(env, 'a link to sign up', async () => {
    if (!(await mayMail(env, 'sign-up', email))) return;
    const page = linkTo(env, '/account');
    const known = await findUser(systemContext(env, 'signing up'), email);
    if (known) {
      if (known.isEnabled && known.email === email) await sendLetter(env, email, knownAlreadyLetter(page));
      return;
    }
    const { db, clock } = env.services;
    const wish = { subject: email, data: { full_name: q.fullName.slice(0, 140) }, now: clock.now(), minutes: MINUTES };
    const token = await makeToken(db, { purpose: 'sign-up', ...wish });
    await sendLetter(env, email, signUpLetter(`${page}#sign-up=${token}`, MINUTES));
  });
}

/** Makes the user. Throws `bad_request` for a link that does not work, `forbidden` when sign-up has been switched off. */
export async function finishSignUp(
  env: AccountsEnv,
  q: { token: unknown; check(email: string): Promise<void> },
): Promise<UserRecord> {
  const { db, clock } = env.services;
  const ctx = systemContext(env, 'a stranger signs up');
  const given = { purpose: 'sign-up', token: q.token, now: clock.now() } as const;
  const seen = await seeToken(db, given);
  if (!seen) throw linkExpired();
  await requireSignUp(ctx);
  await q.check(seen.subject);
  const taken = await takeToken(db, given);
  if (!taken || (await findUser(ctx, taken.subject))) throw linkExpired();
  return createWebsiteUser(ctx, { email: taken.subject, fullName: taken.data.full_name ?? '' });
}

export async function isSignUpAllowed(ctx: Context): Promise<boolean> {
  return (await getDocument(ctx, 'System Settings', 'System Settings')).allow_sign_up === true;
}

async function requireSignUp(ctx: Context): Promise<void> {
  if (await isSignUpAllowed(ctx)) return;
  throw new AppError(
    'forbidden',
    'Accounts are made by an administrator here (allow_sign_up in System Settings is off). Ask one.',
  );
}

function checkEmail(given: string): string {
  const email = foldEmail(given.trim());
  if (email.length <= MAX_EMAIL && EMAIL.test(email)) return email;
  const message = `email must be an address such as ada@example.com, of at most ${MAX_EMAIL} characters.`;
  throw new AppError('validation', message, { errors: [{ field: 'email', code: 'email', message }] });
}
