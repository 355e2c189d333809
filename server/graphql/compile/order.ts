/** `order_by` to terms, in the order in which its keys stand. */
import { isObject } from '../../kernel/json.ts';
import type { AggregateFunction } from '../../query/request.ts';
import { MAX_ORDER_TERMS, refusal, shown } from '../../query/request.ts';
import type { GroupOrder } from '../../query/tree.ts';
import type { OrderTerm } from '../../schema/plan.ts';
import type { LiveSchema } from '../schema.ts';

type Direction = Pick<OrderTerm, 'direction' | 'nulls'>;

const DIRECTIONS: ReadonlyMap<unknown, Direction> = new Map<unknown, Direction>([
  ['asc', { direction: 'asc' }],
  ['asc_nulls_first', { direction: 'asc', nulls: 'first' }],
  ['asc_nulls_last', { direction: 'asc' }],
  ['desc', { direction: 'desc' }],
  ['desc_nulls_first', { direction: 'desc' }],
  ['desc_nulls_last', { direction: 'desc', nulls: 'last' }],
]);

/** `type`: the name of the order_by. Throws bad_request. */
export function orderTerms(schema: LiveSchema, type: string, value: unknown): OrderTerm[] {
  const terms = listOf(value).flatMap((each) => [...termsIn(schema, { type, value: each, prefix: '' })]);
  if (terms.length > MAX_ORDER_TERMS)
    throw refusal('order_by', `a list is ordered by at most ${MAX_ORDER_TERMS} fields`);
  return terms;
}

function* termsIn(schema: LiveSchema, q: { type: string; value: unknown; prefix: string }): Generator<OrderTerm> {
  if (!isObject(q.value))
    throw refusal('order_by', `expected an object such as {name: asc}, but got ${shown(q.value)}`);
  const def = schema.definition(q.type);
  for (const [key, value] of Object.entries(q.value)) {
    if (value === null) continue;
    const meaning = def?.kind === 'INPUT_OBJECT' ? def.fields.find(key)?.meaning : undefined;
    if (meaning?.kind === 'column') yield { path: `${q.prefix}${meaning.field.fieldname}`, ...directionOf(value) };
    else if (meaning?.kind === 'some') {
      const prefix = `${q.prefix}${meaning.field.fieldname}.`;
      yield* termsIn(schema, { type: `${meaning.target}_order_by`, value, prefix });
    } else throw refusal('order_by', `${q.type} has no field "${key.slice(0, 100)}"`);
  }
}

/** `order_by_aggregate` of groups: `{count: desc}`, `{sum: {amount: desc}}`. Throws bad_request. */
export function groupOrders(schema: LiveSchema, type: string, value: unknown): GroupOrder[] {
  return listOf(value).flatMap((each) => {
    if (!isObject(each))
      throw refusal('order_by_aggregate', `expected an object such as {count: desc}, but got ${shown(each)}`);
    return Object.entries(each).flatMap(([key, given]): GroupOrder[] => {
      if (given === null) return [];
      if (key === 'count') return [{ fn: 'count', ...directionOf(given) }];
      const terms = [...termsIn(schema, { type: `${type}_order_by`, value: given, prefix: '' })];
      return terms.map(({ path: field, direction, nulls }) => ({
        fn: key as AggregateFunction,
        field,
        direction,
        nulls,
      }));
    });
  });
}

function directionOf(value: unknown): Direction {
  const direction = DIRECTIONS.get(value);
  if (direction) return direction;
  throw refusal('order_by', `expected one of ${[...DIRECTIONS.keys()].join(', ')}, but got ${shown(value)}`);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
