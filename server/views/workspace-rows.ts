/**
 * Workspaces as the server reads them for somebody, and of what is in them what that somebody may know of: nothing
 * of a DocType that they may not read leaves here, neither its name nor what a workspace calls it.
 */
import { hasRight } from '../access/decide.ts';
import { asSystem, builtinAccess } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { listDocuments } from '../documents/read.ts';
import { isSet } from '../kernel/doctype.ts';
import { type Document, isEmpty, rowsOf } from '../kernel/document.ts';
import { condition, type Filter, or } from '../kernel/filter.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { isSafeAddress } from './workspace-values.ts';
import { managesWorkspaces, WORKSPACE } from './workspaces.ts';

const FIELDS = [
  ...['name', 'title', 'icon', 'indicator_color', 'module', 'parent_page', 'sequence_id', 'public', 'for_user'],
  ...['is_hidden', 'type', 'link_type', 'link_to', 'external_link'],
];
const OF_SHORTCUTS = ['id', 'type', 'link_to', 'label', 'doc_view', 'url', 'stats_filter', 'format', 'color'];
const OF_LINKS = ['id', 'type', 'label', 'link_type', 'link_to', 'hidden'];
const MOST = 1000;

/** Those that the caller may open, whole: their own, and the public ones that they have a role for. */
export async function workspacesFor(ctx: Context, only?: Filter): Promise<Document[]> {
  const { actor } = ctx;
  const reach = or(condition('public', '=', true), condition('for_user', '=', actor.user));
  const documents = await listDocuments(asSystem(ctx, 'arranges the workspaces of a user'), WORKSPACE, {
    fields: [
      ...FIELDS.map((path) => ({ kind: 'path', path }) as const),
      { kind: 'rows', path: 'roles', fields: ['role'] },
      { kind: 'rows', path: 'shortcuts', fields: OF_SHORTCUTS },
      { kind: 'rows', path: 'links', fields: OF_LINKS },
    ],
    filter: only ? { kind: 'and', of: [reach, only] } : reach,
    search: [],
    groupBy: [],
    order: [
      { path: 'sequence_id', direction: 'asc' },
      { path: 'title', direction: 'asc' },
    ],
    limit: MOST,
    offset: 0,
    count: 'none',
    expand: [],
  });
  return documents.filter((doc) => isOpenTo(ctx, doc));
}

/** A role that is gone lets nobody in: what was for some is never for all. */
function isOpenTo(ctx: Context, doc: Document): boolean {
  if (doc.public !== true) return doc.for_user === ctx.actor.user;
  if (mayWrite(ctx, doc)) return true;
  const roles = rowsOf(doc, 'roles');
  return roles.length === 0 || roles.some(({ role }) => ctx.actor.roles.includes(String(role)));
}

export function mayWrite(ctx: Context, doc: Document): boolean {
  return doc.public === true ? managesWorkspaces(ctx.actor) : doc.for_user === ctx.actor.user;
}

/** The DocType, if the caller may read documents of it. */
export function readable(ctx: Context, name: unknown): DocTypePlan | undefined {
  const { snapshot, actor } = ctx;
  const plan = typeof name === 'string' ? snapshot.find(name) : undefined;
  if (!plan || plan.definition.istable) return undefined;
  const isAllowed = builtinAccess(ctx, plan, 'read').allowed && hasRight({ snapshot, plan, actor, action: 'read' });
  return isAllowed ? plan : undefined;
}

/** Where a row leads; undefined: nowhere that the caller may go. */
export type Target = { doctype: DocTypePlan } | { url: string };

/** Of a shortcut, a link, or the entry in the sidebar: `kind` is DocType, URL, or what is not there yet. */
export function targetOf(ctx: Context, row: { kind: unknown; name: unknown; url?: unknown }): Target | undefined {
  if (row.kind === 'URL') return isSafeAddress(row.url) ? { url: row.url.trim() } : undefined;
  const doctype = row.kind === 'DocType' || isEmpty(row.kind) ? readable(ctx, row.name) : undefined;
  return doctype && { doctype };
}

export function targetOfShortcut(ctx: Context, row: Document): Target | undefined {
  const target = targetOf(ctx, { kind: row.type, name: row.link_to, url: row.url });
  if (!target || !('doctype' in target) || row.doc_view !== 'New') return target;
  const { snapshot, actor } = ctx;
  if (isSet(target.doctype.definition.in_create)) return undefined;
  return hasRight({ snapshot, plan: target.doctype, actor, action: 'create' }) ? target : undefined;
}

export function targetOfLink(ctx: Context, row: Document): Target | undefined {
  return targetOf(ctx, { kind: row.link_type, name: row.link_to });
}

export const isCardBreak = (row: Document): boolean => row.type === 'Card Break';

/** A workspace that says nothing of its own shows the DocTypes of its module. */
export function ofModule(ctx: Context, doc: Document): DocTypePlan[] {
  if (isEmpty(doc.module) || hasRows(doc)) return [];
  return ctx.snapshot.names.flatMap((name) => {
    const plan = ctx.snapshot.find(name)?.module === doc.module ? readable(ctx, name) : undefined;
    return plan ?? [];
  });
}

export function hasRows(doc: Document): boolean {
  return rowsOf(doc, 'shortcuts').length + rowsOf(doc, 'links').length > 0;
}
