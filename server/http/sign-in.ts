/**
 * Who asks: the session behind the bearer token or the cookie. A cookie is sent by a browser whoever
 * wrote the page, so a writing request with one must come from our own pages.
 */
import { AppError } from '../kernel/error.ts';
import type { Call } from './call.ts';

export const COOKIE = 'sid';
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const AUTHORIZATION = /^(?:Bearer|token) +([\w~.+/=-]+) *$/i;

/** Sets actor and token of the call. Throws `unauthenticated`, and `forbidden` for a foreign page. */
export async function signIn(call: Call): Promise<void> {
  const authorization = call.header('authorization');
  const token = authorization === null ? cookieOf(call.header('cookie')) : AUTHORIZATION.exec(authorization)?.[1];
  const session = token === undefined ? undefined : await call.http.auth.sessions.find(token);
  if (!session) {
    throw new AppError(
      'unauthenticated',
      'You are not signed in, or the session has ended. Sign in with POST /api/v1/auth/login and send its token as "Authorization: Bearer …".',
    );
  }
  if (authorization === null) refuseForeignPage(call);
  call.actor = session.actor;
  call.token = token;
}

/** Throws `forbidden` when a browser says that another site's page sends this. */
export function refuseForeignPage(call: Call): void {
  if (SAFE.has(call.method)) return;
  const origin = call.header('origin');
  if (call.header('sec-fetch-site') !== 'cross-site' && (origin === null || hostOf(origin) === call.header('host')))
    return;
  throw new AppError(
    'forbidden',
    'This request comes from a page of another site. Send it from our own pages, or with an Authorization header.',
  );
}

function cookieOf(header: string | null): string | undefined {
  if (header === null) return undefined;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === COOKIE) return pair.slice(equals + 1).trim() || undefined;
  }
  return undefined;
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : '';
}
