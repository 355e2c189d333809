/** Code of apps that may be called: methods of a DocType, and functions. One call is one transaction. */
import { AppError } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import { inTransaction, planOf } from './context.ts';
import type { Context, MethodArgument } from './contract.ts';
import { failHook } from './controllers.ts';
import { boundDoors } from './run-hooks.ts';

export type Callable = (argument: MethodArgument) => unknown | Promise<unknown>;

export interface MethodCall {
  doctype: string;
  method: string;
  args: Readonly<Record<string, unknown>>;
}

/** What a method that an app has listed gives back; null for nothing. Throws `not_found` when there is none. */
export function callMethod(ctx: Context, { doctype, method, args }: MethodCall): Promise<unknown> {
  const plan = planOf(ctx, doctype);
  for (const { methods } of ctx.services.controllers.of(plan.name)) {
    if (methods && Object.hasOwn(methods, method))
      return runCallable(ctx, { doctype: plan.name, callable: methods[method] as Callable, args });
  }
  const name = JSON.stringify(method.slice(0, 80));
  throw new AppError('not_found', `${plan.name} has no method ${name} that may be called.`);
}

export function runCallable(
  ctx: Context,
  q: { doctype: string; callable: Callable; args: Readonly<Record<string, unknown>> },
): Promise<unknown> {
  return inTransaction(ctx, async (within) => {
    const argument = {
      doctype: q.doctype,
      args: q.args,
      actor: ctx.actor,
      now: toTimestamp(ctx.now),
      doors: boundDoors(within),
      fail: failHook,
    };
    return (await q.callable(argument)) ?? null;
  });
}
