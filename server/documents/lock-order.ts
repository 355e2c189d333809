/**
 * Who writes several documents in one transaction locks all of them first, in the order in which everybody does: else
 * two of them would each hold what the other one waits for.
 */
import { type Action, listAction } from '../access/decide.ts';
import { quote } from '../db/rows.ts';
import { condition, type Filter, or } from '../kernel/filter.ts';
import { isUuid } from '../query/values.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { accessTo } from './context.ts';
import type { WriteContext } from './contract.ts';
import { listDocuments } from './read.ts';
import { lockTree } from './tree.ts';

export interface LockWish {
  doctype: string;
  /** Names or ids, as they came. */
  keys: readonly string[];
  action: Action;
}

/** Those that may be read, until the transaction ends. What is not there or not allowed is told by who writes it. */
export async function lockInOrder(ctx: WriteContext, wishes: readonly LockWish[]): Promise<void> {
  const keys = new Map<DocTypePlan, string[]>();
  for (const wish of wishes) {
    const plan = ctx.snapshot.find(wish.doctype);
    if (!plan || !isLockable(ctx, plan, wish.action)) continue;
    keys.set(plan, [...(keys.get(plan) ?? []), ...wish.keys.filter(isKey)]);
  }
  if ([...keys.values()].flat().length < 2) return;
  for (const [plan, wanted] of [...keys].sort(([a], [b]) => (a.table < b.table ? -1 : 1))) {
    const byName = condition('name', 'in', wanted);
    const ids = wanted.filter(isUuid);
    const filter = ids.length === 0 ? byName : or(byName, condition('id', 'in', ids));
    lockRows(ctx, plan, await namesOf(ctx, { doctype: plan.name, filter, limit: 2 * wanted.length }));
  }
}

function isLockable(ctx: WriteContext, plan: DocTypePlan, action: Action): boolean {
  if (plan.storage !== 'table' || !accessTo(ctx, plan, action).allowed) return false;
  return accessTo(ctx, plan, listAction({ plan, actor: ctx.actor })).allowed;
}

/** Nothing else is one, and a filter would say so. */
function isKey(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

export function lockRows(ctx: WriteContext, plan: DocTypePlan, names: readonly string[]): void {
  if (names.length === 0) return;
  // The tree before its rows, as every writer of a tree does.
  if (plan.isTree) lockTree({ ctx, plan });
  ctx.tx.send({
    text: `select from ${quote(plan.table)} where name = any($1) order by id for update`,
    values: [[...names]],
  });
}

/** Of those that may be read, in the DocType's order. */
export async function namesOf(
  ctx: WriteContext,
  q: { doctype: string; filter: Filter; limit: number },
): Promise<string[]> {
  const { doctype, filter, limit } = q;
  const fields = [{ kind: 'path' as const, path: 'name' }];
  const rest = { search: [], groupBy: [], offset: 0, count: 'none' as const, expand: [] };
  return (await listDocuments(ctx, doctype, { filter, limit, fields, ...rest })).map(({ name }) => String(name));
}
