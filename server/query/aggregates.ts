/** Aggregates of a list: which function fits which column. Knows column types, no field type's name. */
import type { ColumnType } from '../fieldtypes/contract.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { typeOf } from './predicates.ts';
import { type AggregateFunction, type FieldWish, refusal } from './request.ts';
import { type Reader, type Resolved, resolvePath } from './resolve.ts';

export interface AggregateItem {
  kind: 'aggregate';
  key: string;
  fn: AggregateFunction;
  distinct: boolean;
  /** Undefined: rows are counted. */
  at?: Resolved;
}

/** Checks are added up as 0 and 1. */
const SUMMABLE: ReadonlySet<ColumnType> = new Set(['bigint', 'numeric', 'boolean']);
const COMPARABLE: ReadonlySet<ColumnType> = new Set(['text', 'bigint', 'numeric', 'date', 'timestamptz', 'time']);

/** Throws bad_request when the field does not exist or the function does not suit it. */
export function aggregateItem(q: {
  reader: Reader;
  plan: DocTypePlan;
  wish: FieldWish & { kind: 'aggregate' };
  where: string;
}): AggregateItem {
  const { wish, where } = q;
  const { fn, distinct, as: key } = wish;
  if (wish.path === '*') {
    if (distinct) throw refusal(where, 'count distinct takes a field');
    return { kind: 'aggregate', key, fn, distinct };
  }
  const at = resolvePath({ reader: q.reader, plan: q.plan, path: wish.path, where });
  if (!isAggregable(fn, at.field) || (distinct && typeOf(at.field) === 'jsonb')) {
    throw refusal(where, `${fn} cannot be taken of ${at.field.fieldname} (${at.field.type.name})`);
  }
  return { kind: 'aggregate', key, fn, distinct, at };
}

/** Whether a function can be taken of a field's values. */
export function isAggregable(fn: AggregateFunction, field: FieldPlan): boolean {
  const type = typeOf(field);
  if (field.type.secret) return false;
  if (fn === 'count') return true;
  return (fn === 'sum' || fn === 'avg' ? SUMMABLE : COMPARABLE).has(type);
}
