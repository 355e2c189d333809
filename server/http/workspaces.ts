/** /api/v1/settings/workspaces: those of the caller's sidebar; the page of one, and the counts of its shortcuts. */
import { withActivityFilters } from '../activity/lists.ts';
import type { Context } from '../documents/contract.ts';
import { listWorkspaces } from '../views/workspace-list.ts';
import { countShortcuts, readWorkspace, type Understand } from '../views/workspace-page.ts';
import { type Answer, type Call, json, type Route } from './call.ts';
import { tagged } from './etags.ts';

const nameOf = (call: Call): string => call.segments[4] ?? '';
const understandIn =
  (ctx: Context): Understand =>
  (doctype, filter) =>
    withActivityFilters(ctx, doctype, filter);

async function list(call: Call, ctx: Context): Promise<Answer> {
  return tagged(call, JSON.stringify(await listWorkspaces(ctx)));
}

async function page(call: Call, ctx: Context): Promise<Answer> {
  return tagged(call, JSON.stringify(await readWorkspace(ctx, nameOf(call), understandIn(ctx))));
}

async function counts(call: Call, ctx: Context): Promise<Answer> {
  return json({ counts: await countShortcuts(ctx, nameOf(call), understandIn(ctx)) });
}

const ALL = '/api/v1/settings/workspaces';

export const workspaceRoutes: readonly Route[] = [
  { method: 'GET', path: ALL, query: [], access: 'signed-in', answer: list },
  { method: 'GET', path: `${ALL}/*`, query: [], access: 'signed-in', answer: page },
  { method: 'GET', path: `${ALL}/*/counts`, query: [], access: 'signed-in', answer: counts },
];
