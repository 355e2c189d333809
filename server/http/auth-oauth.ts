/** Routes of signing in with another provider: the list, the way out, the way back, and connecting one. */
import { audit } from '../audit/audit.ts';
import { forgetIdentity, identitiesOf } from '../auth/oauth-accounts.ts';
import { STATE_SECONDS } from '../auth/oauth-states.ts';
import type { Context } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { textsOf, visitorOf } from './auth-given.ts';
import { requireProof, requireSession } from './auth-proof.ts';
import { type Answer, type Call, cookieOf, json, NO_CONTENT, type Route } from './call.ts';
import { sessionCookie } from './sign-in.ts';

const COOKIE = 'oauth_browser';
const PATH = '/api/v1/auth/oauth';
const CONNECTED = '/api/v1/auth/identities';

async function list(call: Call): Promise<Answer> {
  return json({ items: await call.http.accounts.oauth.list() });
}

async function start(call: Call): Promise<Answer> {
  const redirectTo = call.query.get('redirect_to');
  const { url, browser } = await call.http.accounts.oauth.start({
    provider: providerOf(call),
    redirectTo,
    ip: call.ip,
  });
  return { status: 302, headers: { location: url }, cookies: [browserCookie(call, browser, STATE_SECONDS)] };
}

/** For somebody who is signed in: their page sends the browser to `url` then. */
async function connect(call: Call, ctx: Context): Promise<Answer> {
  const given = textsOf(call, [], ['password', 'redirect_to']);
  const { accounts } = call.http;
  await requireProof(call, ctx, given.password);
  const { id } = await accounts.userOf(ctx);
  const wish = { provider: providerOf(call), redirectTo: given.redirect_to, ip: call.ip, userId: id };
  const { url, browser } = await accounts.oauth.start(wish);
  return { ...json({ url }), cookies: [browserCookie(call, browser, STATE_SECONDS)] };
}

/** A GET that signs in: what makes it ours is the state, which only this browser's cookie opens. */
async function callback(call: Call): Promise<Answer> {
  const { accounts } = call.http;
  const browser = cookieOf(call, COOKIE);
  const found = await accounts.oauth.finish({ provider: providerOf(call), query: call.query, browser });
  const entry = await accounts.enter(found.user, 'oauth', visitorOf(call));
  if (found.isNew) await tell(call, found.user.name, 'provider_connected');
  const spent = browserCookie(call, '', 0);
  if ('tmp_id' in entry) {
    const next = new URLSearchParams({ 'second-factor': entry.tmp_id, redirect_to: found.redirectTo });
    return { status: 302, headers: { location: `/account#${next}` }, cookies: [spent] };
  }
  return { status: 302, headers: { location: found.redirectTo }, cookies: [spent, sessionCookie(call, entry)] };
}

/** A browser that comes here by itself shows what it gets to a person: a refusal leads them back to the sign-in. */
function shown(answer: (call: Call) => Promise<Answer>): (call: Call) => Promise<Answer> {
  return async (call) => {
    try {
      return await answer(call);
    } catch (error) {
      if (!(error instanceof AppError) || !(call.header('accept') ?? '').includes('text/html')) throw error;
      const next = new URLSearchParams({ failed: error.code });
      return { status: 302, headers: { location: `/login?${next}` } };
    }
  };
}

async function connected(call: Call, ctx: Context): Promise<Answer> {
  requireSession(call);
  const { id } = await call.http.accounts.userOf(ctx);
  return json({ items: await identitiesOf(ctx.services.db, id) });
}

async function disconnect(call: Call, ctx: Context): Promise<Answer> {
  const { issuer, subject, password } = textsOf(call, ['issuer', 'subject'], ['password']);
  await requireProof(call, ctx, password);
  const { id } = await call.http.accounts.userOf(ctx);
  if (!(await forgetIdentity(ctx.services.db, { userId: id, issuer, subject })))
    throw new AppError(
      'not_found',
      `Your account is not connected to this. GET ${CONNECTED} lists what it is connected to.`,
    );
  await tell(call, ctx.actor.user, 'provider_disconnected');
  return NO_CONTENT;
}

/** The audit log and the person hear of it. */
async function tell(call: Call, user: string, action: 'provider_connected' | 'provider_disconnected'): Promise<void> {
  const { accounts, services } = call.http;
  const details = { provider: providerOf(call) };
  await audit(services.db, { actor: user, action, subject: user, ip: call.ip, requestId: call.requestId, details });
  const isNew = action === 'provider_connected';
  accounts.notify(user, `A way to sign in was ${isNew ? 'connected to' : 'disconnected from'} your account.`);
}

function providerOf(call: Call): string {
  return call.segments[4] ?? '';
}

function browserCookie(call: Call, value: string, seconds: number): string {
  const secure = call.http.isProduction || call.isSecure ? '; Secure' : '';
  // Lax: the provider's page sends the browser back to us.
  return `${COOKIE}=${value}; HttpOnly; SameSite=Lax; Path=${PATH}; Max-Age=${seconds}${secure}`;
}

export const oauthRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, access: 'open', query: [], answer: list },
  { method: 'GET', path: `${PATH}/*/start`, access: 'open', query: ['redirect_to'], answer: shown(start) },
  { method: 'GET', path: `${PATH}/*/callback`, access: 'open', answer: shown(callback) },
  { method: 'POST', path: `${PATH}/*/connect`, access: 'signed-in', query: [], answer: connect },
  { method: 'GET', path: CONNECTED, access: 'signed-in', query: [], answer: connected },
  { method: 'POST', path: `${CONNECTED}/disconnect`, access: 'signed-in', query: [], answer: disconnect },
];
