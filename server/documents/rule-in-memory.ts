/**
 * A permission rule on a document in memory, as far as that can be told there: by the document's own values,
 * where JavaScript and PostgreSQL compare alike. For the rest PostgreSQL is asked.
 */
import type { Action } from '../access/decide.ts';
import type { Document } from '../kernel/document.ts';
import type { Condition, Filter, Operator } from '../kernel/filter.ts';
import { matches } from '../query/in-memory-filter.ts';
import { typeOf } from '../query/predicates.ts';
import { whereOfRule } from '../query/request.ts';
import { trusting } from '../query/resolve.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { accessFor, accessTo, listAccess } from './context.ts';
import type { Context } from './contract.ts';

/** Whether the rule holds; undefined when it cannot be told from the document alone. */
export function holdsInMemory(ctx: Context, plan: DocTypePlan, rule: Filter, doc: Document): boolean | undefined {
  const each = (filter: Filter): boolean | undefined => holdsInMemory(ctx, plan, filter, doc);
  switch (rule.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and': {
      const found = rule.of.map(each);
      return found.includes(false) ? false : found.includes(undefined) ? undefined : true;
    }
    case 'or': {
      const found = rule.of.map(each);
      return found.includes(true) ? true : found.includes(undefined) ? undefined : false;
    }
    case 'not': {
      const found = each(rule.of);
      return found === undefined ? undefined : !found;
    }
    case 'condition':
      return isTold(plan, rule) ? matchesCondition(ctx, plan, rule, doc) : undefined;
    default:
      return undefined;
  }
}

/** Equality, which is the same for both; order and patterns depend on a collation. */
const EQUALITY: ReadonlySet<Operator> = new Set(['=', '!=', 'in', 'not in', 'is']);
const EXACT: ReadonlySet<string> = new Set(['text', 'boolean', 'bigint', 'uuid', 'date']);

function isTold(plan: DocTypePlan, { path, operator }: Condition): boolean {
  const field = plan.byName.get(path);
  return field?.column !== undefined && EQUALITY.has(operator) && EXACT.has(typeOf(field));
}

function matchesCondition(
  ctx: Context,
  plan: DocTypePlan,
  condition: Filter & { kind: 'condition' },
  document: Document,
): boolean {
  const reader = trusting({ snapshot: ctx.snapshot, access: listAccess(ctx) });
  return matches({ reader, plan, now: ctx.now, where: whereOfRule(plan.name) }, condition, { document });
}

/** Whether the rule of an action lets a document of a virtual DocType through: the same Filter that would be SQL. */
export function coversInMemory(ctx: Context, q: { plan: DocTypePlan; doc: Document; action: Action }): boolean {
  const { plan, action } = q;
  const { rows } = accessTo(ctx, plan, action);
  const reader = trusting({ snapshot: ctx.snapshot, access: accessFor(ctx, action) });
  const env = { reader, plan, now: ctx.now, where: whereOfRule(plan.name) };
  return matches(env, rows, { document: q.doc });
}
