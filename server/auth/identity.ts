/** The parts of signing in, put together: who somebody is (the chain), API keys, access tokens. */
import type { Database } from '../db/pool.ts';
import type { AuthWay } from '../kernel/auth-ways.ts';
import type { Cipher, Clock, IdSource } from '../kernel/ports.ts';
import type { TrustedProxies } from './addresses.ts';
import { type ApiKeys, createApiKeys, purgeApiKeys } from './api-keys.ts';
import { createChain } from './chain/chain.ts';
import type { Link } from './chain/contract.ts';
import { type AccessTokens, createAccessTokens } from './jwt.ts';
import type { Auth } from './login.ts';
import type { Principals } from './principals.ts';
import { purgeSessions } from './sessions.ts';
import { purgeSigningKeys } from './signing-keys.ts';
import { purgeAttempts } from './throttle.ts';

export interface Identities {
  /** Undefined: a guest. Throws `unauthenticated` for credentials that are none. */
  identify: Link;
  apiKeys: ApiKeys;
  accessTokens: AccessTokens;
}

export interface IdentitiesInput {
  db: Database;
  clock: Clock;
  ids: IdSource;
  cipher: Cipher;
  auth: Auth;
  principals: Principals;
  chain: readonly AuthWay[];
  proxies: TrustedProxies;
  /** Told after an API key of the user was revoked. */
  signedOut(user: string): void;
  /** Stands in access tokens as their issuer. */
  publicUrl: string | undefined;
}

export function createIdentities(input: IdentitiesInput): Identities {
  const apiKeys = createApiKeys(input);
  const accessTokens = createAccessTokens({ ...input, issuer: input.publicUrl ?? 'framework-m' });
  const identify = createChain({ ...input, order: input.chain, apiKeys, accessTokens });
  return { identify, apiKeys, accessTokens };
}

/** Deletes what has had its day: to be called now and then. */
export async function purgeIdentities(db: Database, now: number): Promise<void> {
  await purgeSessions(db, now);
  await purgeAttempts(db, now);
  await purgeApiKeys(db, now);
  await purgeSigningKeys(db, now);
}
