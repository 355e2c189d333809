/**
 * Documents of all DocTypes by name, title and searchable fields: a list of a few for each DocType, with the caller's
 * own rights, of many DocTypes in one statement. It is asked at every key, so it ends after a while with what was
 * found; the answer says so.
 */
import { AppError } from '../kernel/error.ts';
import { ALL, condition } from '../kernel/filter.ts';
import type { ListArguments, Tree, TreeItem } from '../query/tree.ts';
import { treeStatement } from '../query/tree-statement.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { accessFor, accessTo, askAhead } from './context.ts';
import type { Context } from './contract.ts';

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
/** DocTypes of one statement, and statements under way. */
const TOGETHER = 24;
const AT_ONCE = 2;

export async function searchDocuments(ctx: Context, wish: SearchWish): Promise<Hits> {
  const { clock } = ctx.services;
  const plans = searchable(ctx, wish.first);
  const items: Hit[] = [];
  const end = clock.now() + TIME_MS;
  let at = 0;
  for (; at < plans.length && items.length < wish.most && clock.now() < end; at += TOGETHER * AT_ONCE) {
    const parts = Array.from({ length: AT_ONCE }, (_, part) =>
      plans.slice(at + part * TOGETHER, at + (part + 1) * TOGETHER),
    );
    const found = await Promise.all(parts.map((some) => hitsWherePossible(ctx, some, wish)));
    items.push(...found.flat());
  }
  return { items: items.slice(0, wish.most), is_complete: at >= plans.length && items.length <= wish.most };
}

/** In the order in which they are looked into: those asked for, those of apps, the framework's own. */
function searchable(ctx: Context, first: readonly string[]): DocTypePlan[] {
  const plans = ctx.snapshot.names
    .flatMap((name) => ctx.snapshot.find(name) ?? [])
    .filter((plan) => plan.storage === 'table' && !isRecord(plan));
  askAhead(ctx, plans, ['read', 'select']);
  const wanted = new Map(first.map((name, index) => [name, index]));
  const rank = (plan: DocTypePlan): number => wanted.get(plan.name) ?? first.length + (plan.app === 'core' ? 1 : 0);
  return plans.filter((plan) => accessTo(ctx, plan, 'read').allowed).sort((a, b) => rank(a) - rank(b));
}

/** What the framework writes down by itself, such as versions and likes: nobody looks for it by its name. */
function isRecord({ app, definition }: DocTypePlan): boolean {
  return app === 'core' && definition.autoname === 'hash';
}

interface Named {
  name: string;
  title?: unknown;
}

/** Where a rule of one of them fits its fields no more, or an engine refuses it, that one has no hits. */
async function hitsWherePossible(ctx: Context, plans: readonly DocTypePlan[], wish: SearchWish): Promise<Hit[]> {
  try {
    return await hitsOf(ctx, plans, wish);
  } catch (error) {
    if (!(error instanceof AppError) || !['forbidden', 'not_found'].includes(error.code)) throw error;
    if (plans.length === 1) return [];
  }
  const hits: Hit[] = [];
  for (const plan of plans) hits.push(...(await hitsWherePossible(ctx, [plan], wish)));
  return hits;
}

async function hitsOf(ctx: Context, plans: readonly DocTypePlan[], wish: SearchWish): Promise<Hit[]> {
  if (plans.length === 0) return [];
  const args = argumentsOf(wish);
  const statement = treeStatement({
    snapshot: ctx.snapshot,
    access: accessFor(ctx, 'read'),
    tree: treeOf(ctx, plans),
    args: plans.map(() => args),
    now: ctx.now,
  });
  const [row] = await (ctx.tx ?? ctx.services.db).query(statement);
  const found = JSON.parse(String(row?.data)) as Record<string, Named[]>;
  return plans.flatMap(({ name: doctype }, place) =>
    (found[keyAt(place)] ?? []).map(({ name, title }) => ({ doctype, name, title: String(title ?? '') || name })),
  );
}

/** A list of each DocType, with the title where the caller may read it. */
function treeOf(ctx: Context, plans: readonly DocTypePlan[]): Tree {
  const roots = plans.map((plan, place) => {
    const title = titleOf(ctx, plan);
    const items: TreeItem[] = [{ kind: 'column', key: 'name', field: plan.byName.get('name') as FieldPlan }];
    if (title) items.push({ kind: 'column', key: 'title', field: title });
    return {
      key: keyAt(place),
      list: { plan, origin: { kind: 'all' as const }, place, form: { kind: 'many' as const, items } },
    };
  });
  const shown = roots.map(({ list: { plan, form } }) => [plan.name, form.items.length]);
  return { key: `search ${JSON.stringify(shown)}`, roots };
}

function titleOf(ctx: Context, plan: DocTypePlan): FieldPlan | undefined {
  const field = plan.titleField === 'name' ? undefined : plan.byName.get(plan.titleField);
  return field?.column && field.isReadable && accessTo(ctx, plan, 'read').canRead(field.fieldname) ? field : undefined;
}

function keyAt(place: number): string {
  return `d${place}`;
}

function argumentsOf({ terms, prefix, each }: SearchWish): ListArguments {
  if (prefix === undefined) return { filter: ALL, search: terms, limit: each };
  return { filter: condition('name', 'like', `${prefix.replace(/[\\%_]/g, '\\$&')}%`), limit: each };
}
