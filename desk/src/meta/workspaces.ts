/** Workspaces: their order with what stands under them, and their addresses. */
import { createSlugs } from './slug.ts';
import type { Shortcut, WorkspaceEntry } from './workspace-types.ts';

export type * from './workspace-types.ts';

export interface WorkspaceNode {
  entry: WorkspaceEntry;
  depth: number;
}

/** Each behind what it stands under. Those that stand under each other in a ring are on top. */
export function inOrder(entries: readonly WorkspaceEntry[]): WorkspaceNode[] {
  const nodes: WorkspaceNode[] = [];
  const placed = new Set<string>();
  const place = (entry: WorkspaceEntry, depth: number): void => {
    if (placed.has(entry.name)) return;
    placed.add(entry.name);
    nodes.push({ entry, depth });
    for (const below of entries) if (below.parent === entry.name) place(below, depth + 1);
  };
  for (const entry of entries) if (!entries.some(({ name }) => name === entry.parent)) place(entry, 0);
  for (const entry of entries) place(entry, 0);
  return nodes;
}

/** The list and the form of the DocType Workspace have these. */
const TAKEN: ReadonlySet<string> = new Set(['list', 'new']);

export interface WorkspaceSlugs {
  of(name: string): string;
  find(slug: string): string | undefined;
}

/** One that is not in the sidebar is reached by its exact name. */
export function createWorkspaceSlugs(names: readonly string[]): WorkspaceSlugs {
  const slugs = createSlugs(names);
  const known = new Set(names);
  const isTaken = (slug: string): boolean => TAKEN.has(slug.toLowerCase());
  return {
    of(name) {
      const slug = known.has(name) ? slugs.of(name) : name;
      return isTaken(slug) ? `${slug}-` : slug;
    },
    find(slug) {
      const meant = slug.endsWith('-') && isTaken(slug.slice(0, -1)) ? slug.slice(0, -1) : slug;
      return slugs.find(meant);
    },
  };
}

/** The views of a list by the words that a shortcut has for them. */
const VIEWS: Readonly<Record<string, string>> = {
  Kanban: 'kanban',
  Calendar: 'calendar',
  Gantt: 'gantt',
  Tree: 'tree',
  Image: 'gallery',
  Map: 'map',
};

/** The question behind the address of a list: filters and view; "" for none. */
export function listQuery({ filters, view }: Pick<Shortcut, 'filters' | 'view'>): string {
  const query = new URLSearchParams();
  if (filters.length > 0) query.set('filters', JSON.stringify(filters));
  const shown = VIEWS[view];
  if (shown) query.set('view', shown);
  return query.size === 0 ? '' : `?${query}`;
}

/** `{} open` and 3: "3 open". A number without a sentence stands by itself. */
export function countText(format: string, number: string): string {
  return format.includes('{}') ? format.replaceAll('{}', number) : number;
}
