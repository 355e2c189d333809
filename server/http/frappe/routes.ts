/** The Frappe-compatible routes, all of them; methods are called by their path, or by `cmd` as older clients do. */
import type { Context } from '../../documents/contract.ts';
import { AppError } from '../../kernel/error.ts';
import type { Answer, Call, Route } from '../call.ts';
import { withFreshPlan } from '../fresh.ts';
import { refuseGuest, signIn } from '../sign-in.ts';
import { readFrappeBody } from './body.ts';
import { fileRoutes } from './files.ts';
import { callControllerMethod, callMethod } from './methods/all.ts';
import { OPEN_METHODS } from './open.ts';
import { resourceRoutes } from './resource.ts';
import { v2Routes } from './v2.ts';

/** What follows another slash is ignored, as in Frappe. */
function v1Method(call: Call, ctx: Context): Promise<Answer> {
  return callMethod(call, ctx, { path: call.segments[2] ?? '', version: 1 });
}

function v2Method(call: Call, ctx: Context): Promise<Answer> {
  return callMethod(call, ctx, { path: call.segments[3] ?? '', version: 2 });
}

function v2ControllerMethod(call: Call, ctx: Context): Promise<Answer> {
  const [, , , doctype = '', method = ''] = call.segments;
  return callControllerMethod(call, ctx, { doctype, method, version: 2 });
}

/** `POST /` with `cmd`: which method it is, and so whether it needs a session, stands in the body. */
async function command(call: Call): Promise<Answer> {
  const path = call.given.cmd ?? call.query.get('cmd');
  if (typeof path !== 'string' || path === '')
    throw new AppError(
      'not_found',
      'There is nothing to POST at /. Name a method with cmd, or use /api/method/{method}.',
    );
  const open = OPEN_METHODS.get(path);
  if (open) return open.answer(call);
  await signIn(call);
  refuseGuest(call);
  return withFreshPlan(call, call.actor as NonNullable<Call['actor']>, (ctx) =>
    callMethod(call, ctx, { path, version: 1 }),
  );
}

const reading = { access: 'signed-in', scoped: true } as const;
const writing = { access: 'signed-in', scoped: true, isWrite: true, readBody: readFrappeBody } as const;

function methodRoutes(path: string, answer: (call: Call, ctx: Context) => Promise<Answer>): Route[] {
  return [
    { method: 'GET', path, ...reading, answer },
    { method: 'POST', path, ...writing, answer },
    { method: 'PUT', path, ...writing, answer },
    { method: 'DELETE', path, ...writing, answer },
  ];
}

function openRoutes(): Route[] {
  return [...OPEN_METHODS].flatMap(([name, { answer, ...method }]) =>
    ['/api/method/', '/api/v2/method/'].flatMap((start): Route[] => {
      const path = start + name;
      const post: Route = { method: 'POST', path, access: 'open', readBody: readFrappeBody, answer };
      return 'reads' in method ? [{ method: 'GET', path, access: 'open', answer }, post] : [post];
    }),
  );
}

export const frappeRoutes: readonly Route[] = [
  { method: 'POST', path: '/', access: 'open', readBody: readFrappeBody, answer: command },
  ...openRoutes(),
  ...fileRoutes,
  ...methodRoutes('/api/method/*', v1Method),
  ...methodRoutes('/api/method/*/**', v1Method),
  ...methodRoutes('/api/v2/method/*', v2Method),
  ...methodRoutes('/api/v2/method/*/*', v2ControllerMethod),
  ...resourceRoutes,
  ...v2Routes,
];
