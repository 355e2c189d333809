/** What every operation asks of its context first: the plan, the permission, the transaction. */
import { type Access, type Action, decide } from '../access/decide.ts';
import { AppError } from '../kernel/error.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Context, WriteContext } from './contract.ts';

/** The plan of a DocType; `not_found` when there is none. */
export function planOf(ctx: Context, doctype: string): DocTypePlan {
  const plan = ctx.snapshot.find(doctype);
  if (!plan) throw new AppError('not_found', `There is no DocType ${JSON.stringify(doctype)}.`);
  return plan;
}

/** Decides and throws `forbidden` when the action is not allowed at all. */
export function permit(ctx: Context, plan: DocTypePlan, action: Action): Access {
  const access = decide({ snapshot: ctx.snapshot, plan, actor: ctx.actor, action });
  if (!access.allowed) throw new AppError('forbidden', `You may not ${action} ${plan.name} documents.`);
  return access;
}

/** Access of the actor to each DocType that a read passes through. */
export function accessFor(ctx: Context, action: Action): (plan: DocTypePlan) => Access {
  return (plan) => decide({ snapshot: ctx.snapshot, plan, actor: ctx.actor, action });
}

/** Runs in the open transaction, or in one of its own. */
export function inTransaction<T>(ctx: Context, work: (ctx: WriteContext) => Promise<T>): Promise<T> {
  if (ctx.tx) return work(ctx as WriteContext);
  return ctx.services.db.transaction((tx) => work({ ...ctx, tx }));
}

/**
 * Like inTransaction for work that ends with a question whose answer nobody needs before the commit: the
 * commit is sent behind it without waiting, and locks are held one round trip less.
 */
export async function inTransactionThen<T>(
  ctx: Context,
  work: (ctx: WriteContext) => Promise<() => Promise<T>>,
): Promise<T> {
  const { answer } = await inTransaction(ctx, async (within) => {
    const ask = await work(within);
    const asked = ask();
    // Awaited below; should the commit fail first, that is the error to tell.
    asked.catch(() => undefined);
    return { answer: asked };
  });
  return answer;
}
