/** An access token: `Authorization: Bearer` with a JWT of ours, whose session must still be there. */
import type { AccessTokens } from '../jwt.ts';
import { looksLikeJwt } from '../jwt.ts';
import type { Principals } from '../principals.ts';
import type { Sessions } from '../sessions.ts';
import { authorizationOf, type Link, limited, notSignedIn } from './contract.ts';

export interface JwtLinkInput {
  accessTokens: AccessTokens;
  sessions: Sessions;
  principals: Principals;
}

export function jwtLink({ accessTokens, sessions, principals }: JwtLinkInput): Link {
  return async (presented) => {
    const given = authorizationOf(presented);
    if (given?.scheme !== 'bearer' || !looksLikeJwt(given.value)) return undefined;
    const claims = await accessTokens.verify(given.value);
    const session = claims && (await sessions.findById(claims.sessionId));
    if (!claims || !session) throw notSignedIn();
    return { actor: limited(await principals.of(session.user), claims.scopes), via: 'jwt', session };
  };
}
