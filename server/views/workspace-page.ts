/** The page of a workspace for one person, and the counts of its shortcuts under that person's rights. */
import { accessFor, askAhead } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { readCount } from '../documents/read.ts';
import { type Document, rowsOf } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { condition, type Filter } from '../kernel/filter.ts';
import { countStatement } from '../query/count.ts';
import { COUNT_BOUND } from '../query/list-sql.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import {
  isCardBreak,
  mayWrite,
  ofModule,
  type Target,
  targetOfLink,
  targetOfShortcut,
  workspacesFor,
} from './workspace-rows.ts';
import { filterToWire, parsedFilter } from './workspace-values.ts';
import { WORKSPACE } from './workspaces.ts';

interface Way {
  id: string;
  label: string;
  doctype?: string;
  /** Its DocType has one document. */
  is_single?: boolean;
  url?: string;
}

export interface Shortcut extends Way {
  /** A word of Workspace Shortcut, or "". */
  view: string;
  filters: readonly unknown[];
  format: string;
  color: string;
  is_counted: boolean;
  /** Told to who may write the workspace: why it cannot be used as it is. */
  problem?: string;
}

export interface WorkspacePage {
  name: string;
  title: string;
  icon: string;
  color: string;
  module: string;
  public: boolean;
  is_hidden: boolean;
  may_write: boolean;
  shortcuts: Shortcut[];
  cards: { label: string; links: Way[] }[];
  /** For who may write it: so many rows lead where nobody, or not they, can go. */
  not_shown?: number;
}

/** The meaning that the edge gives to a filter beyond fields (activity/lists.ts). */
export type Understand = (doctype: string, filter: Filter) => Filter;

export async function readWorkspace(ctx: Context, name: string, understand: Understand): Promise<WorkspacePage> {
  const doc = await find(ctx, name);
  const isWriter = mayWrite(ctx, doc);
  const found = shortcutsOf(ctx, doc, understand);
  const shortcuts = found.filter(({ problem }) => isWriter || problem === undefined).map((each) => shown(each));
  const { cards, left } = cardsOf(ctx, doc);
  const module = ofModule(ctx, doc).map((plan) => ({ ...wayOf({ doctype: plan }), id: plan.name, label: plan.name }));
  return {
    name: String(doc.name),
    title: String(doc.title ?? doc.name),
    icon: String(doc.icon ?? ''),
    color: String(doc.indicator_color ?? ''),
    module: String(doc.module ?? ''),
    public: doc.public === true,
    is_hidden: doc.is_hidden === true,
    may_write: isWriter,
    shortcuts,
    cards: module.length > 0 ? [{ label: '', links: module }] : cards,
    ...(isWriter && { not_shown: rowsOf(doc, 'shortcuts').length - shortcuts.length + left }),
  };
}

/** Undefined where it cannot be counted; `more`: there are more than are counted. */
export type Count = { count: number; more: boolean } | null;

const AT_ONCE = 3;
const MOST_COUNTED = 100;

export async function countShortcuts(
  ctx: Context,
  name: string,
  understand: Understand,
): Promise<Record<string, Count>> {
  const counted = shortcutsOf(ctx, await find(ctx, name), understand)
    .filter(({ is_counted: isCounted, problem }) => isCounted && problem === undefined)
    .slice(0, MOST_COUNTED);
  askAhead(ctx, [...new Set(counted.map(({ plan }) => plan as DocTypePlan))], ['read']);
  const counts: [string, Count][] = [];
  for (let at = 0; at < counted.length; at += AT_ONCE) {
    const some = counted.slice(at, at + AT_ONCE);
    counts.push(
      ...(await Promise.all(some.map(async (each): Promise<[string, Count]> => [each.id, await count(ctx, each)]))),
    );
  }
  return Object.fromEntries(counts);
}

async function count(ctx: Context, { plan, filter }: Read): Promise<Count> {
  try {
    const found = await readCount(ctx, { doctype: (plan as DocTypePlan).name, filter, count: 'estimated' });
    return { count: Math.min(found, COUNT_BOUND), more: found > COUNT_BOUND };
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

async function find(ctx: Context, name: string): Promise<Document> {
  const [doc] = await workspacesFor(ctx, condition('name', '=', name));
  // One that is hidden is there for who can show it again.
  if (doc && (doc.is_hidden !== true || mayWrite(ctx, doc))) return doc;
  throw new AppError('not_found', `There is no ${WORKSPACE} called ${JSON.stringify(name.slice(0, 140))}.`);
}

interface Read extends Shortcut {
  plan: DocTypePlan | undefined;
  filter: Filter;
}

function shown({ plan: _, filter: __, ...shortcut }: Read): Shortcut {
  return shortcut;
}

function shortcutsOf(ctx: Context, doc: Document, understand: Understand): Read[] {
  return rowsOf(doc, 'shortcuts').flatMap((row): Read[] => {
    const target = targetOfShortcut(ctx, row);
    if (!target) return [];
    const plan = 'doctype' in target ? target.doctype : undefined;
    const view = plan ? String(row.doc_view ?? '') : '';
    const { wire, ...read } = plan ? filterOf(ctx, { plan, row, understand }) : { wire: [], filter: UNFILTERED };
    return [
      {
        ...wayOf(target),
        id: String(row.id),
        label: String(row.label ?? row.link_to ?? ''),
        view,
        filters: wire,
        format: String(row.format ?? ''),
        color: String(row.color ?? ''),
        is_counted: plan !== undefined && plan.storage !== 'single' && view !== 'New',
        plan,
        ...read,
      },
    ];
  });
}

const UNFILTERED: Filter = { kind: 'all' };

/** Whether the filter can be asked by this person is asked of the list itself: it may name fields that they may not read. */
function filterOf(
  ctx: Context,
  q: { plan: DocTypePlan; row: Document; understand: Understand },
): { wire: readonly unknown[]; filter: Filter; problem?: string } {
  const { plan } = q;
  const read = parsedFilter(q.row.stats_filter, ctx.actor.user);
  if ('problem' in read) return { wire: [], filter: UNFILTERED, problem: `The filter ${read.problem}.` };
  const wire = filterToWire(read.filter, plan.name);
  if (!wire) return { wire: [], filter: UNFILTERED, problem: 'The filter is nested too deep for a list.' };
  try {
    const filter = q.understand(plan.name, read.filter);
    if (plan.storage === 'table' && filter.kind !== 'all')
      countStatement({ ...ctx, plan, access: accessFor(ctx, 'read', plan), request: { filter }, now: ctx.now });
    return { wire, filter };
  } catch (error) {
    if (error instanceof AppError) return { wire: [], filter: UNFILTERED, problem: error.message };
    throw error;
  }
}

function cardsOf(ctx: Context, doc: Document): { cards: WorkspacePage['cards']; left: number } {
  const cards: WorkspacePage['cards'] = [];
  let card: { label: string; links: Way[] } | undefined;
  let isHidden = false;
  let left = 0;
  for (const row of rowsOf(doc, 'links')) {
    if (isCardBreak(row)) {
      isHidden = row.hidden === true;
      card = { label: String(row.label ?? ''), links: [] };
      cards.push(card);
      continue;
    }
    const target = isHidden ? undefined : targetOfLink(ctx, row);
    if (!target) {
      left += isHidden ? 0 : 1;
      continue;
    }
    if (!card) {
      card = { label: '', links: [] };
      cards.push(card);
    }
    card.links.push({ ...wayOf(target), id: String(row.id), label: String(row.label ?? row.link_to ?? '') });
  }
  return { cards: cards.filter(({ links }) => links.length > 0), left };
}

function wayOf(target: Target): Pick<Way, 'doctype' | 'is_single' | 'url'> {
  if ('url' in target) return { url: target.url };
  const { name, storage } = target.doctype;
  return storage === 'single' ? { doctype: name, is_single: true } : { doctype: name };
}
