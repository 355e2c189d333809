/** A session: its token as `Authorization: Bearer`, as `token` without a colon, or in the cookie `sid`. */
import { AppError } from '../../kernel/error.ts';
import { looksLikeJwt } from '../jwt.ts';
import type { Principals } from '../principals.ts';
import type { Sessions } from '../sessions.ts';
import {
  authorizationOf,
  hasExplicit,
  type Identity,
  type Link,
  limited,
  notSignedIn,
  type Presented,
} from './contract.ts';

/** Frappe's clients look for this name, so it has no `__Host-` before it; its other flags are as strict. */
export const SESSION_COOKIE = 'sid';

const SCHEMES: ReadonlySet<string> = new Set(['bearer', 'token']);
const TOKEN = /^[\w~.+/=-]+$/;

export function sessionLink({ sessions, principals }: { sessions: Sessions; principals: Principals }): Link {
  const identify = async (token: string): Promise<Identity> => {
    const session = await sessions.find(token);
    if (!session) throw notSignedIn();
    return { actor: limited(await principals.of(session.user), undefined), via: 'session', session, token };
  };
  return async (presented) => {
    if (!hasExplicit(presented)) {
      const token = cookieToken(presented);
      return token === undefined ? undefined : { ...(await identify(token)), isCookie: true };
    }
    const given = authorizationOf(presented);
    if (!given || !SCHEMES.has(given.scheme) || !TOKEN.test(given.value) || looksLikeJwt(given.value)) return undefined;
    return identify(given.value);
  };
}

/** Undefined without one. Throws `bad_request` for two: one of them may be planted, and nobody knows which. */
export function cookieToken(presented: Pick<Presented, 'header'>): string | undefined {
  const values = (presented.header('cookie') ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals !== -1 && trim(pair.slice(0, equals)) === SESSION_COOKIE ? [trim(pair.slice(equals + 1))] : [];
  });
  if (values.length > 1)
    throw new AppError(
      'bad_request',
      `The request has the cookie ${SESSION_COOKIE} ${values.length} times. Send it once; a browser must forget the others first.`,
    );
  // "Guest" is what Frappe's clients keep for nobody.
  return values[0] === '' || values[0] === 'Guest' ? undefined : values[0];
}

/** Spaces and tabs alone: a no-break space before a name makes it another name. */
function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}
