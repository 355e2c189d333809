/** An API key: `Authorization: token key:secret`, as Frappe writes it, or `X-API-Key: key:secret`. */
import type { ApiKeys } from '../api-keys.ts';
import type { Principals } from '../principals.ts';
import { authorizationOf, type Identity, type Link, limited, notSignedIn, type Presented } from './contract.ts';

export interface ApiKeyLinkInput {
  apiKeys: ApiKeys;
  principals: Principals;
}

export function apiKeyLink(input: ApiKeyLinkInput): Link {
  return async (presented) => {
    const header = presented.header('x-api-key');
    if (header !== null) return identifyKey(input, presented, header.trim());
    const given = authorizationOf(presented);
    if (given?.scheme !== 'token' || !given.value.includes(':')) return undefined;
    return identifyKey(input, presented, given.value);
  };
}

/** `key:secret`. Throws `unauthenticated` for every other text. */
export async function identifyKey(input: ApiKeyLinkInput, presented: Presented, pair: string): Promise<Identity> {
  const colon = pair.indexOf(':');
  if (colon === -1) throw notSignedIn();
  const q = { key: pair.slice(0, colon), secret: pair.slice(colon + 1), ip: presented.ip };
  const found = await input.apiKeys.find(q);
  if (!found) throw notSignedIn();
  return { actor: limited(await input.principals.of(found.user), found.scopes), via: 'api-key' };
}
