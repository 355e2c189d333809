/** The workspaces of a person's sidebar, in its order. */
import { accessTo, askAhead } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { type Document, isEmpty, rowsOf } from '../kernel/document.ts';
import {
  hasRows,
  isCardBreak,
  mayWrite,
  ofModule,
  type Target,
  targetOf,
  targetOfLink,
  targetOfShortcut,
  workspacesFor,
} from './workspace-rows.ts';
import { managesWorkspaces, WORKSPACE } from './workspaces.ts';

export interface WorkspaceEntry {
  name: string;
  title: string;
  icon: string;
  color: string;
  /** The name of the one that it stands under, if that is here too. */
  parent: string | null;
  public: boolean;
  may_write: boolean;
  /** Where it leads in the place of a page. */
  doctype?: string;
  url?: string;
}

export interface WorkspaceList {
  items: WorkspaceEntry[];
  may_create: boolean;
  /** Theirs may be for everybody. */
  may_publish: boolean;
}

export async function listWorkspaces(ctx: Context): Promise<WorkspaceList> {
  const plan = ctx.snapshot.find(WORKSPACE);
  if (plan) askAhead(ctx, [plan], ['create']);
  const open = (await workspacesFor(ctx)).filter((doc) => doc.is_hidden !== true);
  const shown = withParents(open, new Set(open.filter((doc) => hasSomethingFor(ctx, doc)).map(nameOf)));
  return {
    items: shown.map((doc) => entryOf(ctx, doc, shown)),
    may_create: plan !== undefined && accessTo(ctx, plan, 'create').allowed,
    may_publish: managesWorkspaces(ctx.actor),
  };
}

/** What is there for others alone says only that it is there. */
function hasSomethingFor(ctx: Context, doc: Document): boolean {
  if (leadsElsewhere(doc)) return elsewhere(ctx, doc) !== undefined;
  if (mayWrite(ctx, doc)) return true;
  if (!hasRows(doc)) return isEmpty(doc.module) || ofModule(ctx, doc).length > 0;
  return (
    rowsOf(doc, 'shortcuts').some((row) => targetOfShortcut(ctx, row)) ||
    rowsOf(doc, 'links').some((row) => !isCardBreak(row) && targetOfLink(ctx, row))
  );
}

/** What stands over something that is shown is shown. */
function withParents(open: readonly Document[], shown: ReadonlySet<string>): Document[] {
  const byName = new Map(open.map((doc) => [nameOf(doc), doc]));
  const all = new Set(shown);
  for (const name of shown) {
    let above = byName.get(String(byName.get(name)?.parent_page ?? ''));
    while (above && !all.has(nameOf(above)) && !leadsElsewhere(above)) {
      all.add(nameOf(above));
      above = byName.get(String(above.parent_page ?? ''));
    }
  }
  return open.filter((doc) => all.has(nameOf(doc)));
}

function entryOf(ctx: Context, doc: Document, shown: readonly Document[]): WorkspaceEntry {
  const parent = shown.some((other) => other.name === doc.parent_page) ? String(doc.parent_page) : null;
  const target = leadsElsewhere(doc) ? elsewhere(ctx, doc) : undefined;
  return {
    name: nameOf(doc),
    title: String(doc.title ?? doc.name),
    icon: String(doc.icon ?? ''),
    color: String(doc.indicator_color ?? ''),
    parent,
    public: doc.public === true,
    may_write: mayWrite(ctx, doc),
    ...(target && ('url' in target ? { url: target.url } : { doctype: target.doctype.name })),
  };
}

function leadsElsewhere(doc: Document): boolean {
  return !isEmpty(doc.type) && doc.type !== WORKSPACE;
}

function elsewhere(ctx: Context, doc: Document): Target | undefined {
  return doc.type === 'URL'
    ? targetOf(ctx, { kind: 'URL', name: '', url: doc.external_link })
    : targetOf(ctx, { kind: doc.link_type, name: doc.link_to });
}

function nameOf(doc: Document): string {
  return String(doc.name);
}
