/**
 * Routes of what goes by mail: a forgotten password, a link to sign in, signing up. Who asks gets the same
 * answer whether or not anybody is known, at once; the mail leaves afterwards. No GET uses a link up.
 */

import { entryAnswer } from './auth-entry.ts';
import { textsOf, visitorOf } from './auth-given.ts';
import { type Answer, type Call, json, NO_CONTENT, type Route } from './call.ts';
import { refuseForeignPage } from './sign-in.ts';

const ACCEPTED: Answer = json({ message: 'If there is such an account, a mail is on its way.' }, 202);

async function forgot(call: Call): Promise<Answer> {
  refuseForeignPage(call);
  const { user } = textsOf(call, ['user']);
  await call.http.accounts.forgotPassword({ user, ip: call.ip });
  return ACCEPTED;
}

async function reset(call: Call): Promise<Answer> {
  refuseForeignPage(call);
  await call.http.accounts.resetPassword(textsOf(call, ['token', 'password']), visitorOf(call));
  return NO_CONTENT;
}

async function askMagicLink(call: Call): Promise<Answer> {
  refuseForeignPage(call);
  const { email } = textsOf(call, ['email']);
  await call.http.accounts.askMagicLink({ email, ip: call.ip });
  return ACCEPTED;
}

async function useMagicLink(call: Call): Promise<Answer> {
  refuseForeignPage(call);
  const { token } = textsOf(call, ['token']);
  return entryAnswer(call, await call.http.accounts.useMagicLink(token, visitorOf(call)));
}

async function signUp(call: Call): Promise<Answer> {
  refuseForeignPage(call);
  const given = textsOf(call, ['email'], ['full_name']);
  await call.http.accounts.signUp({ email: given.email, fullName: given.full_name ?? '', ip: call.ip });
  return json({ message: 'A mail is on its way to this address. Follow the link in it.' }, 202);
}

async function finishSignUp(call: Call): Promise<Answer> {
  refuseForeignPage(call);
  const { token, password } = textsOf(call, ['token'], ['password']);
  return entryAnswer(call, await call.http.accounts.finishSignUp({ token, password }, visitorOf(call)));
}

export const linkRoutes: readonly Route[] = [
  { method: 'POST', path: '/api/v1/auth/password/forgot', access: 'open', answer: forgot },
  { method: 'POST', path: '/api/v1/auth/password/reset', access: 'open', answer: reset },
  { method: 'POST', path: '/api/v1/auth/magic-link', access: 'open', answer: askMagicLink },
  { method: 'POST', path: '/api/v1/auth/magic-link/verify', access: 'open', answer: useMagicLink },
  { method: 'POST', path: '/api/v1/auth/sign-up', access: 'open', answer: signUp },
  { method: 'POST', path: '/api/v1/auth/sign-up/verify', access: 'open', answer: finishSignUp },
];
