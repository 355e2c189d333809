/**
 * Routes that call code of apps: methods of a DocType's controllers, and functions by dotted path.
 * Only what an app has listed can be called; a call is one transaction.
 */
import { inTransaction, planOf } from '../documents/context.ts';
import type { Context, MethodArgument } from '../documents/contract.ts';
import { failHook } from '../documents/controllers.ts';
import { boundDoors } from '../documents/run-hooks.ts';
import { AppError } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import { type Answer, type Call, json, type Route } from './call.ts';

type Callable = (argument: MethodArgument) => unknown | Promise<unknown>;

function method(call: Call, ctx: Context): Promise<Answer> {
  const [, , , doctype = '', name = ''] = call.segments;
  const plan = planOf(ctx, doctype);
  for (const controller of ctx.services.controllers.of(plan.name)) {
    const { methods } = controller;
    if (methods && Object.hasOwn(methods, name))
      return run(call, ctx, { doctype: plan.name, callable: methods[name] as Callable });
  }
  throw new AppError(
    'not_found',
    `${plan.name} has no method ${JSON.stringify(name.slice(0, 80))} that may be called.`,
  );
}

function fn(call: Call, ctx: Context): Promise<Answer> {
  const path = call.segments[4] ?? '';
  const callable = call.http.functions?.get(path);
  if (!callable)
    throw new AppError('not_found', `There is no function ${JSON.stringify(path.slice(0, 140))} that may be called.`);
  return run(call, ctx, { doctype: '', callable });
}

function run(call: Call, ctx: Context, q: { doctype: string; callable: Callable }): Promise<Answer> {
  return inTransaction(ctx, async (within) => {
    const argument = {
      doctype: q.doctype,
      args: call.given,
      actor: ctx.actor,
      now: toTimestamp(ctx.now),
      doors: boundDoors(within),
      fail: failHook,
    };
    const result = await q.callable(argument);
    return json({ result: result ?? null });
  });
}

export const rpcRoutes: readonly Route[] = [
  { method: 'POST', path: '/api/v1/rpc/*/*', query: [], access: 'signed-in', isWrite: true, answer: method },
  { method: 'POST', path: '/api/v1/rpc/fn/*', query: [], access: 'signed-in', isWrite: true, answer: fn },
];
