/**
 * The ways to sign in, one after the other in the order of AUTH_CHAIN: the first that the request tries
 * decides. What a client says itself (Authorization, X-API-Key) goes before what comes along (cookie,
 * gateway), and when it is wrong nothing else mends it. A request that tries no way is a guest's.
 */

import type { AuthWay } from '../../kernel/auth-ways.ts';
import type { TrustedProxies } from '../addresses.ts';
import type { ApiKeys } from '../api-keys.ts';
import type { AccessTokens } from '../jwt.ts';
import type { Auth } from '../login.ts';
import type { Principals } from '../principals.ts';
import { apiKeyLink } from './api-key.ts';
import { basicLink, passwordLink } from './basic.ts';
import { hasExplicit, type Link, notSignedIn } from './contract.ts';
import { gatewayLink } from './gateway.ts';
import { jwtLink } from './jwt.ts';
import { sessionLink } from './session.ts';

export interface ChainInput {
  order: readonly AuthWay[];
  auth: Auth;
  principals: Principals;
  apiKeys: ApiKeys;
  accessTokens: AccessTokens;
  proxies: TrustedProxies;
}

/** Gives a link that tries them all. */
export function createChain(input: ChainInput): Link {
  const { sessions } = input.auth;
  const links: Record<AuthWay, () => Link> = {
    session: () => sessionLink({ ...input, sessions }),
    jwt: () => jwtLink({ ...input, sessions }),
    'api-key': () => apiKeyLink(input),
    basic: () => basicLink(input),
    password: () => passwordLink(input),
    gateway: () => gatewayLink(input),
  };
  const chain = input.order.map((way) => links[way]());
  return async (presented) => {
    const isExplicit = hasExplicit(presented);
    // Two credentials at once: whose is the request?
    if (presented.header('authorization') !== null && presented.header('x-api-key') !== null) throw notSignedIn();
    for (const link of chain) {
      const identity = await link(presented);
      if (identity) return identity;
    }
    if (isExplicit) throw notSignedIn();
    return undefined;
  };
}
