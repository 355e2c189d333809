/**
 * The Filter AST: what a client asks for and what a permission rule demands are the same data,
 * so that one compiler (query/) serves both. Field paths are unresolved text here; query/ resolves
 * them against a plan, and only names found there reach SQL.
 */
export type Operator =
  | '='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | 'in'
  | 'not in'
  | 'like'
  | 'not like'
  | 'is'
  | 'between'
  | 'descendants of'
  | 'descendants of (inclusive)'
  | 'not descendants of'
  | 'ancestors of'
  | 'not ancestors of'
  | 'timespan';

export const OPERATORS: readonly Operator[] = [
  '=',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
  'in',
  'not in',
  'like',
  'not like',
  'is',
  'between',
  'descendants of',
  'descendants of (inclusive)',
  'not descendants of',
  'ancestors of',
  'not ancestors of',
  'timespan',
];

export type FilterValue = string | number | boolean | null | readonly (string | number | boolean | null)[];

export interface Condition {
  /** `status`, `customer.territory` (through a Link) or `items.item_code` (through a child table). */
  path: string;
  operator: Operator;
  value: FilterValue;
}

export type Filter =
  | { kind: 'all' }
  | { kind: 'none' }
  | { kind: 'and'; of: readonly Filter[] }
  | { kind: 'or'; of: readonly Filter[] }
  | { kind: 'not'; of: Filter }
  | ({ kind: 'condition' } & Condition);

export const ALL: Filter = { kind: 'all' };
export const NONE: Filter = { kind: 'none' };

/** Conjunction; drops what is always true. */
export function and(...filters: readonly Filter[]): Filter {
  const of = filters.filter((filter) => filter.kind !== 'all');
  if (of.length === 0) return ALL;
  return of.length === 1 ? (of[0] as Filter) : { kind: 'and', of };
}

export function condition(path: string, operator: Operator, value: FilterValue): Filter {
  return { kind: 'condition', path, operator, value };
}
