/**
 * `Authorization: Basic`: an API key and its secret, as Frappe has it; a user and a password only where
 * AUTH_CHAIN names `password`, since each such request costs a password check.
 */
import { GUEST } from '../../kernel/actor.ts';
import type { Auth } from '../login.ts';
import { type ApiKeyLinkInput, identifyKey } from './api-key.ts';
import { authorizationOf, type Link, notSignedIn, type Presented } from './contract.ts';

/** What our keys look like; a user is not called so. */
const KEY = /^[0-9a-f]{24}$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

export function basicLink(input: ApiKeyLinkInput): Link {
  return async (presented) => {
    const pair = pairOf(presented);
    if (!pair || !KEY.test(pair.name)) return undefined;
    return { ...(await identifyKey(input, presented, `${pair.name}:${pair.secret}`)), via: 'basic' };
  };
}

/** Throttled like every sign-in. Who has a second factor cannot sign in this way. */
export function passwordLink({ auth }: { auth: Pick<Auth, 'verify'> }): Link {
  return async (presented) => {
    const pair = pairOf(presented);
    if (!pair || KEY.test(pair.name)) return undefined;
    const { ip, requestId } = presented;
    const actor = await auth.verify({ user: pair.name, password: pair.secret, ip, agent: '', requestId });
    if (actor.user === GUEST) throw notSignedIn();
    return { actor, via: 'password' };
  };
}

function pairOf(presented: Presented): { name: string; secret: string } | undefined {
  const given = authorizationOf(presented);
  if (given?.scheme !== 'basic') return undefined;
  if (!BASE64.test(given.value)) throw notSignedIn();
  const text = Buffer.from(given.value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) throw notSignedIn();
  return { name: text.slice(0, colon), secret: text.slice(colon + 1) };
}
