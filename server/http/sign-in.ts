/**
 * Who asks: the chain's answer, or a guest. A cookie is sent by a browser whoever wrote the page, so a
 * writing request with one must come from our own pages.
 */
import { SESSION_COOKIE } from '../auth/chain/session.ts';
import { GUEST_ACTOR } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import type { Call } from './call.ts';
import { isAllowedOrigin } from './origins.ts';

export { SESSION_COOKIE as COOKIE } from '../auth/chain/session.ts';

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What a form of another site's page can send without being asked whether it may. */
const FORM_TYPES = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\s*(?:;|$)/i;
const OWN_PAGES: ReadonlySet<string> = new Set(['same-origin', 'none']);

/** Sets actor, identity and token of the call. Throws `unauthenticated`, and `forbidden` for a foreign page. */
export async function signIn(call: Call): Promise<void> {
  const identity = await call.http.identities.identify(call);
  call.identity = identity;
  call.actor = identity?.actor ?? GUEST_ACTOR;
  call.token = identity?.token;
  if (identity?.isCookie || identity?.via === 'gateway') await refuseForgery(call);
}

/** Throws `unauthenticated` for a guest. */
export function refuseGuest(call: Call): void {
  if (call.identity) return;
  throw new AppError(
    'unauthenticated',
    'You are not signed in. Sign in with POST /api/v1/auth/login and send its token as "Authorization: Bearer …".',
  );
}

/** For routes without a session, such as the login itself. Throws `forbidden` when another site's page sends this. */
export function refuseForeignPage(call: Call): void {
  if (!SAFE.has(call.method)) proveOrigin(call);
}

/** The same for a request that a browser has signed in by itself. */
async function refuseForgery(call: Call): Promise<void> {
  if (SAFE.has(call.method)) return;
  const isProven = proveOrigin(call);
  const token = call.header('x-frappe-csrf-token');
  if (token !== null && token !== '' && token !== 'None') {
    if (await isCsrfToken(call, token)) return;
    throw refuse('The X-Frappe-CSRF-Token is not the one of this session. Ask for it with GET /api/v1/auth/csrf.');
  }
  if (isProven || !FORM_TYPES.test(call.header('content-type') ?? '')) return;
  throw refuse(
    'A form with a session cookie must say where it comes from: send the header Origin, or X-Frappe-CSRF-Token from GET /api/v1/auth/csrf.',
  );
}

/** For what a browser opens in a page's name and lets the page read: a socket. Throws `forbidden` for a foreign one. */
export function refuseForeignSocket(call: Call): void {
  proveOrigin(call);
}

/** True when the browser vouches for the page, false when no browser says anything. Throws for another site's page. */
function proveOrigin(call: Call): boolean {
  const origin = call.header('origin');
  const site = call.header('sec-fetch-site');
  if (origin !== null) {
    if (isAllowedOrigin(call, origin)) return true;
  } else if (site === null || OWN_PAGES.has(site)) return site !== null;
  throw refuse(
    'This request comes from a page of another site. Send it from our own pages, or with an Authorization header.',
  );
}

async function isCsrfToken(call: Call, given: string): Promise<boolean> {
  const { session } = call.identity ?? {};
  if (!session) return false;
  if (session.csrfToken === given) return true;
  // What is remembered may be a second old, and the token new.
  call.http.auth.sessions.forget();
  return (await call.http.auth.sessions.findById(session.id))?.csrfToken === given;
}

function refuse(message: string): AppError {
  return new AppError('forbidden', message, { errors: [{ field: '', code: 'csrf', message }] });
}

/** `sid` with its flags: no script reads it, no other site's form sends it. Without a token it is taken back. */
export function sessionCookie(call: Call, session?: { token: string; expires: number }): string {
  const seconds = session ? Math.max(0, Math.floor((session.expires - call.now) / 1000)) : 0;
  const secure = call.http.isProduction || call.isSecure ? '; Secure' : '';
  return `${SESSION_COOKIE}=${session?.token ?? ''}; HttpOnly; SameSite=Lax; Path=/; Max-Age=${seconds}${secure}`;
}
