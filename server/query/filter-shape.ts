/**
 * The shape of a filter: everything that decides its SQL text, as a key; and what does not, the
 * values, pulled out in the order in which they stand, so that requests of one shape share a text.
 */
import type { Condition, Filter, FilterValue } from '../kernel/filter.ts';
import { shapeOfValue } from './predicates.ts';

export interface ShapedFilter {
  shape: string;
  values: readonly FilterValue[];
  /** Index into `values` of each condition. */
  positions: ReadonlyMap<Condition, number>;
}

export function shapeOfFilter(filter: Filter): ShapedFilter {
  const values: FilterValue[] = [];
  const positions = new Map<Condition, number>();
  const shape = describe(filter, (condition) => {
    positions.set(condition, values.length);
    values.push(condition.value);
  });
  return { shape, values, positions };
}

/** A text that no other shape has: paths are JSON, so nothing in them looks like a bracket of ours. */
function describe(filter: Filter, note: (condition: Condition) => void): string {
  switch (filter.kind) {
    case 'all':
    case 'none':
      return filter.kind;
    case 'condition':
      note(filter);
      return `${JSON.stringify(filter.path)} ${filter.operator} ${shapeOfValue(filter)}`;
    case 'not':
      return `not(${describe(filter.of, note)})`;
    case 'some':
      return `some(${JSON.stringify([filter.doctype ?? 0, filter.field])},${describe(filter.where, note)})`;
    case 'named':
      return `named(${JSON.stringify([filter.doctype, filter.field])},${describe(filter.where, note)})`;
    case 'related':
      return `related(${JSON.stringify([filter.doctype, filter.field])},${describe(filter.where, note)})`;
    default:
      return `${filter.kind}(${filter.of.map((each) => describe(each, note)).join(',')})`;
  }
}
