/** What the links of the authentication chain see of a request, and what they say of it. Types, and their one refusal. */

import type { Actor } from '../../kernel/actor.ts';
import { GUEST } from '../../kernel/actor.ts';
import type { AuthWay } from '../../kernel/auth-ways.ts';
import { AppError } from '../../kernel/error.ts';
import type { Session } from '../sessions.ts';

export interface Presented {
  header(name: string): string | null;
  /** The other end of the connection: perhaps a proxy. */
  peer: string;
  /** The client behind the proxies that are trusted. */
  ip: string;
  requestId: string;
}

export interface Identity {
  actor: Actor;
  via: AuthWay;
  /** Behind a session token, or an access token made of it. */
  session?: Session;
  /** The session token itself. */
  token?: string;
  /** It came by itself, as cookies do: whoever wrote the page. */
  isCookie?: true;
}

/**
 * One way to sign in. Undefined: the request does not try this way. Throws `unauthenticated` when it does,
 * and in vain.
 */
export type Link = (presented: Presented) => Promise<Identity | undefined>;

const SCHEME = /^([A-Za-z][\w-]*) +([^\s]+) *$/;

/** `["bearer", "…"]`; undefined without the header. Throws when it is of no known form. */
export function authorizationOf(presented: Presented): { scheme: string; value: string } | undefined {
  const header = presented.header('authorization');
  if (header === null) return undefined;
  const parts = SCHEME.exec(header);
  if (!parts) throw notSignedIn();
  return { scheme: (parts[1] as string).toLowerCase(), value: parts[2] as string };
}

/** Whether the client says itself who it is, other than by a cookie. */
export function hasExplicit(presented: Presented): boolean {
  return presented.header('authorization') !== null || presented.header('x-api-key') !== null;
}

/** The same words whatever was wrong. */
export function notSignedIn(): AppError {
  return new AppError(
    'unauthenticated',
    'You are not signed in, or the session has ended. Sign in with POST /api/v1/auth/login and send its token as "Authorization: Bearer …".',
  );
}

/** The actor with what the credential allows at most. Guest's name signs nobody in. */
export function limited(actor: Actor | undefined, scopes: readonly string[] | undefined): Actor {
  if (!actor || actor.user === GUEST) throw notSignedIn();
  return scopes === undefined ? actor : { ...actor, scopes };
}
