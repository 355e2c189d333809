/**
 * The parameters of a REST list, native or in Frappe's spelling, to a ListRequest: the only place
 * that knows their names, defaults and caps. Knows no plan: whether a field exists is asked later.
 */
import { ALL, and, type Filter } from '../kernel/filter.ts';
import { parseFields, parseOrder, parsePaths } from './field-wishes.ts';
import { parseFilters } from './filters.ts';
import {
  type CountMode,
  type ListRequest,
  MAX_EXPAND_DEPTH,
  MAX_EXPANSIONS,
  MAX_FIELDS,
  MAX_PATTERN,
  refusal,
  shown,
} from './request.ts';

/** How many rows a page has. `zero`: what a limit of 0 means; undefined refuses it. */
export interface LimitPolicy {
  fallback: number;
  most: number;
  zero?: number;
}

export const NATIVE_LIMITS: LimitPolicy = { fallback: 20, most: 1000 };
export const MAX_OFFSET = 10_000_000;
const MAX_TERMS = 10;
const COUNT_MODES: readonly CountMode[] = ['exact', 'estimated', 'none'];

export type Params = { get(name: string): string | null | undefined };

/**
 * Reads `fields, filters, or_filters, q, group_by, order_by, limit, offset, count, cursor, expand`
 * and Frappe's `limit_page_length, page_length, limit_start, start`; other parameters are not its own.
 * Throws bad_request with the name of the parameter and the place in it.
 */
export function parseListRequest(params: Params, limits: LimitPolicy = NATIVE_LIMITS): ListRequest {
  const order = text(params, 'order_by');
  const fields = text(params, 'fields');
  const cursor = params.get('cursor') ?? undefined;
  const offset = parseOffset(params);
  if (cursor !== undefined && offset > 0)
    throw refusal('cursor', 'pages by cursor take no offset; leave one of them out');
  return {
    fields: fields === undefined ? undefined : parseFields(listOrText(fields, 'fields'), 'fields'),
    filter: parseFilterParams(params),
    search: parseSearch(text(params, 'q')),
    groupBy: pathList(params, 'group_by'),
    order: order === undefined ? undefined : parseOrder(listOrText(order, 'order_by'), 'order_by'),
    limit: parseLimit(params, limits),
    offset,
    count: parseCount(text(params, 'count')),
    cursor,
    expand: parseExpand(pathList(params, 'expand')),
  };
}

/** `filters` and `or_filters` together: also for routes that take only these, as count and bulk do. */
export function parseFilterParams(params: Params): Filter {
  const filters = text(params, 'filters');
  const alternatives = text(params, 'or_filters');
  return and(
    filters === undefined ? ALL : parseFilters(parseJson(filters, 'filters'), 'filters'),
    alternatives === undefined ? ALL : parseFilters(parseJson(alternatives, 'or_filters'), 'or_filters', 'or'),
  );
}

/** The expansions of a list or of one document; throws when there are too many or they go too deep. */
export function parseExpand(paths: readonly string[]): readonly string[] {
  if (paths.length > MAX_EXPANSIONS) {
    throw refusal('expand', `at most ${MAX_EXPANSIONS} paths are expanded at once, but there are ${paths.length}`);
  }
  const deep = paths.find((path) => path.split('.').length > MAX_EXPAND_DEPTH);
  if (deep !== undefined) throw refusal('expand', `${shown(deep)} goes deeper than ${MAX_EXPAND_DEPTH} levels`);
  return paths;
}

/** `fields` of one document as paths: `*`, `title`, `items.qty`, and {"items":["qty","rate"]}; undefined when absent. */
export function parseDocumentFields(params: Params): readonly string[] | undefined {
  const given = text(params, 'fields');
  if (given === undefined) return undefined;
  const paths = parseFields(listOrText(given, 'fields'), 'fields').flatMap((wish) => {
    if (wish.kind === 'all') return ['*'];
    if (wish.kind === 'rows') return wish.fields.map((field) => `${wish.path}.${field}`);
    if (wish.kind === 'path' && wish.as === undefined) return [wish.path];
    throw refusal('fields', `of one document, fields are taken as they are; ${shown(wish.as)} is for lists`);
  });
  return [...new Set(paths)];
}

/** A comma list or a JSON list of paths; [] when the parameter is absent. */
export function pathList(params: Params, name: string): readonly string[] {
  const given = text(params, name);
  return given === undefined ? [] : parsePaths(listOrText(given, name), name);
}

/** Words of a text search: at most ten, blanks between them. */
export function parseSearch(given: string | undefined): readonly string[] {
  const terms = (given ?? '').split(/\s+/).filter((term) => term !== '');
  if (terms.length > MAX_TERMS)
    throw refusal('q', `a search takes at most ${MAX_TERMS} words, but there are ${terms.length}`);
  const long = terms.find((term) => term.length > MAX_PATTERN / 2);
  if (long !== undefined) throw refusal('q', `a word of a search has at most ${MAX_PATTERN / 2} characters`);
  const hollow = terms.find((term) => term.includes('\0'));
  if (hollow !== undefined) throw refusal('q', 'a search cannot contain the character U+0000');
  return terms;
}

function parseLimit(params: Params, limits: LimitPolicy): number {
  const name = ['limit', 'limit_page_length', 'page_length'].find((each) => text(params, each) !== undefined);
  if (name === undefined) return limits.fallback;
  const given = text(params, name) as string;
  const limit = wholeNumber(given);
  if (limit === 0 && limits.zero !== undefined) return limits.zero;
  if (limit !== undefined && limit >= 1 && limit <= limits.most) return limit;
  throw refusal(name, `expected a whole number from 1 to ${limits.most}, but got ${shown(given)}`);
}

function parseOffset(params: Params): number {
  const name = ['offset', 'limit_start', 'start'].find((each) => text(params, each) !== undefined);
  if (name === undefined) return 0;
  const given = text(params, name) as string;
  const offset = wholeNumber(given);
  if (offset !== undefined && offset <= MAX_OFFSET) return offset;
  throw refusal(
    name,
    `expected a whole number from 0 to ${MAX_OFFSET}, but got ${shown(given)}; page with cursor= to go further`,
  );
}

function parseCount(given: string | undefined): CountMode {
  if (given === undefined) return 'exact';
  const mode = COUNT_MODES.find((each) => each === given);
  if (mode) return mode;
  throw refusal('count', `expected one of ${COUNT_MODES.join(', ')}, but got ${shown(given)}`);
}

function wholeNumber(given: string): number | undefined {
  return /^\d{1,10}$/.test(given) ? Number(given) : undefined;
}

/** An absent and an empty parameter are the same: forms send empty ones. */
function text(params: Params, name: string): string | undefined {
  const given = params.get(name);
  return given === null || given === undefined || given.trim() === '' ? undefined : given.trim();
}

/** JSON when it looks like JSON, else the text itself, which is a comma list. */
function listOrText(given: string, where: string): unknown {
  const parsed = /^[["{]/.test(given) ? parseJson(given, where) : given;
  if (Array.isArray(parsed) && parsed.length > MAX_FIELDS)
    throw refusal(where, `a list has at most ${MAX_FIELDS} elements`);
  return parsed;
}

function parseJson(given: string, where: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw refusal(where, `expected JSON, as [["status","=","Open"]], but got ${shown(given)}`);
  }
}
