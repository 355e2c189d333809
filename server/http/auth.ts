/** Routes of signing in: login, logout, me, sessions. */
import type { Context } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import { type Answer, type Call, json, type Route } from './call.ts';
import { COOKIE, refuseForeignPage } from './sign-in.ts';

const USER_KEYS = ['user', 'usr', 'username', 'email'];
const PASSWORD_KEYS = ['password', 'pwd'];

async function login(call: Call): Promise<Answer> {
  refuseForeignPage(call);
  const user = textOf(call, USER_KEYS);
  const password = textOf(call, PASSWORD_KEYS);
  const { auth, isProduction } = call.http;
  const { token, actor, expires } = await auth.login({
    user,
    password,
    ip: call.ip,
    agent: call.header('user-agent') ?? '',
  });
  const seconds = Math.floor((expires - call.now) / 1000);
  const cookie = `${COOKIE}=${token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=${seconds}${isProduction ? '; Secure' : ''}`;
  const body = {
    user: actor.user,
    full_name: actor.user,
    roles: actor.roles,
    token,
    access_token: token,
    token_type: 'Bearer',
    expires: toTimestamp(expires),
  };
  return json(body, 200, { 'set-cookie': cookie });
}

async function logout(call: Call): Promise<Answer> {
  if (call.token) await call.http.auth.sessions.end(call.token);
  const secure = call.http.isProduction ? '; Secure' : '';
  return { status: 204, headers: { 'set-cookie': `${COOKIE}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0${secure}` } };
}

function me(_call: Call, ctx: Context): Answer {
  const { user, roles } = ctx.actor;
  return json({ user, full_name: user, roles });
}

async function sessions(call: Call, ctx: Context): Promise<Answer> {
  return json({ items: await call.http.auth.sessions.list(ctx.actor.user, call.token ?? '') });
}

function textOf(call: Call, keys: readonly string[]): string {
  const key = keys.find((candidate) => Object.hasOwn(call.given, candidate));
  const value = key === undefined ? undefined : call.given[key];
  if (typeof value === 'string' && value !== '') return value;
  const field = keys[0] as string;
  const message = `${field} must be a text that is not empty; expected {"user": "…", "password": "…"}`;
  throw new AppError('bad_request', message, { errors: [{ field, code: 'required', message }] });
}

export const authRoutes: readonly Route[] = [
  { method: 'POST', path: '/api/v1/auth/login', access: 'open', answer: login },
  { method: 'POST', path: '/api/v1/auth/logout', access: 'signed-in', answer: logout },
  { method: 'GET', path: '/api/v1/auth/me', access: 'signed-in', answer: me },
  { method: 'GET', path: '/api/v1/auth/sessions', access: 'signed-in', answer: sessions },
];
