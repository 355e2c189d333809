/**
 * Repeated writes: with an Idempotency-Key the effect happens once and the first answer is given again.
 * The key, the effect and the answer are one transaction in `m_idempotency`, so that a reply that was
 * lost at COMMIT is found by the next try. A failed operation leaves nothing behind.
 */
import { hash } from 'node:crypto';
import type { Database, Transaction } from '../db/pool.ts';
import type { Context } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import type { Answer, Call } from './call.ts';

const DAY_MS = 24 * 3600_000;
const MAX_KEY = 200;
/** As the schema's own edits are tried: the operation may be one. */

/** The key of a write; undefined without the header. Throws `bad_request` for one that cannot be kept. */
export function idempotencyKey(call: Call): string | undefined {
  const key = call.header('idempotency-key');
  if (key === null) return undefined;
  if (key !== '' && key.length <= MAX_KEY) return key;
  throw new AppError('bad_request', `An Idempotency-Key has 1 to ${MAX_KEY} characters; this one has ${key.length}.`);
}

/** Runs the operation, or gives the answer of the first request with this key. Throws `conflict` when that was another request. */
export function once(q: {
  call: Call;
  ctx: Context;
  key: string;
  operation(ctx: Context): Promise<Answer>;
}): Promise<Answer> {
  const { call, ctx, key } = q;
  // A key is the caller's own, in each tenant another; no tenant's name has a slash.
  const user = ctx.actor.tenant === undefined ? ctx.actor.user : `${ctx.actor.tenant}/${ctx.actor.user}`;
  return ctx.services.db.transaction(async (tx) => {
    const first = await claim(tx, { user, key, fingerprint: fingerprintOf(call), now: ctx.now });
    if (first) return first;
    const answer = await q.operation({ ...ctx, tx });
    tx.send({
      text: 'update m_idempotency set answer = $3::json where "user" = $1 and key = $2',
      values: [user, key, JSON.stringify(answer)],
    });
    return answer;
  });
}

/** Deletes what is older than a day: to be called now and then. Gives the number of rows. */
export async function purgeIdempotency(db: Database, now: number): Promise<number> {
  const rows = await db.query({
    text: 'delete from m_idempotency where created < $1 returning 1 as gone',
    values: [toTimestamp(now - DAY_MS)],
  });
  return rows.length;
}

/** Undefined: the key is ours. The insert waits for a first request that is still running. */
async function claim(
  tx: Transaction,
  q: { user: string; key: string; fingerprint: string; now: number },
): Promise<Answer | undefined> {
  const { user, key } = q;
  tx.send({
    text: 'delete from m_idempotency where "user" = $1 and key = $2 and created < $3',
    values: [user, key, toTimestamp(q.now - DAY_MS)],
  });
  const [claimed] = await tx.query({
    text: `insert into m_idempotency ("user", key, fingerprint, created) values ($1, $2, $3, $4)
      on conflict do nothing returning 1 as ours`,
    values: [user, key, q.fingerprint, toTimestamp(q.now)],
  });
  if (claimed) return undefined;
  const [stored] = await tx.query({
    text: 'select fingerprint, answer from m_idempotency where "user" = $1 and key = $2',
    values: [user, key],
  });
  if (stored?.fingerprint !== q.fingerprint) {
    throw new AppError(
      'conflict',
      'This Idempotency-Key was used for another request. Use a new key for each new request.',
    );
  }
  return stored.answer as Answer;
}

function fingerprintOf(call: Call): string {
  const query = [...call.query].map(([name, value]) => `${name}=${value}`).sort();
  return hash('sha256', JSON.stringify([call.method, call.segments, query, call.text]));
}
