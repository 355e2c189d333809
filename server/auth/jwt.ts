/**
 * Access tokens: JWTs that live for a quarter of an hour and belong to a session, so that they die with it.
 * Issuer, audience, type and algorithm are fixed here; no other token of ours or of anybody passes as one.
 */
import { randomUUID } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import type { Database } from '../db/pool.ts';
import type { Cipher, Clock } from '../kernel/ports.ts';
import { ALGORITHM, createSigningKeys } from './signing-keys.ts';

export interface AccessClaims {
  user: string;
  sessionId: string;
  scopes: readonly string[] | undefined;
}

export interface AccessTokens {
  issue(claims: AccessClaims): Promise<{ token: string; expiresIn: number }>;
  /** Undefined: not ours, not an access token, expired or not yet good. */
  verify(token: string): Promise<AccessClaims | undefined>;
}

export const ACCESS_SECONDS = 900;
const TYPE = 'at+jwt';
const AUDIENCE = 'framework-m api';
const MAX_TOKEN = 8192;

/** Three parts: no session token has a dot. */
export function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]*\.[\w-]*$/.test(token);
}

export interface AccessTokensInput {
  db: Database;
  clock: Clock;
  cipher: Cipher;
  issuer: string;
}

export function createAccessTokens({ db, clock, cipher, issuer }: AccessTokensInput): AccessTokens {
  const keys = createSigningKeys({ db, clock, cipher });
  return {
    async issue({ user, sessionId, scopes }) {
      const { kid, privateKey } = await keys.current();
      const now = Math.floor(clock.now() / 1000);
      const token = await new SignJWT({ sid: sessionId, ...(scopes ? { scope: [...scopes] } : {}) })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(user)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + ACCESS_SECONDS)
        .sign(privateKey);
      return { token, expiresIn: ACCESS_SECONDS };
    },
    async verify(token) {
      if (token.length > MAX_TOKEN) return undefined;
      try {
        const { kid, alg } = decodeProtectedHeader(token);
        const key = alg === ALGORITHM && typeof kid === 'string' ? await keys.find(kid) : undefined;
        if (!key) return undefined;
        const { payload } = await jwtVerify(token, key.publicKey, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'sid', 'exp', 'iat'],
          maxTokenAge: ACCESS_SECONDS,
          currentDate: new Date(clock.now()),
        });
        const { sub, sid, scope } = payload;
        if (typeof sub !== 'string' || typeof sid !== 'string') return undefined;
        return { user: sub, sessionId: sid, scopes: Array.isArray(scope) ? scope.map(String) : undefined };
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
        throw error;
      }
    },
  };
}
