/** What every operation asks of its context first: the plan, the permission, the transaction. */
import { type Access, type AccessTo, type Action, decide, listAction } from '../access/decide.ts';
import { GUEST, systemActor } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { NOBODY } from '../kernel/tenancy.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Context, WriteContext } from './contract.ts';
import { PolicyPending, policyRefusal, refuseUnanswered, underPolicy } from './policy.ts';

/** The plan of a DocType that the actor may know of; `not_found` otherwise, whether or not it is there. */
export function planOf(ctx: Context, doctype: string): DocTypePlan {
  const plan = ctx.snapshot.find(doctype);
  if (!plan || !builtinAccess(ctx, plan, 'read').isVisible) throw unknownDocType(ctx, doctype);
  return plan;
}

/** Decides and throws when the action is not allowed at all: `forbidden`, or as if the DocType were not there. */
export function permit(ctx: Context, plan: DocTypePlan, action: Action): Access {
  const access = accessTo(ctx, plan, action);
  if (access.allowed) return access;
  throw access.isVisible ? forbidden(ctx, plan, action) : unknownDocType(ctx, plan.name);
}

/** What the actor may not do, though he may know of it. A guest is asked to sign in instead. */
export function forbidden(ctx: Context, plan: DocTypePlan, action: Action, name?: string): AppError {
  if (ctx.actor.user === GUEST) return notSignedIn();
  const what = name === undefined ? `${plan.name} documents` : `the ${plan.name} ${name}`;
  const refusal = policyRefusal(ctx, { plan, action });
  const why = refusal ? `: the policy engine refuses it${refusal.reason ? ` (${refusal.reason})` : ''}` : '';
  return new AppError('forbidden', `You may not ${action} ${what}${why}. Ask somebody who manages permissions.`);
}

/** One answer for a DocType that is not there and for one that the actor may not know of. */
export function unknownDocType(ctx: Context, doctype: string): AppError {
  if (ctx.actor.user === GUEST) return notSignedIn();
  return new AppError('not_found', `There is no DocType ${JSON.stringify(doctype)}.`);
}

function notSignedIn(): AppError {
  return new AppError(
    'unauthenticated',
    'You are not signed in. Sign in with POST /api/v1/auth/login and send its token as "Authorization: Bearer …".',
  );
}

/**
 * The actor's access to one DocType, or to the rows of a child table within another: what the built-in rules
 * and the policy engine, when there is one, both allow. Throws PolicyPending (policy.ts), which nobody catches.
 */
export function accessTo(ctx: Context, plan: DocTypePlan, action: Action, within?: DocTypePlan): Access {
  const access = builtinAccess(ctx, plan, action, within);
  return underPolicy(ctx, { plan: within ?? plan, action, access });
}

/**
 * For many decisions in a row: what the policy engine has not answered yet is asked together, not with a run
 * of the operation for each.
 */
export function askAhead(ctx: Context, plans: readonly DocTypePlan[], actions: readonly Action[]): void {
  if (!ctx.services.policy) return;
  let pending: PolicyPending | undefined;
  for (const plan of plans) {
    for (const action of actions) {
      try {
        accessTo(ctx, plan, action);
      } catch (error) {
        if (!(error instanceof PolicyPending)) throw error;
        pending = error;
      }
    }
  }
  if (pending) throw pending;
}

/** The decision of the product's own rules alone: for what describes the schema and gives no document away. */
export function builtinAccess(ctx: Context, plan: DocTypePlan, action: Action, within?: DocTypePlan): Access {
  const { snapshot, actor, services } = ctx;
  const rules = services.controllers.rowRules((within ?? plan).name);
  const rowsWithin = within && services.controllers.rowsWithin(plan.name);
  const access = decide({ snapshot, plan, actor, action, within, rules, rowsWithin });
  if (plan.tenancy === undefined || plan.tenancy === 'common' || plan.storage === 'child') return access;
  const tenant = actor.tenant ?? (actor.reason === undefined ? NOBODY : undefined);
  return tenant === undefined ? access : { ...access, tenant };
}

/**
 * Access of the actor to each DocType that a read passes through: `first` with the action, what is reached by
 * its Links as lists show it.
 */
export function accessFor(ctx: Context, action: Action, first?: DocTypePlan): AccessTo {
  return (plan, within) => {
    const asked = within ?? plan;
    const isFirst = first === undefined || asked === first;
    return accessTo(ctx, plan, isFirst ? action : listAction({ plan: asked, actor: ctx.actor }), within);
  };
}

/**
 * The context of work that the server does for itself within a request: nobody's rights apply, the reason is
 * in the log. The one way to get there; a hook or a request has none.
 */
export function asSystem<C extends Context>(ctx: C, reason: string): C {
  ctx.services.log.debug({ reason, user: ctx.actor.user, request_id: ctx.requestId }, 'the server acts for itself');
  // Still by this user and for this tenant: only the rights are the server's.
  return { ...ctx, actor: { ...systemActor(reason), user: ctx.actor.user, tenant: ctx.actor.tenant } };
}

/** Access of the actor to each DocType as lists show it. */
export function listAccess(ctx: Context): AccessTo {
  return (plan, within) => accessTo(ctx, plan, listAction({ plan: within ?? plan, actor: ctx.actor }), within);
}

/** Runs in the open transaction, or in one of its own. */
export function inTransaction<T>(ctx: Context, work: (ctx: WriteContext) => Promise<T>): Promise<T> {
  const complete = async (within: WriteContext): Promise<T> => {
    const result = await work(within);
    refuseUnanswered(ctx);
    return result;
  };
  if (ctx.tx) return complete(ctx as WriteContext);
  return ctx.services.db.transaction((tx) => complete({ ...ctx, tx }));
}

/**
 * Like inTransaction for work that ends with a question whose answer nobody needs before the commit: the
 * commit is sent behind it without waiting, and locks are held one round trip less.
 */
export async function inTransactionThen<T>(ctx: Context, work: LastAsking<T>): Promise<T> {
  const { answer } = await inTransaction(ctx, (within) => asked(within, work));
  return answer;
}

/** The same for short work that nothing but its own statements holds up: it may share a transaction with others. */
export async function inSharedTransactionThen<T>(ctx: Context, work: LastAsking<T>): Promise<T> {
  const { answer } = await ctx.services.db.sharedTransaction((tx) => asked({ ...ctx, tx }, work));
  return answer;
}

type LastAsking<T> = (ctx: WriteContext) => Promise<() => Promise<T>>;

async function asked<T>(within: WriteContext, work: LastAsking<T>): Promise<{ answer: Promise<T> }> {
  const ask = await work(within);
  const answer = ask();
  // Awaited after the commit; should that fail first, it is the error to tell.
  answer.catch(() => undefined);
  // A question for the policy engine must come up before the commit: what runs again has done nothing yet.
  if (within.services.policy) await answer;
  return { answer };
}
