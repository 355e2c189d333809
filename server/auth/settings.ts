/**
 * What System Settings say about signing in, within bounds that keep it safe: a bad value there is no
 * way to switch a guard off. Remembered for a second.
 */
import type { Database, Queryable, Row } from '../db/pool.ts';
import type { Clock } from '../kernel/ports.ts';
import { DEFAULT_COST, type PasswordCost } from './passwords.ts';

export interface SignInSettings {
  /** An unused session ends after so many milliseconds. */
  idleMs: number;
  isSingleSession: boolean;
  byUsername: boolean;
  byMobile: boolean;
  /** Wrong passwords in a row that lock an account; 0: none does. */
  attempts: number;
  lockMs: number;
  /** 2, 3 or 4: see password-policy.ts. */
  passwordScore: number;
  cost: PasswordCost;
}

export type ReadSettings = () => Promise<SignInSettings>;

const REMEMBERED_MS = 1000;
const MINUTE_MS = 60_000;
const DEFAULT_IDLE_MS = 7 * 24 * 3600_000;
export const MAX_SESSION_MS = 30 * 24 * 3600_000;
const EXPIRY = /^(\d{1,4}):([0-5]\d)(?::[0-5]\d)?$/;

export function createSettings({ db, clock }: { db: Database; clock: Clock }): ReadSettings {
  let remembered: { until: number; settings: Promise<SignInSettings> } | undefined;
  return () => {
    const now = clock.now();
    if (remembered && remembered.until > now) return remembered.settings;
    const settings = readSettings(db);
    const entry = { until: now + REMEMBERED_MS, settings };
    remembered = entry;
    settings.catch(() => {
      if (remembered === entry) remembered = undefined;
    });
    return settings;
  };
}

export async function readSettings(db: Queryable): Promise<SignInSettings> {
  const [row = {}] = await db.query({
    name: 'sign_in_settings',
    text: `select session_expiry, deny_multiple_sessions, allow_login_using_user_name, allow_login_using_mobile_number,
        allow_consecutive_login_attempts, allow_login_after_fail, minimum_password_score,
        password_hash_memory, password_hash_passes
      from system_settings`,
    values: [],
  });
  return {
    idleMs: idleOf(row.session_expiry),
    isSingleSession: row.deny_multiple_sessions === true,
    byUsername: row.allow_login_using_user_name === true,
    byMobile: row.allow_login_using_mobile_number === true,
    attempts: whole(row, 'allow_consecutive_login_attempts', { fallback: 10, from: 0, to: 1000 }),
    lockMs: whole(row, 'allow_login_after_fail', { fallback: 60, from: 1, to: 86_400 }) * 1000,
    passwordScore: whole(row, 'minimum_password_score', { fallback: 2, from: 2, to: 4 }),
    cost: {
      memoryCost:
        whole(row, 'password_hash_memory', { fallback: DEFAULT_COST.memoryCost / 1024, from: 19, to: 256 }) * 1024,
      timeCost: whole(row, 'password_hash_passes', { fallback: DEFAULT_COST.timeCost, from: 2, to: 10 }),
    },
  };
}

/** `hours:minutes`, from a minute to thirty days. */
function idleOf(text: unknown): number {
  const parts = EXPIRY.exec(String(text ?? '').trim());
  if (!parts) return DEFAULT_IDLE_MS;
  const minutes = Number(parts[1]) * 60 + Number(parts[2]);
  return Math.min(Math.max(minutes * MINUTE_MS, MINUTE_MS), MAX_SESSION_MS);
}

/** PostgreSQL's integers come as text; an empty one is the default, another is brought within bounds. */
function whole(row: Row, name: string, q: { fallback: number; from: number; to: number }): number {
  const value = row[name];
  if (value === null || value === undefined || value === '') return q.fallback;
  const number = Number(value);
  return Number.isInteger(number) ? Math.min(Math.max(number, q.from), q.to) : q.fallback;
}
