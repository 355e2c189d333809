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
  | ExactLike
  | 'is'
  | 'between'
  | 'descendants of'
  | 'descendants of (inclusive)'
  | 'not descendants of'
  | 'ancestors of'
  | 'not ancestors of'
  | 'timespan';

/** LIKE that tells upper from lower case: GraphQL's `_like`. REST has none, as Frappe has none. */
export type ExactLike = 'like exactly' | 'not like exactly';

/** Those that a REST filter may name. */
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
  | ({ kind: 'condition' } & Condition)
  | Related
  | Named
  | Some;

/**
 * There is a document of another DocType that points here: its `field` holds this document's name, and
 * `where` holds of it. Only permission rules and the server's own code say this; no request can.
 */
export interface Related {
  kind: 'related';
  doctype: string;
  field: string;
  where: Filter;
}

/**
 * The document of another DocType that `field` names is there, and `where` holds of it: the way of a Dynamic Link,
 * whose DocType another condition asks about. Only permission rules say this; no request can.
 */
export interface Named {
  kind: 'named';
  doctype: string;
  field: string;
  where: Filter;
}

/**
 * There is one among what a field leads to, as far as the caller may see it, of which `where` holds: among the
 * rows of a child table, or the target of a Link. With a `doctype`: among its documents whose Link `field` names
 * this document, or in whose rows a Link does: `roles.role`.
 */
export interface Some {
  kind: 'some';
  field: string;
  doctype?: string;
  where: Filter;
}

export const ALL: Filter = { kind: 'all' };
export const NONE: Filter = { kind: 'none' };

/** Conjunction; drops what is always true. */
export function and(...filters: readonly Filter[]): Filter {
  if (filters.some((filter) => filter.kind === 'none')) return NONE;
  const of = filters.filter((filter) => filter.kind !== 'all');
  if (of.length === 0) return ALL;
  return of.length === 1 ? (of[0] as Filter) : { kind: 'and', of };
}

/** Disjunction; drops what is never true. */
export function or(...filters: readonly Filter[]): Filter {
  if (filters.some((filter) => filter.kind === 'all')) return ALL;
  const of = filters.filter((filter) => filter.kind !== 'none');
  if (of.length === 0) return NONE;
  return of.length === 1 ? (of[0] as Filter) : { kind: 'or', of };
}

export function not(of: Filter): Filter {
  return { kind: 'not', of };
}

export function condition(path: string, operator: Operator, value: FilterValue): Filter {
  return { kind: 'condition', path, operator, value };
}

/** Fields of the document itself that a filter looks at: the first step of each path. */
export function fieldsIn(filter: Filter): string[] {
  switch (filter.kind) {
    case 'all':
    case 'none':
      return [];
    case 'and':
    case 'or':
      return filter.of.flatMap(fieldsIn);
    case 'not':
      return fieldsIn(filter.of);
    case 'condition':
      return [filter.path.split('.')[0] as string];
    case 'related':
      return ['name'];
    case 'named':
      return [filter.field];
    case 'some':
      return [filter.doctype === undefined ? filter.field : 'name'];
  }
}
