/**
 * API keys: a name for the key and a secret of 256 bits, of which only the hash is kept in `m_api_key`.
 * A key does at most what its user may at this moment, and less when it has scopes. They outlive a change
 * of the password; whoever fears for a key revokes it.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { audit } from '../audit/audit.ts';
import type { Database, Row } from '../db/pool.ts';
import { AppError } from '../kernel/error.ts';
import type { Clock, IdSource } from '../kernel/ports.ts';
import { toTimestamp } from '../kernel/time.ts';
import { createAddressList } from './addresses.ts';

export interface ApiKey {
  id: string;
  user: string;
  /** Undefined: all that the user may. */
  scopes: readonly string[] | undefined;
}

export interface NewApiKey {
  user: string;
  label: string;
  scopes?: readonly string[];
  /** Addresses and ranges that it may be used from. */
  ips?: readonly string[];
  /** Milliseconds UTC. */
  expires?: number;
  /** For the audit log. */
  ip?: string;
  requestId?: string;
}

export interface ApiKeys {
  /** The secret is given this once. Throws `conflict` when the user has a hundred keys. */
  create(q: NewApiKey): Promise<{ id: string; key: string; secret: string }>;
  list(user: string): Promise<Row[]>;
  /** False: the user has no such key. */
  revoke(q: { user: string; id: string; ip?: string; requestId?: string }): Promise<boolean>;
  /** Drops what is remembered: another process has revoked some. */
  forget(): void;
  /** Undefined: no such key, a wrong secret, expired, or not from this address. */
  find(q: { key: string; secret: string; ip: string }): Promise<ApiKey | undefined>;
}

const REMEMBERED_MS = 1000;
const MAX_REMEMBERED = 10_000;
const MAX_KEYS = 100;
const MAX_PART = 200;
const USED_MS = 60_000;
const AUDITED_MS = 3_600_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const RFC_3339 = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

interface Found extends ApiKey {
  secretHash: string;
  ips: readonly string[] | undefined;
  expires: number;
}

export interface ApiKeysInput {
  db: Database;
  clock: Clock;
  ids: IdSource;
  /** Told after a key of the user was revoked here. */
  signedOut(user: string): void;
}

export function createApiKeys({ db, clock, ids, signedOut }: ApiKeysInput): ApiKeys {
  const remembered = new Map<string, { found: Found; until: number }>();
  let generation = 0;
  const lookUp = async (key: string): Promise<Found | undefined> => {
    const now = clock.now();
    const known = remembered.get(key);
    if (known && known.until > now) return known.found;
    const begun = generation;
    const row = await findRow(db, key);
    remembered.delete(key);
    if (!row) return undefined;
    const found = toFound(row);
    if (begun !== generation) return found;
    if (remembered.size >= MAX_REMEMBERED) remembered.delete(remembered.keys().next().value as string);
    remembered.set(key, { found, until: now + REMEMBERED_MS });
    return found;
  };
  const forget = (): void => {
    generation++;
    remembered.clear();
  };
  /** When each key was last noted by this process: the row is written at most once a minute. */
  const noted = new Map<string, number>();
  const note = async (found: Found, ip: string): Promise<void> => {
    const now = clock.now();
    if (now - (noted.get(found.id) ?? 0) < USED_MS) return;
    if (noted.size >= MAX_REMEMBERED) noted.clear();
    noted.set(found.id, now);
    const [before] = await db.query({
      text: `update m_api_key k set last_used = $2 from m_api_key b where k.id = $1 and b.id = k.id
        returning (extract(epoch from b.last_used) * 1000)::float8 as last_used`,
      values: [found.id, toTimestamp(now)],
    });
    if (before && now - Number(before.last_used ?? 0) > AUDITED_MS)
      await audit(db, { actor: found.user, action: 'api_key_used', subject: found.id, ip });
  };
  return {
    async create({ user, label, scopes, ips, expires, ip, requestId }) {
      const id = ids.uuid();
      const key = randomBytes(12).toString('hex');
      const secret = randomBytes(32).toString('base64url');
      const rows = await db.query({
        text: `insert into m_api_key (id, key, secret_hash, user_id, label, scopes, ips, created, expires)
          select $1, $2, $3, u.id, $5, $6::text[], $7::text[], $8::timestamptz, $9::timestamptz from "user" u
          where u.name = $4 and (select count(*) from m_api_key k where k.user_id = u.id) < ${MAX_KEYS}
          returning 1 as made`,
        values: [
          id,
          key,
          hash('sha256', secret),
          user,
          label,
          scopes ? [...scopes] : null,
          ips ? [...ips] : null,
          toTimestamp(clock.now()),
          expires === undefined ? null : toTimestamp(expires),
        ],
      });
      if (rows.length === 0)
        throw new AppError('conflict', `You have ${MAX_KEYS} API keys, and no more are kept. Revoke one first.`);
      const details = { scopes: scopes ?? null, label };
      await audit(db, { actor: user, action: 'api_key_created', subject: id, ip, requestId, details });
      return { id, key, secret };
    },
    forget,
    list: (user) => db.query({ text: LIST, values: [user] }),
    async revoke({ user, id, ip, requestId }) {
      if (!UUID.test(id)) return false;
      const rows = await db.query({
        text: `delete from m_api_key k using "user" u where u.id = k.user_id and u.name = $1 and k.id = $2 returning 1 as gone`,
        values: [user, id],
      });
      forget();
      if (rows.length === 0) return false;
      signedOut(user);
      await audit(db, { actor: user, action: 'api_key_revoked', subject: id, ip, requestId });
      return true;
    },
    async find({ key, secret, ip }) {
      if (key === '' || key.length > MAX_PART || secret.length > MAX_PART || key.includes('\0')) return undefined;
      const found = await lookUp(key);
      const given = Buffer.from(hash('sha256', secret));
      // As long as with a key: the time does not tell which keys there are.
      if (!timingSafeEqual(Buffer.from(found?.secretHash ?? hash('sha256', key)), given) || !found) return undefined;
      if (found.expires <= clock.now()) return undefined;
      if (found.ips && !createAddressList(found.ips).has(ip)) return undefined;
      await note(found, ip);
      return found;
    },
  };
}

const time = (column: string): string => `to_char(k.${column} at time zone 'UTC', ${RFC_3339}) as ${column}`;
const LIST = `select k.id, k.key, k.label, k.scopes, k.ips, ${time('created')}, ${time('expires')}, ${time('last_used')}
  from m_api_key k join "user" u on u.id = k.user_id where u.name = $1 order by k.created desc`;

/** Deletes what belongs to nobody any more, and what expired a month ago. */
export async function purgeApiKeys(db: Database, now: number): Promise<void> {
  await db.query({
    text: `delete from m_api_key k where k.expires < $1::timestamptz - interval '30 days'
      or not exists (select from "user" u where u.id = k.user_id)`,
    values: [toTimestamp(now)],
  });
}

async function findRow(db: Database, key: string): Promise<Row | undefined> {
  const [row] = await db.query({
    name: 'api_key',
    text: `select k.id, u.name as "user", k.secret_hash, k.scopes, k.ips,
        (extract(epoch from k.expires) * 1000)::float8 as expires
      from m_api_key k join "user" u on u.id = k.user_id where k.key = $1`,
    values: [key],
  });
  return row;
}

function toFound(row: Row): Found {
  return {
    id: row.id as string,
    user: row.user as string,
    secretHash: row.secret_hash as string,
    scopes: (row.scopes as string[] | null) ?? undefined,
    ips: (row.ips as string[] | null) ?? undefined,
    expires: row.expires === null ? Number.POSITIVE_INFINITY : Number(row.expires),
  };
}
