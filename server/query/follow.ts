/** What a `some` of a filter asks about: rows of a child table, a Link's target, or documents that point here. */
import type { Some } from '../kernel/filter.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { type Reader, resolveHop, resolveReverse } from './resolve.ts';
import { childCondition, linkCondition, pointingCondition, type Scope, type Sql } from './sql-scope.ts';

export interface Followed {
  target: DocTypePlan;
  /** Rows are seen as their document is. */
  within?: DocTypePlan;
  isLinked(inner: Scope, outer: Scope): Sql;
}

/** Throws bad_request for a field that leads nowhere, or nowhere that the caller may know of. */
export function followSome(q: {
  reader: Reader;
  plan: DocTypePlan;
  within?: DocTypePlan;
  filter: Some;
  where: string;
}): Followed {
  const { reader, plan, within, filter, where } = q;
  if (filter.doctype !== undefined) {
    const by = resolveReverse({
      reader,
      plan,
      doctype: filter.doctype,
      name: filter.field,
      where,
    });
    return { target: by.plan, isLinked: (inner, outer) => pointingCondition({ from: inner, target: outer, by }) };
  }
  const hop = resolveHop({ reader, plan, within, name: filter.field, where });
  const { field, target } = hop;
  if (hop.kind === 'child')
    return { target, within: plan, isLinked: (child, parent) => childCondition({ child, parent, field }) };
  return { target, isLinked: (inner, outer) => linkCondition({ from: outer, target: inner, field }) };
}
