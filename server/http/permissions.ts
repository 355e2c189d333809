/** /api/v1/permissions: rows of a site's own for a DocType, back to the DocType's, and why somebody may or may not. */
import type { Context } from '../documents/contract.ts';
import { customizePermissions, resetPermissions } from '../rights/custom-permissions.ts';
import { explainAccess } from '../rights/explain.ts';
import { type Answer, type Call, json, NO_CONTENT, type Route } from './call.ts';
import { refusal, takes } from './given.ts';
import { fellow } from './tenant.ts';

async function customize(call: Call, ctx: Context): Promise<Answer> {
  takes(call, []);
  return json(await customizePermissions(ctx, call.segments[3] ?? ''));
}

async function reset(call: Call, ctx: Context): Promise<Answer> {
  takes(call, []);
  await resetPermissions(ctx, call.segments[3] ?? '');
  return NO_CONTENT;
}

async function explain(call: Call, ctx: Context): Promise<Answer> {
  const doctype = call.query.get('doctype');
  if (!doctype) throw refusal('doctype', 'Which DocType? Say ?doctype=, and &name= and &user= where you mean them.');
  const [name, user] = [call.query.get('name'), call.query.get('user')];
  const wish = { doctype, name: name || undefined, user: user || undefined };
  return json(await explainAccess(ctx, wish, (who) => fellow(call, ctx, who)));
}

const aWrite = { access: 'signed-in', isWrite: true } as const;

export const permissionRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/permissions/explain',
    query: ['doctype', 'name', 'user'],
    access: 'signed-in',
    answer: explain,
  },
  { method: 'POST', path: '/api/v1/permissions/*/customize', query: [], ...aWrite, answer: customize },
  { method: 'POST', path: '/api/v1/permissions/*/reset', query: [], ...aWrite, answer: reset },
];
