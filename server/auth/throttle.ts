/**
 * How often somebody may try to sign in: counters per account and per address in `m_login_attempt`,
 * shared by all processes. An attempt is counted before the password is looked at, so that a burst of
 * parallel ones gets no further than one after the other. Known and unknown accounts count alike.
 */
import { hash } from 'node:crypto';
import type { Database } from '../db/pool.ts';
import { AppError } from '../kernel/error.ts';
import type { Clock } from '../kernel/ports.ts';
import { toTimestamp } from '../kernel/time.ts';
import { networkOf } from './addresses.ts';
import type { ReadSettings } from './settings.ts';

export interface Attempt {
  /** Whose: the user's id, or what was typed when nobody is called so. */
  account: string;
  /** The client's address; "" counts no address. */
  ip: string;
}

export interface Throttle {
  /** Counts an attempt. Throws `rate_limited` when there were too many; tells whether this was the last one. */
  begin(attempt: Attempt): Promise<{ isLast: boolean }>;
  /** It was the right person: the account's count begins anew, the address gets this attempt back. */
  succeeded(attempt: Attempt): Promise<void>;
}

/** Many people may share an address, so it may fail as often as several accounts. */
const ADDRESS_FACTOR = 10;

export function createThrottle(q: { db: Database; clock: Clock; settings: ReadSettings }): Throttle {
  const { db, clock, settings } = q;
  return {
    async begin({ account, ip }) {
      const { attempts, lockMs } = await settings();
      if (attempts === 0) return { isLast: false };
      const now = clock.now();
      // The address first: one that is locked cannot lock accounts.
      if (ip !== '') await count(db, { key: addressKey(ip), most: attempts * ADDRESS_FACTOR, lockMs, now });
      const failures = await count(db, { key: accountKey(account), most: attempts, lockMs, now });
      return { isLast: failures === attempts };
    },
    async succeeded({ account, ip }) {
      await db.query({
        text: `with account as (delete from m_login_attempt where key = $1)
          update m_login_attempt set failures = failures - 1 where key = $2 and failures > 0`,
        values: [accountKey(account), ip === '' ? '' : addressKey(ip)],
      });
    },
  };
}

/** Deletes counters that no longer count: to be called now and then. */
export async function purgeAttempts(db: Database, now: number): Promise<void> {
  await db.query({ text: 'delete from m_login_attempt where until < $1', values: [toTimestamp(now)] });
}

/** How many there are now. One more than `most` is refused and neither counted nor waited for any longer. */
async function count(db: Database, q: { key: string; most: number; lockMs: number; now: number }): Promise<number> {
  const [row] = await db.query({
    name: 'login_attempt',
    text: `insert into m_login_attempt as a (key, failures, until) values ($1, 1, $3::timestamptz)
      on conflict (key) do update set
        failures = case when a.until <= $2 then 1 else least(a.failures + 1, $4::integer + 1) end,
        until = case when a.until > $2 and a.failures >= $4::integer then a.until else excluded.until end
      returning failures, (extract(epoch from until) * 1000)::float8 as until`,
    values: [q.key, toTimestamp(q.now), toTimestamp(q.now + q.lockMs), q.most],
  });
  const failures = Number(row?.failures);
  if (failures <= q.most) return failures;
  const seconds = Math.max(1, Math.ceil((Number(row?.until) - q.now) / 1000));
  throw new AppError('rate_limited', `Too many attempts to sign in. Try again in ${seconds} seconds.`, {
    extra: { retry_after: seconds },
  });
}

/** Hashed: people type passwords where a name is asked for. */
function accountKey(account: string): string {
  return `account:${hash('sha256', account.trim().toLowerCase())}`;
}

function addressKey(ip: string): string {
  return `address:${networkOf(ip)}`;
}
