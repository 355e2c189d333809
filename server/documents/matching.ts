/**
 * The documents that a condition means, for a write of all of them. They are locked first and asked again then: who
 * takes what is free, and was second, finds that it is not free any more.
 */
import { quote } from '../db/rows.ts';
import { and, type Filter } from '../kernel/filter.ts';
import { permit, planOf } from './context.ts';
import type { WriteContext } from './contract.ts';
import { listDocuments } from './read.ts';
import { lockTree } from './tree.ts';

export interface MatchingWish {
  doctype: string;
  filter: Filter;
  action: 'write' | 'delete' | 'submit' | 'cancel';
  /** One more is found than that, and none is locked then. */
  most: number;
}

/** Names of those that may be read, in the DocType's order; the condition holds of them until the transaction ends. */
export async function lockMatching(ctx: WriteContext, q: MatchingWish): Promise<string[]> {
  const plan = planOf(ctx, q.doctype);
  permit(ctx, plan, q.action);
  const found = await namesOf(ctx, q);
  if (found.length === 0 || found.length > q.most || plan.storage !== 'table') return found;
  // The tree before its rows, as every writer of a tree does.
  if (plan.isTree) lockTree({ ctx, plan });
  ctx.tx.send({
    text: `select from ${quote(plan.table)} where name = any($1) order by id for update`,
    values: [found],
  });
  return namesOf(ctx, {
    ...q,
    filter: and(q.filter, { kind: 'condition', path: 'name', operator: 'in', value: found }),
  });
}

async function namesOf(ctx: WriteContext, q: Pick<MatchingWish, 'doctype' | 'filter' | 'most'>): Promise<string[]> {
  const found = await listDocuments(ctx, q.doctype, {
    filter: q.filter,
    search: [],
    groupBy: [],
    limit: q.most + 1,
    offset: 0,
    count: 'none',
    expand: [],
    fields: [{ kind: 'path', path: 'name' }],
  });
  return found.map(({ name }) => String(name));
}
