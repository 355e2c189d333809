/**
 * One-time codes of an authenticator app (TOTP, RFC 6238) and the recovery codes for when it is lost.
 * The secret is sealed, recovery codes are hashed; a code works once, and few may be tried.
 */
import { hash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Database, Queryable } from '../db/pool.ts';
import { AppError } from '../kernel/error.ts';
import type { Cipher, Clock } from '../kernel/ports.ts';
import { toTimestamp } from '../kernel/time.ts';
import { countRequest, forgetRequests } from './request-limits.ts';

export interface TotpEnv {
  db: Database;
  clock: Clock;
  cipher: Cipher;
}

export interface Enrolment {
  /** For typing it in: base32. */
  secret: string;
  /** For a QR code. */
  uri: string;
}

const PERIOD_S = 30;
/** A phone's clock may be one step off. */
const WINDOW = 1;
const TRIES = 10;
const TRY_MINUTES = 15;
const RECOVERY_CODES = 10;
const CODE = /^\d{6}$/;
const RECOVERY_CODE = /^[a-z2-7]{4}(?:-?[a-z2-7]{4}){3}$/;

export async function hasTotp(db: Queryable, userId: string): Promise<boolean> {
  const [row] = await db.query({
    text: 'select 1 as there from m_totp where user_id = $1::uuid and confirmed is not null',
    values: [userId],
  });
  return row !== undefined;
}

/** How many recovery codes are unused. */
export async function countRecoveryCodes(db: Queryable, userId: string): Promise<number> {
  const [row] = await db.query({
    text: 'select count(*)::int as n from m_recovery_code where user_id = $1::uuid',
    values: [userId],
  });
  return Number(row?.n);
}

/** A new secret, which counts once a code of it has come (`confirmTotp`). Throws `wrong_state` when there is one already. */
export async function enrolTotp(
  { db, clock, cipher }: TotpEnv,
  q: { userId: string; label: string; issuer: string },
): Promise<Enrolment> {
  const secret = new Secret({ size: 20 });
  const [row] = await db.query({
    text: `insert into m_totp as t (user_id, secret, created) values ($1::uuid, $2, $3)
      on conflict (user_id) do update set secret = excluded.secret, created = excluded.created, last_step = 0
        where t.confirmed is null
      returning 1 as made`,
    values: [q.userId, cipher.encrypt(secret.base32), toTimestamp(clock.now())],
  });
  if (!row)
    throw new AppError(
      'wrong_state',
      'Your account has a second factor already. Disable it first, then set up another.',
    );
  // The label and the issuer end up in an address: what is no plain word in them is left out.
  const uri = totpOf(secret, { label: plain(q.label), issuer: plain(q.issuer) }).toString();
  return { secret: secret.base32, uri };
}

/** The first code: from now on the factor counts. Gives the recovery codes, which nobody can show again. */
export async function confirmTotp(env: TotpEnv, q: { userId: string; otp: unknown }): Promise<string[]> {
  const step = await acceptedStep(env, { ...q, isConfirmed: false });
  return env.db.transaction(async (tx) => {
    const [row] = await tx.query({
      text: `update m_totp set confirmed = $2, last_step = $3::bigint
        where user_id = $1::uuid and confirmed is null returning 1 as done`,
      values: [q.userId, toTimestamp(env.clock.now()), step],
    });
    if (!row) throw new AppError('wrong_state', 'The second factor is set up already.');
    return writeRecoveryCodes(tx, q.userId);
  });
}

/** A code of the app, or a recovery code, each good for once. Throws `unauthenticated` and `rate_limited`. */
export async function checkCode(env: TotpEnv, q: { userId: string; otp: unknown }): Promise<void> {
  if (typeof q.otp === 'string' && RECOVERY_CODE.test(q.otp.trim().toLowerCase())) return takeRecoveryCode(env, q);
  const step = await acceptedStep(env, { ...q, isConfirmed: true });
  const [row] = await env.db.query({
    text: `update m_totp set last_step = $2::bigint
      where user_id = $1::uuid and confirmed is not null and last_step < $2::bigint returning 1 as fresh`,
    values: [q.userId, step],
  });
  if (!row) throw wrongCode();
  await forgetRequests(env.db, triesKey(q.userId));
}

/** New recovery codes; the old ones are worth nothing. */
export function renewRecoveryCodes({ db }: TotpEnv, userId: string): Promise<string[]> {
  return db.transaction((tx) => writeRecoveryCodes(tx, userId));
}

export async function removeTotp(db: Queryable, userId: string): Promise<void> {
  await db.query({
    text: `with codes as (delete from m_recovery_code where user_id = $1::uuid),
      pending as (delete from m_one_time_token where purpose = 'second-factor' and subject = $1::text)
      delete from m_totp where user_id = $1::uuid`,
    values: [userId],
  });
}

/** The time step that the code belongs to. Each try is counted before it is looked at. */
async function acceptedStep(env: TotpEnv, q: { userId: string; otp: unknown; isConfirmed: boolean }): Promise<number> {
  const { db, clock, cipher } = env;
  await countTry(env, q.userId);
  const [row] = await db.query({
    text: 'select secret, confirmed is not null as confirmed from m_totp where user_id = $1::uuid',
    values: [q.userId],
  });
  const otp = typeof q.otp === 'string' ? q.otp.replaceAll(' ', '') : '';
  if (!row || row.confirmed !== q.isConfirmed || !CODE.test(otp)) throw wrongCode();
  const timestamp = clock.now();
  const totp = totpOf(Secret.fromBase32(cipher.decrypt(row.secret as string)));
  const delta = totp.validate({ token: otp, timestamp, window: WINDOW });
  if (delta === null) throw wrongCode();
  return Math.floor(timestamp / 1000 / PERIOD_S) + delta;
}

async function takeRecoveryCode(env: TotpEnv, q: { userId: string; otp: unknown }): Promise<void> {
  await countTry(env, q.userId);
  const [row] = await env.db.query({
    text: 'delete from m_recovery_code where user_id = $1::uuid and code_hash = $2 returning 1 as taken',
    values: [q.userId, recoveryHash(q.userId, String(q.otp).trim().toLowerCase())],
  });
  if (!row) throw wrongCode();
  await forgetRequests(env.db, triesKey(q.userId));
}

async function countTry({ db, clock }: TotpEnv, userId: string): Promise<void> {
  const isFew = await countRequest(db, { key: triesKey(userId), most: TRIES, minutes: TRY_MINUTES, now: clock.now() });
  if (!isFew)
    throw new AppError('rate_limited', `Too many codes were tried. Wait ${TRY_MINUTES} minutes, then try again.`, {
      extra: { retry_after: TRY_MINUTES * 60 },
    });
}

async function writeRecoveryCodes(db: Queryable, userId: string): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  await db.query({ text: 'delete from m_recovery_code where user_id = $1::uuid', values: [userId] });
  await db.query({
    text: 'insert into m_recovery_code (user_id, code_hash) select $1::uuid, unnest($2::text[])',
    values: [userId, codes.map((code) => recoveryHash(userId, code))],
  });
  return codes;
}

/** 80 bits: enough that a plain hash of it cannot be searched. */
function newRecoveryCode(): string {
  const letters = new Secret({ buffer: new Uint8Array(randomBytes(10)).buffer }).base32.toLowerCase();
  return (letters.match(/.{4}/g) as string[]).join('-');
}

function recoveryHash(userId: string, code: string): string {
  return hash('sha256', `${userId} ${code.replaceAll('-', '')}`);
}

function totpOf(secret: Secret, q: { label?: string; issuer?: string } = {}): TOTP {
  return new TOTP({ ...q, secret, algorithm: 'SHA1', digits: 6, period: PERIOD_S });
}

function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N} @._+-]/gu, '').slice(0, 100) || 'account';
}

function triesKey(userId: string): string {
  return `code of ${userId}`;
}

function wrongCode(): AppError {
  const message =
    'The code is wrong, or it was used already. Give the newest code of your app, or an unused recovery code.';
  return new AppError('unauthenticated', message, { errors: [{ field: 'otp', code: 'wrong_code', message }] });
}
