/**
 * The keys that sign access tokens: Ed25519, kept in `m_signing_key` sealed with the application's secret.
 * A new one is made after thirty days; an old one is good for verifying as long as tokens of it may live.
 */
import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Database } from '../db/pool.ts';
import type { Cipher, Clock } from '../kernel/ports.ts';
import { toTimestamp } from '../kernel/time.ts';

/** The one algorithm: what a token's header says is compared with it and decides nothing. */
export const ALGORITHM = 'EdDSA';

export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  created: number;
}

export interface SigningKeys {
  /** The one to sign with; made when there is none, or when the last is too old. */
  current(): Promise<SigningKey>;
  /** The one to verify with; undefined: unknown, too old, or sealed with another secret. */
  find(kid: string): Promise<SigningKey | undefined>;
}

const DAY_MS = 24 * 3600_000;
const SIGNS_MS = 30 * DAY_MS;
const VERIFIES_MS = 31 * DAY_MS;
const RELOAD_MS = 1000;

export function createSigningKeys({ db, clock, cipher }: { db: Database; clock: Clock; cipher: Cipher }): SigningKeys {
  let known = new Map<string, SigningKey>();
  let loaded = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;
  /** At most once a second, however many unknown keys are asked for. */
  const reload = async (): Promise<void> => {
    if (clock.now() - loaded < RELOAD_MS) return;
    loading ??= load(db, cipher, clock.now() - VERIFIES_MS)
      .then((keys) => {
        known = keys;
        loaded = clock.now();
      })
      .finally(() => {
        loading = undefined;
      });
    await loading;
  };
  const newest = (): SigningKey | undefined =>
    [...known.values()].filter((key) => clock.now() - key.created < SIGNS_MS).sort((a, b) => b.created - a.created)[0];
  return {
    async current() {
      if (!newest()) await reload();
      const key = newest() ?? (await make(db, cipher, clock.now()));
      known.set(key.kid, key);
      return key;
    },
    async find(kid) {
      if (!known.has(kid)) await reload();
      const key = known.get(kid);
      return key && clock.now() - key.created < VERIFIES_MS ? key : undefined;
    },
  };
}

export async function purgeSigningKeys(db: Database, now: number): Promise<void> {
  await db.query({ text: 'delete from m_signing_key where created < $1', values: [toTimestamp(now - VERIFIES_MS)] });
}

async function make(db: Database, cipher: Cipher, now: number): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  const kid = randomUUID();
  await db.query({
    text: 'insert into m_signing_key (kid, alg, sealed, created) values ($1, $2, $3, $4)',
    values: [kid, ALGORITHM, cipher.encrypt(JSON.stringify(await exportJWK(privateKey))), toTimestamp(now)],
  });
  return { kid, privateKey, publicKey, created: now };
}

async function load(db: Database, cipher: Cipher, since: number): Promise<Map<string, SigningKey>> {
  const rows = await db.query({
    text: `select kid, sealed, (extract(epoch from created) * 1000)::float8 as created
      from m_signing_key where created > $1 and alg = $2`,
    values: [toTimestamp(since), ALGORITHM],
  });
  const keys = new Map<string, SigningKey>();
  for (const row of rows) {
    const jwk = unseal(cipher, row.sealed as string);
    if (!jwk) continue;
    const { d: _secret, ...publicJwk } = jwk;
    keys.set(row.kid as string, {
      kid: row.kid as string,
      privateKey: (await importJWK(jwk, ALGORITHM)) as CryptoKey,
      publicKey: (await importJWK(publicJwk, ALGORITHM)) as CryptoKey,
      created: Number(row.created),
    });
  }
  return keys;
}

/** A key that was sealed with another secret is as good as none: a new one is made. */
function unseal(cipher: Cipher, sealed: string): JWK | undefined {
  try {
    return JSON.parse(cipher.decrypt(sealed)) as JWK;
  } catch {
    return undefined;
  }
}
