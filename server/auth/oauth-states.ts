/**
 * What must be remembered between sending a browser to a provider and its return: state, PKCE verifier and
 * nonce. Good for ten minutes, once, and only in the browser that was sent (its cookie).
 */
import { hash, randomBytes } from 'node:crypto';
import type { Queryable } from '../db/pool.ts';
import type { Cipher } from '../kernel/ports.ts';
import { toTimestamp } from '../kernel/time.ts';

export const STATE_SECONDS = 600;
const SPELLING = /^[\w-]{43}$/;

export interface StateEnv {
  db: Queryable;
  cipher: Cipher;
  now: number;
}

export interface PendingLogin {
  provider: string;
  verifier: string;
  nonce: string;
  redirectTo: string;
  /** The user who connects the provider to their account; undefined: somebody signs in. */
  userId: string | undefined;
}

/** `state` goes to the provider, `browser` into a cookie. */
export async function rememberState(env: StateEnv, pending: PendingLogin): Promise<{ state: string; browser: string }> {
  const state = randomBytes(32).toString('base64url');
  const browser = randomBytes(32).toString('base64url');
  await env.db.query({
    text: `insert into m_oauth_state (state_hash, browser_hash, provider, verifier, nonce, redirect_to, user_id, expires)
      values ($1, $2, $3, $4, $5, $6, $7::uuid, $8)`,
    values: [
      hash('sha256', state),
      hash('sha256', browser),
      pending.provider,
      env.cipher.encrypt(pending.verifier),
      pending.nonce,
      pending.redirectTo,
      pending.userId ?? null,
      toTimestamp(env.now + STATE_SECONDS * 1000),
    ],
  });
  return { state, browser };
}

/** Takes it, in one statement: a second return finds nothing. Another browser neither gets it nor uses it up. */
export async function takeState(
  env: StateEnv,
  q: { state: string | undefined; browser: string | undefined; provider: string },
): Promise<PendingLogin | undefined> {
  if (!SPELLING.test(q.state ?? '') || !SPELLING.test(q.browser ?? '')) return undefined;
  const [row] = await env.db.query({
    text: `delete from m_oauth_state where state_hash = $1 and browser_hash = $2 and provider = $3 and expires > $4
      returning verifier, nonce, redirect_to, user_id`,
    values: [hash('sha256', q.state as string), hash('sha256', q.browser as string), q.provider, toTimestamp(env.now)],
  });
  return (
    row && {
      provider: q.provider,
      verifier: env.cipher.decrypt(row.verifier as string),
      nonce: row.nonce as string,
      redirectTo: row.redirect_to as string,
      userId: (row.user_id as string | null) ?? undefined,
    }
  );
}
