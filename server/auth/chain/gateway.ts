/**
 * A gateway in front that has signed people in itself and says who it is in `X-User-ID`. Only where
 * AUTH_CHAIN names `gateway`, and only from the addresses of TRUSTED_PROXIES: from anybody else the header
 * is as if it were not there. Administrator cannot come this way.
 */
import { ADMINISTRATOR } from '../../kernel/actor.ts';
import type { TrustedProxies } from '../addresses.ts';
import type { Principals } from '../principals.ts';
import { hasExplicit, type Link, limited, notSignedIn } from './contract.ts';

export function gatewayLink({ proxies, principals }: { proxies: TrustedProxies; principals: Principals }): Link {
  return async (presented) => {
    const user = presented.header('x-user-id')?.trim();
    if (!user || hasExplicit(presented) || !proxies.has(presented.peer)) return undefined;
    if (user === ADMINISTRATOR || user.length > 200) throw notSignedIn();
    return { actor: limited(await principals.of(user), undefined), via: 'gateway' };
  };
}
