/**
 * Routes that call code of apps: methods of a DocType's controllers, and functions by dotted path.
 * Only what an app has listed can be called; a call is one transaction.
 */
import type { Context } from '../documents/contract.ts';
import { callMethod, runCallable } from '../documents/methods.ts';
import { AppError } from '../kernel/error.ts';
import { type Answer, type Call, json, type Route } from './call.ts';

async function method(call: Call, ctx: Context): Promise<Answer> {
  const [, , , doctype = '', name = ''] = call.segments;
  return json({ result: await callMethod(ctx, { doctype, method: name, args: call.given }) });
}

async function fn(call: Call, ctx: Context): Promise<Answer> {
  const path = call.segments[4] ?? '';
  const callable = call.http.functions?.get(path);
  if (!callable)
    throw new AppError('not_found', `There is no function ${JSON.stringify(path.slice(0, 140))} that may be called.`);
  return json({ result: await runCallable(ctx, { doctype: '', callable, args: call.given }) });
}

export const rpcRoutes: readonly Route[] = [
  { method: 'POST', path: '/api/v1/rpc/*/*', query: [], access: 'signed-in', isWrite: true, answer: method },
  { method: 'POST', path: '/api/v1/rpc/fn/*', query: [], access: 'signed-in', isWrite: true, answer: fn },
];
