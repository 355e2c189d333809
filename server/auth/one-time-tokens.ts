/**
 * Tokens that work once: of 256 random bits, kept only as their hash, one per purpose and subject. Taking
 * one is a single DELETE, so that of twenty at the same moment one succeeds.
 */
import { hash, randomBytes } from 'node:crypto';
import type { Queryable } from '../db/pool.ts';
import { toTimestamp } from '../kernel/time.ts';

export type TokenPurpose = 'password-reset' | 'magic-link' | 'sign-up' | 'second-factor';

export interface TokenWish {
  purpose: TokenPurpose;
  /** Whom it is for: a user's id, or the address of somebody who is none yet. */
  subject: string;
  data?: Readonly<Record<string, string>>;
  /** Milliseconds UTC. */
  now: number;
  minutes: number;
}

export interface Token {
  subject: string;
  data: Readonly<Record<string, string>>;
}

export interface TokenGiven {
  purpose: TokenPurpose;
  /** Whatever the client sent. */
  token: unknown;
  now: number;
}

const SPELLING = /^[\w-]{43}$/;

/** A new token; an older one of the same purpose and subject is worth nothing from now on. */
export async function makeToken(db: Queryable, wish: TokenWish): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await db.query({
    text: `insert into m_one_time_token (purpose, subject, token_hash, data, expires) values ($1, $2, $3, $4::jsonb, $5)
      on conflict (purpose, subject) do update
        set token_hash = excluded.token_hash, data = excluded.data, expires = excluded.expires`,
    values: [
      wish.purpose,
      wish.subject,
      hash('sha256', token),
      JSON.stringify(wish.data ?? {}),
      toTimestamp(wish.now + wish.minutes * 60_000),
    ],
  });
  return token;
}

/** Takes the token: it works no second time. Undefined when it is unknown, used, expired, or no token at all. */
export function takeToken(db: Queryable, given: TokenGiven): Promise<Token | undefined> {
  return ask(db, given, 'delete from m_one_time_token');
}

/** What the token is for, without taking it. */
export function seeToken(db: Queryable, given: TokenGiven): Promise<Token | undefined> {
  return ask(db, given, 'select');
}

async function ask(
  db: Queryable,
  q: TokenGiven,
  verb: 'select' | 'delete from m_one_time_token',
): Promise<Token | undefined> {
  if (typeof q.token !== 'string' || !SPELLING.test(q.token)) return undefined;
  const where = 'token_hash = $1 and purpose = $2 and expires > $3';
  const [row] = await db.query({
    text:
      verb === 'select'
        ? `select subject, data from m_one_time_token where ${where}`
        : `${verb} where ${where} returning subject, data`,
    values: [hash('sha256', q.token), q.purpose, toTimestamp(q.now)],
  });
  return row && { subject: row.subject as string, data: row.data as Token['data'] };
}
