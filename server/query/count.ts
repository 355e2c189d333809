/** How many documents match: one number, counted or bounded. Runs nothing. */
import type { AccessTo } from '../access/decide.ts';
import { ALL } from '../kernel/filter.ts';
import type { Statement } from '../kernel/statement.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';
import { planList } from './list-plan.ts';
import { countSql } from './list-sql.ts';
import type { ListRequest } from './request.ts';
import { statementFor } from './statement-cache.ts';

export interface CountWish {
  snapshot: Snapshot;
  plan: DocTypePlan;
  access: AccessTo;
  /** Filter and search are used; `estimated` stops counting at COUNT_BOUND + 1. */
  request: Partial<Pick<ListRequest, 'filter' | 'search' | 'count'>>;
  now: number;
}

/** Row: `count`, a number. Throws bad_request for whatever is wrong with the request. */
export function countStatement(q: CountWish): Statement {
  const { plan } = q;
  if (plan.storage === 'virtual') throw new Error(`${plan.name} has no table: evaluateList serves it`);
  const search = q.request.search ?? [];
  const count = q.request.count === 'estimated' ? 'estimated' : 'exact';
  const { statement } = statementFor({
    snapshot: q.snapshot,
    access: q.access,
    shape: JSON.stringify(['count', plan.name, count, search.length]),
    filter: q.request.filter ?? ALL,
    binding: { now: q.now, terms: search },
    weave(weaving, given) {
      const request: ListRequest = {
        filter: ALL,
        search,
        groupBy: [],
        limit: 1,
        offset: 0,
        count,
        expand: [],
        fields: [],
      };
      const list = planList(weaving.reader, plan, request);
      return { sql: countSql({ weaving, list, given, terms: search.length, count }), extra: undefined };
    },
  });
  return statement;
}
