/**
 * An upload as every route takes it: who may not upload is told before a byte is read, the body is received once,
 * however often the operation runs, and what was not kept is gone when the answer leaves.
 */
import { permit, planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { discardAll, type Received, type Receiver } from '../files/receive.ts';
import { FILE } from '../files/rows.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Answer, Call } from './call.ts';
import { withFreshPlan } from './fresh.ts';
import { idempotencyKey, once } from './idempotency.ts';

export async function takeUpload(
  call: Call,
  q: {
    receive(receiver: Receiver): Promise<Received>;
    save(ctx: Context, received: Received): Promise<Answer>;
  },
): Promise<Answer> {
  const actor = call.actor as Actor;
  const key = idempotencyKey(call);
  await withFreshPlan(call, actor, async (ctx) => permit(ctx, planOf(ctx, FILE), 'create'));
  const received = await q.receive(call.http.files);
  try {
    call.text = fingerprintOf(received);
    const operation = (ctx: Context): Promise<Answer> => q.save(ctx, received);
    return await withFreshPlan(call, actor, (ctx) =>
      key === undefined ? operation(ctx) : once({ call, ctx, key, operation }),
    );
  } finally {
    await discardAll(received.files);
  }
}

/** In the place of the body's text, by which a repeated request is known. */
function fingerprintOf({ files, fields }: Received): string {
  return JSON.stringify([[...fields].sort(), files.map(({ fileName, hash }) => [fileName, hash])]);
}
