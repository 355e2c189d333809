/**
 * The Context of a request, and the one place where a request meets a newer schema: what failed is run
 * again when the schema has moved on since the request took its snapshot, or a policy engine had to be asked.
 */
import { isStale } from '../db/errors.ts';
import { servicesFor } from '../documents/actor-services.ts';
import type { Context } from '../documents/contract.ts';
import { answering, noPolicyAnswers } from '../documents/policy.ts';
import type { Actor } from '../kernel/actor.ts';
import { AppError, type ErrorCode } from '../kernel/error.ts';
import type { Call } from './call.ts';
import { placeInTenant } from './tenant.ts';

/** Failures that an older Plan can cause: a DocType, field or rule that it does not know yet. */
const PERHAPS_STALE: ReadonlySet<ErrorCode> = new Set(['bad_request', 'validation', 'not_found']);

const TRIES = 5;

/** A failed operation has written nothing, so running it again is safe. */
export async function withFreshPlan<T>(call: Call, actor: Actor, operation: (ctx: Context) => Promise<T>): Promise<T> {
  const placed = await placeInTenant(call, actor);
  const policyAnswers = noPolicyAnswers();
  for (let attempt = 1; ; attempt++) {
    const ctx = { ...contextOf(call, placed), policyAnswers };
    try {
      return await answering(ctx, operation);
    } catch (error) {
      const isCertain = isStale(error);
      if (!isCertain && !(error instanceof AppError && PERHAPS_STALE.has(error.code))) throw error;
      const now = await call.http.store.refresh();
      const isNewer = now.version !== ctx.snapshot.version;
      // Of two edits in quick succession the second may meet the second try too.
      if (attempt === TRIES || !(isNewer || (isCertain && attempt === 1))) throw error;
    }
  }
}

export function contextOf(call: Call, actor: Actor): Context {
  const { services, store } = call.http;
  return {
    services: servicesFor(services, actor),
    actor,
    snapshot: store.current(),
    requestId: call.requestId,
    now: call.now,
    confirm: call.query.get('confirm'),
  };
}
