/**
 * Shares as a Filter: documents that somebody has shared with the actor, as far as the giver may still do
 * it now (SEMANTICS.md 3.8). A giver's right may itself come from a share; a circle gives nothing.
 */
import { type Actor, GUEST } from '../kernel/actor.ts';
import { and, condition, type Filter, NONE, or } from '../kernel/filter.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Right } from './grants.ts';

export const SHARE_DOCTYPE = 'DocShare';

/** Rights that a share can give; the others never come from one. */
const SHAREABLE: ReadonlySet<Right> = new Set(['select', 'read', 'write', 'submit', 'share']);

export function isShareable(right: Right): boolean {
  return SHAREABLE.has(right);
}

export interface ShareQuestion {
  plan: DocTypePlan;
  actor: Actor;
  right: Right;
  /** The rows on which a giver has the right. */
  rowsOf(giver: Actor): Filter;
  /** How many givers may still be asked: predicates have an end. Beyond it a share gives nothing. */
  budget: { left: number };
}

export function sharedRows(q: ShareQuestion): Filter {
  if (!SHAREABLE.has(q.right) || q.actor.user === GUEST || q.plan.storage !== 'table') return NONE;
  const trusted: string[] = [];
  const others: Filter[] = [];
  for (const { by } of sharersOf(q.actor, q.plan)) {
    if (q.budget.left-- <= 0) break;
    const rows = q.rowsOf(by);
    if (rows.kind === 'all') trusted.push(by.user);
    else if (rows.kind !== 'none') others.push(and(sharedBy(q, [by.user]), rows));
  }
  return or(trusted.length > 0 ? sharedBy(q, trusted.sort()) : NONE, ...others);
}

/** Whether anything of the DocType has been shared with the actor. */
export function hasShares(actor: Actor, plan: DocTypePlan): boolean {
  return plan.storage === 'table' && sharersOf(actor, plan).length > 0;
}

function sharersOf(actor: Actor, plan: DocTypePlan) {
  return (actor.sharers ?? []).filter((sharer) => sharer.doctype === plan.name);
}

function sharedBy(q: ShareQuestion, givers: readonly string[]): Filter {
  const flag = q.right === 'select' ? 'read' : q.right;
  const where = and(
    condition('share_doctype', '=', q.plan.name),
    or(condition('user', '=', q.actor.user), condition('everyone', '=', true)),
    condition(flag, '=', true),
    condition('shared_by', 'in', givers),
  );
  return { kind: 'related', doctype: SHARE_DOCTYPE, field: 'share_name', where };
}
