/**
 * What a caller wishes of a list, as data: every edge parses to this, every list is made of it.
 * Paths are text here and known to no plan yet; resolve.ts looks them up.
 */
import { AppError } from '../kernel/error.ts';
import type { Filter } from '../kernel/filter.ts';
import type { OrderTerm } from '../schema/plan.ts';

export type AggregateFunction = 'count' | 'sum' | 'avg' | 'min' | 'max';

export const AGGREGATES: readonly AggregateFunction[] = ['count', 'sum', 'avg', 'min', 'max'];

export type FieldWish =
  /** Every readable column. */
  | { kind: 'all' }
  /** A field, or a path through Links or a child table. */
  | { kind: 'path'; path: string; as?: string }
  /** `path` is `*` for count only. */
  | { kind: 'aggregate'; fn: AggregateFunction; path: string; distinct: boolean; as: string }
  /** The rows of a child table, nested, with these of their fields. */
  | { kind: 'rows'; path: string; fields: readonly string[] };

/** How the total is found: counted, guessed in bounded time, or not at all. */
export type CountMode = 'exact' | 'estimated' | 'none';

/**
 * What hangs on each document of a list, from a table of the product's own whose rows are as visible as the document:
 * how many there are, or the different values of one of their fields. Only the server's code says this.
 */
export interface Attached {
  key: string;
  doctype: string;
  /** Fields that name the document: its DocType, and its name. */
  typeField: string;
  nameField: string;
  /** Undefined: they are counted. */
  value?: string;
  /** Only rows with these values. */
  only: readonly (readonly [fieldname: string, value: string])[];
}

export interface ListRequest {
  /** Undefined: name and the fields of the list view; when grouped, the groups. */
  fields?: readonly FieldWish[];
  filter: Filter;
  /** Words that must all occur in the searchable fields. */
  search: readonly string[];
  groupBy: readonly string[];
  /** Undefined: the DocType's own order. */
  order?: readonly OrderTerm[];
  limit: number;
  offset: number;
  count: CountMode;
  /** Keyset paging: "" asks for the first page, undefined for pages by offset. */
  cursor?: string;
  /** Paths of Links and child tables to nest: `customer`, `items.item`. */
  expand: readonly string[];
  attached?: readonly Attached[];
}

export const MAX_FIELDS = 1000;
export const MAX_ORDER_TERMS = 16;
export const MAX_EXPANSIONS = 20;
export const MAX_EXPAND_DEPTH = 4;
export const MAX_LINK_HOPS = 3;
export const MAX_PATTERN = 1000;
export const MAX_LIST_VALUES = 10_000;

/** A 400 that names the parameter (or the element in it) that broke the rule. */
export function refusal(where: string, message: string): AppError {
  if (where.startsWith(RULE)) return unfitRule(where, message);
  return new AppError('bad_request', `${where}: ${message}`, {
    errors: [{ field: where, code: 'bad_request', message }],
  });
}

const RULE = 'the permission rule of ';

/** For refusals: not of what a request says, but of what a rule on the DocType does. */
export function whereOfRule(doctype: string): string {
  return `${RULE}${doctype}`;
}

/** No fault of the request, and what the rule asks for is nobody's business: one that does not fit lets nothing through. */
function unfitRule(where: string, message: string): AppError {
  const [rule = where] = where.split(' (');
  return new AppError('forbidden', `You may not do this: ${rule} does not fit its fields.`, {
    cause: new Error(`${where}: ${message}`),
  });
}

/** What came, short enough for a message. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
