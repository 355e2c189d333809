/**
 * Documents of all DocTypes by name, title and searchable fields: a list of a few for each DocType, with the caller's
 * own rights. It is asked at every key, so it ends after a while with what was found; the answer says so.
 */
import { isAdministrator } from '../access/decide.ts';
import { AppError } from '../kernel/error.ts';
import { ALL, condition } from '../kernel/filter.ts';
import type { ListRequest } from '../query/request.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { askAhead, builtinAccess } from './context.ts';
import type { Context } from './contract.ts';
import { readList } from './read.ts';

export interface SearchWish {
  /** Words that must all occur; at least one. */
  terms: readonly string[];
  /** Only names that begin with this, instead of words. */
  prefix?: string;
  /** DocTypes to look into before the others. */
  first: readonly string[];
  /** Of each DocType, and of all. */
  each: number;
  most: number;
}

export interface Hit {
  doctype: string;
  name: string;
  /** As the title field has it; the name where there is none. */
  title: string;
}

export interface Hits {
  items: Hit[];
  /** False: there was more to look through than there was time, or more found than asked for. */
  is_complete: boolean;
}

const TIME_MS = 1_500;
const AT_ONCE = 4;

export async function searchDocuments(ctx: Context, wish: SearchWish): Promise<Hits> {
  const { clock } = ctx.services;
  const plans = searchable(ctx, wish.first);
  askAhead(ctx, plans, ['read', 'select']);
  const items: Hit[] = [];
  const end = clock.now() + TIME_MS;
  let at = 0;
  for (; at < plans.length && items.length < wish.most && clock.now() < end; at += AT_ONCE) {
    const found = await Promise.all(plans.slice(at, at + AT_ONCE).map((plan) => hitsOf(ctx, plan, wish)));
    items.push(...found.flat());
  }
  return { items: items.slice(0, wish.most), is_complete: at >= plans.length && items.length <= wish.most };
}

/** In the order in which they are looked into: those asked for, those of apps, the framework's own. */
function searchable(ctx: Context, first: readonly string[]): DocTypePlan[] {
  const plans = ctx.snapshot.names
    .flatMap((name) => ctx.snapshot.find(name) ?? [])
    .filter((plan) => plan.storage === 'table' && !isRecord(plan) && mayRead(ctx, plan));
  const wanted = new Map(first.map((name, index) => [name, index]));
  const rank = (plan: DocTypePlan): number => wanted.get(plan.name) ?? first.length + (plan.app === 'core' ? 1 : 0);
  return plans.sort((a, b) => rank(a) - rank(b));
}

/** What the framework writes down by itself, such as versions and likes: nobody looks for it by its name. */
function isRecord({ app, definition }: DocTypePlan): boolean {
  return app === 'core' && definition.autoname === 'hash';
}

function mayRead(ctx: Context, plan: DocTypePlan): boolean {
  return isAdministrator(ctx.actor) || builtinAccess(ctx, plan, 'read').allowed;
}

async function hitsOf(ctx: Context, plan: DocTypePlan, wish: SearchWish): Promise<Hit[]> {
  const access = builtinAccess(ctx, plan, 'read');
  const title = access.canRead(plan.titleField) && plan.byName.get(plan.titleField)?.column ? plan.titleField : 'name';
  const request = listOf([...new Set(['name', title])], wish);
  try {
    const text = await readList(ctx, { doctype: plan.name, request, action: 'read' });
    const { items } = JSON.parse(text) as { items: Record<string, unknown>[] };
    return items.map((doc) => {
      const name = String(doc.name);
      return { doctype: plan.name, name, title: String(doc[title] ?? '') || name };
    });
  } catch (error) {
    // A DocType that has become invisible meanwhile, or that an engine refuses, has no hits.
    if (error instanceof AppError && ['forbidden', 'not_found'].includes(error.code)) return [];
    throw error;
  }
}

function listOf(fields: readonly string[], { terms, prefix, each }: SearchWish): ListRequest {
  return {
    fields: fields.map((path) => ({ kind: 'path', path })),
    filter: prefix === undefined ? ALL : condition('name', 'like', `${prefix.replace(/[\\%_]/g, '\\$&')}%`),
    search: prefix === undefined ? terms : [],
    groupBy: [],
    limit: each,
    offset: 0,
    count: 'none',
    expand: [],
  };
}
