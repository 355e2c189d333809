/**
 * The documents that a condition means, for a write of all of them. They are locked first and asked again then: who
 * takes what is free, and was second, finds that it is not free any more.
 */
import { and, condition, type Filter } from '../kernel/filter.ts';
import { permit, planOf } from './context.ts';
import type { WriteContext } from './contract.ts';
import { lockRows, namesOf } from './lock-order.ts';

export interface MatchingWish {
  doctype: string;
  filter: Filter;
  action: 'write' | 'delete' | 'submit' | 'cancel';
  /** One more is found than that, and none is locked then. */
  most: number;
}

/** Names of those that may be read, in the DocType's order; the condition holds of them until the transaction ends. */
export async function lockMatching(ctx: WriteContext, q: MatchingWish): Promise<string[]> {
  const { doctype, filter, most } = q;
  const plan = planOf(ctx, doctype);
  permit(ctx, plan, q.action);
  const limit = most + 1;
  const found = await namesOf(ctx, { doctype, filter, limit });
  if (found.length === 0 || found.length > most || plan.storage !== 'table') return found;
  lockRows(ctx, plan, found);
  return namesOf(ctx, { doctype, filter: and(filter, condition('name', 'in', found)), limit });
}
