/** Which filter operators make sense for which kind of value. Named by kind, so that types choose. */
import type { Operator } from '../kernel/filter.ts';

const EQUALITY: readonly Operator[] = ['=', '!=', 'in', 'not in', 'is'];
const ORDER: readonly Operator[] = ['>', '>=', '<', '<=', 'between'];
const TREE: readonly Operator[] = [
  'descendants of',
  'descendants of (inclusive)',
  'not descendants of',
  'ancestors of',
  'not ancestors of',
];

/** Numbers and times of day. */
export const ORDERED: readonly Operator[] = [...EQUALITY, ...ORDER];
/** Days and instants, which also have "last month". */
export const DATED: readonly Operator[] = [...ORDERED, 'timespan'];
export const TEXT: readonly Operator[] = [...ORDERED, 'like', 'not like'];
/** Links: text, and places in the target's tree. */
export const LINKED: readonly Operator[] = [...TEXT, ...TREE];
export const YES_OR_NO: readonly Operator[] = EQUALITY;
/** Values that are only there or not: JSON and secrets. */
export const PRESENCE: readonly Operator[] = ['is'];
/** Fields without a value of their own. */
export const NONE: readonly Operator[] = [];
