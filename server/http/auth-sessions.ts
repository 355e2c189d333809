/** Routes of sessions and passwords: seeing and ending sessions, changing one's password, and a manager's part in both. */
import type { Context } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { entryAnswer } from './auth-entry.ts';
import { textsOf } from './auth-given.ts';
import { managedUser, requirePassword, requireSession } from './auth-proof.ts';
import { type Answer, type Call, json, NO_CONTENT, type Route } from './call.ts';

async function list(call: Call, ctx: Context): Promise<Answer> {
  return json({ items: await call.http.auth.sessions.list(ctx.actor.user, call.identity?.session?.id) });
}

async function endOne(call: Call, ctx: Context): Promise<Answer> {
  requireSession(call);
  const only = call.segments[4] ?? '';
  if ((await end(call, ctx, { only })) > 0) return NO_CONTENT;
  throw new AppError('not_found', 'You have no session of this id. GET /api/v1/auth/sessions lists them.');
}

/** All but the one that asks. */
async function endOthers(call: Call, ctx: Context): Promise<Answer> {
  requireSession(call);
  return json({ ended: await end(call, ctx, { except: call.identity?.session?.id }) });
}

function end(call: Call, ctx: Context, which: { only?: string; except?: string }): Promise<number> {
  const { user } = ctx.actor;
  return call.http.auth.endSessions({ user, ...which, by: user, ip: call.ip, requestId: call.requestId });
}

/** Ends all sessions; the one that asks goes on under a new token. */
async function changePassword(call: Call, ctx: Context): Promise<Answer> {
  const given = textsOf(call, ['current_password', 'new_password']);
  requireSession(call);
  await requirePassword(call, ctx, given.current_password, 'current_password');
  const { user } = ctx.actor;
  const { ip, requestId } = call;
  await call.http.auth.setPassword({ user, password: given.new_password, by: user, ip, requestId });
  const agent = call.header('user-agent') ?? '';
  const begun = await call.http.auth.beginSession({ user, ip, agent, requestId, method: 'password_change' });
  return entryAnswer(call, { ...begun, actor: ctx.actor });
}

/** By a System Manager, for somebody else: `password` is the manager's own, unless the sign-in is recent. */
async function setPassword(call: Call, ctx: Context): Promise<Answer> {
  const given = textsOf(call, ['new_password'], ['password']);
  const user = await managedUser(call, ctx, given.password);
  const { ip, requestId } = call;
  await call.http.auth.setPassword({ user, password: given.new_password, by: ctx.actor.user, ip, requestId });
  return NO_CONTENT;
}

async function endAllOf(call: Call, ctx: Context): Promise<Answer> {
  const user = await managedUser(call, ctx, undefined);
  const { ip, requestId } = call;
  return json({ ended: await call.http.auth.endSessions({ user, by: ctx.actor.user, ip, requestId }) });
}

const PATH = '/api/v1/auth';
const signedIn = { access: 'signed-in', query: [] } as const;

export const sessionRoutes: readonly Route[] = [
  { method: 'GET', path: `${PATH}/sessions`, ...signedIn, answer: list },
  { method: 'DELETE', path: `${PATH}/sessions`, ...signedIn, answer: endOthers },
  { method: 'DELETE', path: `${PATH}/sessions/*`, ...signedIn, answer: endOne },
  { method: 'POST', path: `${PATH}/password`, ...signedIn, answer: changePassword },
  { method: 'POST', path: `${PATH}/users/*/password`, ...signedIn, answer: setPassword },
  { method: 'DELETE', path: `${PATH}/users/*/sessions`, ...signedIn, answer: endAllOf },
];
