/** Routes of the second factor: setting it up, confirming it, recovery codes, and switching it off again. */
import { audit } from '../audit/audit.ts';
import {
  checkCode,
  confirmTotp,
  countRecoveryCodes,
  enrolTotp,
  hasTotp,
  removeTotp,
  renewRecoveryCodes,
  type TotpEnv,
} from '../auth/totp.ts';
import type { Context } from '../documents/contract.ts';
import { textsOf } from './auth-given.ts';
import { managedUser, requireProof, requireSession } from './auth-proof.ts';
import { type Answer, type Call, json, NO_CONTENT, type Route } from './call.ts';

async function status(call: Call, ctx: Context): Promise<Answer> {
  const { id } = await call.http.accounts.userOf(ctx);
  const { db } = ctx.services;
  return json({ enabled: await hasTotp(db, id), recovery_codes_left: await countRecoveryCodes(db, id) });
}

async function enrol(call: Call, ctx: Context): Promise<Answer> {
  await requireProof(call, ctx, textsOf(call, [], ['password']).password);
  const { id, name } = await call.http.accounts.userOf(ctx);
  return json(await enrolTotp(envOf(ctx), { userId: id, label: name, issuer: 'Framework M' }));
}

/** The password came with the enrolment; whoever has a code holds the secret that it gave. */
async function confirm(call: Call, ctx: Context): Promise<Answer> {
  const { otp } = textsOf(call, ['otp']);
  requireSession(call);
  const { id } = await call.http.accounts.userOf(ctx);
  const codes = await confirmTotp(envOf(ctx), { userId: id, otp });
  await tell(call, ctx.actor.user, 'second_factor_enabled', ctx.actor.user);
  return json({ recovery_codes: codes });
}

async function renew(call: Call, ctx: Context): Promise<Answer> {
  const id = await proveBoth(call, ctx);
  const codes = await renewRecoveryCodes(envOf(ctx), id);
  await tell(call, ctx.actor.user, 'recovery_codes_renewed', ctx.actor.user);
  return json({ recovery_codes: codes });
}

async function disable(call: Call, ctx: Context): Promise<Answer> {
  const id = await proveBoth(call, ctx);
  await removeTotp(ctx.services.db, id);
  await tell(call, ctx.actor.user, 'second_factor_disabled', ctx.actor.user);
  return NO_CONTENT;
}

/** By a System Manager, for somebody who has lost phone and recovery codes. */
async function disableFor(call: Call, ctx: Context): Promise<Answer> {
  const user = await managedUser(call, ctx, textsOf(call, [], ['password']).password);
  await removeTotp(ctx.services.db, (await call.http.accounts.userNamed(user)).id);
  await tell(call, ctx.actor.user, 'second_factor_disabled', user);
  return NO_CONTENT;
}

const NEWS = {
  second_factor_enabled: 'A second factor was set up for your account.',
  second_factor_disabled: 'The second factor of your account was switched off.',
  recovery_codes_renewed: 'New recovery codes were made for your account.',
};

/** The audit log and the person hear of it. */
async function tell(call: Call, actor: string, action: keyof typeof NEWS, user: string): Promise<void> {
  await audit(call.http.services.db, { actor, action, subject: user, ip: call.ip, requestId: call.requestId });
  call.http.accounts.notify(user, NEWS[action]);
}

/** The password and a code: a thief of the session has neither, one of the phone lacks the first. */
async function proveBoth(call: Call, ctx: Context): Promise<string> {
  const { otp, password } = textsOf(call, ['otp'], ['password']);
  await requireProof(call, ctx, password);
  const { id } = await call.http.accounts.userOf(ctx);
  await checkCode(envOf(ctx), { userId: id, otp });
  return id;
}

function envOf(ctx: Context): TotpEnv {
  const { db, clock, cipher } = ctx.services;
  return { db, clock, cipher };
}

const PATH = '/api/v1/auth/totp';

export const secondFactorRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, access: 'signed-in', query: [], answer: status },
  { method: 'POST', path: PATH, access: 'signed-in', query: [], answer: enrol },
  { method: 'POST', path: `${PATH}/confirm`, access: 'signed-in', query: [], answer: confirm },
  { method: 'POST', path: `${PATH}/recovery-codes`, access: 'signed-in', query: [], answer: renew },
  { method: 'POST', path: `${PATH}/disable`, access: 'signed-in', query: [], answer: disable },
  { method: 'POST', path: '/api/v1/auth/users/*/totp/disable', access: 'signed-in', query: [], answer: disableFor },
];
