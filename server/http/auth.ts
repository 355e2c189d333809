/** Routes of signing in: login, logout, who I am, a new token for the session, access tokens, the CSRF token. */
import { parseScopes } from '../auth/scopes.ts';
import type { Context } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { entryAnswer } from './auth-entry.ts';
import { visitorOf } from './auth-given.ts';
import { requirePassword, requireSession } from './auth-proof.ts';
import { type Answer, type Call, json, type Route } from './call.ts';
import { flagOf, takes } from './given.ts';
import { refuseForeignPage, sessionCookie } from './sign-in.ts';

const USER_KEYS = ['user', 'usr', 'username', 'email'];
const PASSWORD_KEYS = ['password', 'pwd'];

async function login(call: Call): Promise<Answer> {
  refuseForeignPage(call);
  if (Object.hasOwn(call.given, 'tmp_id')) return secondStep(call);
  const begun = await call.http.auth.login({
    user: textOf(call, USER_KEYS),
    password: textOf(call, PASSWORD_KEYS),
    ip: call.ip,
    agent: call.header('user-agent') ?? '',
    requestId: call.requestId,
  });
  return entryAnswer(call, 'challenge' in begun ? begun.challenge : begun);
}

/** `{"tmp_id": …, "otp": …}`: the first step gave the one, the person's app the other. */
async function secondStep(call: Call): Promise<Answer> {
  const { tmp_id, otp } = call.given;
  return entryAnswer(call, await call.http.accounts.answer({ tmpId: tmp_id, otp }, visitorOf(call)));
}

/** `{"all": true}` ends all sessions of the user. With an access token its session ends. */
async function logout(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['all']);
  const { session } = call.identity ?? {};
  const { user } = ctx.actor;
  if (flagOf(call.given.all, 'all')) {
    requireSession(call);
    await call.http.auth.endSessions({ user, by: user, ip: call.ip, requestId: call.requestId });
  } else if (session) {
    await call.http.auth.endSessions({ user, only: session.id, by: user, ip: call.ip, requestId: call.requestId });
  }
  return { status: 204, cookies: [sessionCookie(call)] };
}

async function me(call: Call, ctx: Context): Promise<Answer> {
  // Before anything that is read with it.
  const stream_cursor = call.http.streamCursor?.();
  return json({ ...(await call.http.auth.profileOf(ctx.actor)), stream_cursor });
}

/** The session goes on under a new token; the old one is dead. Of parallel tries one succeeds. */
async function refresh(call: Call, ctx: Context): Promise<Answer> {
  requireSession(call);
  return rotated(call, ctx, false);
}

/** The password once more, for what asks for a recent sign-in. The session gets a new token. */
async function reauthenticate(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['password']);
  requireSession(call);
  await requirePassword(call, ctx, textOf(call, ['password']));
  return rotated(call, ctx, true);
}

async function rotated(call: Call, ctx: Context, isAuthenticated: boolean): Promise<Answer> {
  const begun = await call.http.auth.sessions.rotate(call.token ?? '', { isAuthenticated });
  if (!begun) throw new AppError('unauthenticated', 'This token has been replaced by a new one already. Use that one.');
  return entryAnswer(call, { ...begun, actor: ctx.actor });
}

/** A JWT for a quarter of an hour, which dies with the session. `scopes` make it less than the session. */
async function accessToken(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['scopes']);
  requireSession(call);
  const scopes = parseScopes(call.given.scopes);
  const sessionId = call.identity?.session?.id ?? '';
  const issued = await call.http.identities.accessTokens.issue({ user: ctx.actor.user, sessionId, scopes });
  return json({
    access_token: issued.token,
    token_type: 'Bearer',
    expires_in: issued.expiresIn,
    scopes: scopes ?? ['*'],
  });
}

/** What our pages send as X-Frappe-CSRF-Token. */
async function csrf(call: Call): Promise<Answer> {
  requireSession(call);
  return json({ csrf_token: await call.http.auth.sessions.csrfToken(call.identity?.session?.id ?? '') });
}

function textOf(call: Call, keys: readonly string[]): string {
  const key = keys.find((candidate) => Object.hasOwn(call.given, candidate));
  const value = key === undefined ? undefined : call.given[key];
  if (typeof value === 'string' && value !== '') return value;
  const field = keys[0] as string;
  const message = `${field} must be a text that is not empty; expected {"user": "…", "password": "…"}`;
  throw new AppError('bad_request', message, { errors: [{ field, code: 'required', message }] });
}

const signedIn = { access: 'signed-in', query: [] } as const;

export const authRoutes: readonly Route[] = [
  { method: 'POST', path: '/api/v1/auth/login', access: 'open', answer: login },
  { method: 'POST', path: '/api/v1/auth/logout', ...signedIn, scoped: true, answer: logout },
  { method: 'GET', path: '/api/v1/auth/me', ...signedIn, scoped: true, answer: me },
  { method: 'POST', path: '/api/v1/auth/refresh', ...signedIn, answer: refresh },
  { method: 'POST', path: '/api/v1/auth/reauthenticate', ...signedIn, answer: reauthenticate },
  { method: 'POST', path: '/api/v1/auth/token', ...signedIn, answer: accessToken },
  { method: 'GET', path: '/api/v1/auth/csrf', ...signedIn, answer: csrf },
];
