/** The two texts of a workspace that must not be taken as they are: addresses, and the filters of shortcuts. Pure. */
import { AppError } from '../kernel/error.ts';
import { ALL, type Filter } from '../kernel/filter.ts';
import { parseFilters } from '../query/filters.ts';

const LARGEST_FILTER = 20_000;
/** Stands in a filter for whoever looks. */
const WHO_LOOKS = '__user';

/** To another site, or to a page of this one; nothing that a browser would run. */
export function isSafeAddress(url: unknown): url is string {
  // A browser drops line breaks and tabs before it reads an address, and takes \ for /.
  if (typeof url !== 'string' || /[\s\\\p{Cc}]/u.test(url.trim())) return false;
  return /^https?:\/\/[^/]/i.test(url.trim()) || /^\/(?!\/)/.test(url.trim());
}

export type ReadFilter = { filter: Filter } | { problem: string };

/** The filter of a shortcut: JSON in any shape that lists take. Empty is every document. */
export function parsedFilter(given: unknown, user: string): ReadFilter {
  if (given === null || given === undefined || given === '') return { filter: ALL };
  if (typeof given !== 'string' || given.length > LARGEST_FILTER)
    return { problem: `must be JSON of at most ${LARGEST_FILTER} characters` };
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch {
    return { problem: 'must be JSON, as [["status", "=", "Open"]]' };
  }
  if (typeof value !== 'object') return { problem: 'must be a list of conditions, or an object of values by field' };
  try {
    return { filter: withUser(parseFilters(value, 'filters'), user) };
  } catch (error) {
    if (error instanceof AppError) return { problem: `cannot be read (${error.message})` };
    throw error;
  }
}

function withUser(filter: Filter, user: string): Filter {
  // Also within the pattern of a "like".
  if (filter.kind === 'condition' && typeof filter.value === 'string')
    return { ...filter, value: filter.value.replaceAll(WHO_LOOKS, user) };
  if (filter.kind === 'and' || filter.kind === 'or')
    return { ...filter, of: filter.of.map((each) => withUser(each, user)) };
  return filter.kind === 'not' ? { ...filter, of: withUser(filter.of, user) } : filter;
}

type WireCondition = [path: string, operator: string, value: unknown];

/** As the address of a list has it: conditions, and groups of them; undefined for what is nested deeper. */
export function filterToWire(filter: Filter, doctype: string): unknown[] | undefined {
  if (filter.kind === 'all') return [];
  const items = (filter.kind === 'and' ? filter.of : [filter]).map((each) => {
    if (each.kind === 'condition') return wireCondition(each, doctype);
    if (each.kind !== 'or' && each.kind !== 'and') return undefined;
    const inner = each.of.map((one) => (one.kind === 'condition' ? wireCondition(one, doctype) : undefined));
    return inner.includes(undefined) ? undefined : [each.kind, ...inner];
  });
  return items.includes(undefined) ? undefined : items;
}

/** Frappe names the DocType before the field; of the list's own it says nothing. */
function wireCondition(
  { path, operator, value }: Extract<Filter, { kind: 'condition' }>,
  doctype: string,
): WireCondition | undefined {
  const own = `\`tab${doctype}\`.`;
  const short = path.startsWith(own) ? path.slice(own.length) : path;
  return short.startsWith('`') ? undefined : [short, operator, value];
}
