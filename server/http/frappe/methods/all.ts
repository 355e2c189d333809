/** Every method that a Frappe client may call by its path: an exact list, and what apps have listed. */
import type { Context } from '../../../documents/contract.ts';
import { AppError } from '../../../kernel/error.ts';
import type { Answer, Call } from '../../call.ts';
import { outcomeAnswer } from '../answers.ts';
import { argumentsOf } from '../arguments.ts';
import { activityMethods } from './activity.ts';
import { controllerMethod, documentMethods, findAppMethod, noMethod } from './app-methods.ts';
import { attachMethods } from './attach.ts';
import { clientReadMethods } from './client-read.ts';
import { clientWriteMethods } from './client-write.ts';
import { formMethods } from './form.ts';
import type { Method } from './method.ts';
import { reportViewMethods } from './report-view.ts';
import { searchMethods } from './search.ts';
import { endedCookies, sessionMethods } from './session.ts';
import { shareMethods } from './share.ts';

const METHODS: ReadonlyMap<string, Method> = new Map([
  ...sessionMethods,
  ...clientReadMethods,
  ...clientWriteMethods,
  ...searchMethods,
  ...reportViewMethods,
  ...formMethods,
  ...shareMethods,
  ...attachMethods,
  ...activityMethods,
  ...documentMethods,
]);

/** Calls the method of this path. Throws `not_found` for one that is not listed, `forbidden` for a write by GET. */
export async function callMethod(call: Call, ctx: Context, q: { path: string; version: 1 | 2 }): Promise<Answer> {
  const request = { call, ctx, args: argumentsOf(call) };
  const method = METHODS.get(q.path) ?? findAppMethod(request, q.path);
  if (!method) throw unknownMethod(q.path);
  const answer = await answerOf(call, ctx, { method, version: q.version });
  return q.path === 'logout' ? { ...answer, cookies: endedCookies(call) } : answer;
}

/** Calls a method of a DocType's controller by its name. Throws as callMethod. */
export function callControllerMethod(
  call: Call,
  ctx: Context,
  q: { doctype: string; method: string; version: 1 | 2 },
): Promise<Answer> {
  const method = controllerMethod(ctx, q.doctype, q.method);
  if (!method) throw noMethod(q.doctype, q.method);
  return answerOf(call, ctx, { method, version: q.version });
}

async function answerOf(call: Call, ctx: Context, q: { method: Method; version: 1 | 2 }): Promise<Answer> {
  if (q.method.writes && (call.method === 'GET' || call.method === 'HEAD'))
    throw new AppError('forbidden', 'This method changes data, so it is not called by GET. Use POST.');
  return outcomeAnswer(await q.method.run({ call, ctx, args: argumentsOf(call) }), q.version);
}

function unknownMethod(path: string): AppError {
  return new AppError(
    'not_found',
    `There is no method ${JSON.stringify(path.slice(0, 140))} that may be called. Methods of apps are listed in their app.ts.`,
  );
}
