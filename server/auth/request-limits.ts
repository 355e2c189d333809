/** How often something may be asked for, counted in PostgreSQL so that it holds over all processes. */
import { hash } from 'node:crypto';
import type { Queryable } from '../db/pool.ts';
import { toTimestamp } from '../kernel/time.ts';

export interface Limit {
  /** What is counted, such as `mail 203.0.113.7`; kept as its hash. */
  key: string;
  most: number;
  minutes: number;
  /** Milliseconds UTC. */
  now: number;
}

/** Counts this request; false when it is one too many. Counting comes before the work, so that a burst is counted whole. */
export async function countRequest(db: Queryable, { key, most, minutes, now }: Limit): Promise<boolean> {
  const [row] = await db.query({
    text: `insert into m_request_count as c (key, requests, expires) values ($1, 1, $2)
      on conflict (key) do update set
        requests = case when c.expires <= $3 then 1 else least(c.requests, 1000000) + 1 end,
        expires = case when c.expires <= $3 then excluded.expires else c.expires end
      returning requests`,
    values: [hash('sha256', key), toTimestamp(now + minutes * 60_000), toTimestamp(now)],
  });
  return Number(row?.requests) <= most;
}

/** Forgets the count: what was limited has succeeded. */
export async function forgetRequests(db: Queryable, key: string): Promise<void> {
  await db.query({ text: 'delete from m_request_count where key = $1', values: [hash('sha256', key)] });
}
