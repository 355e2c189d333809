/**
 * What a request says of each list: filter, order and page, from the arguments and the variables. The rows
 * that it may bring at most are estimated here, before anything runs.
 */
import type { ValueNode } from 'graphql';
import { AppError } from '../../kernel/error.ts';
import { ALL, condition, type Filter } from '../../kernel/filter.ts';
import { refusal, shown } from '../../query/request.ts';
import type { ListArguments, ListForm } from '../../query/tree.ts';
import { MOST_NODES } from '../../query/tree-summary.ts';
import type { LiveSchema } from '../schema.ts';
import { columnsNamed } from './forms.ts';
import { groupOrders, orderTerms } from './order.ts';
import type { ListSource } from './shape.ts';
import { missingVariable, nodeValue, type Variables, variablesIn } from './values.ts';
import { whereFilter } from './where.ts';

/** The most documents of one list. */
export const MOST = 1000;
/** Of documents that point here, when nothing is said. */
const MOST_POINTING = 100;
/** How many rows a child table is taken to have, and how many documents to point here, when nothing is said. */
const USUAL_ROWS = 10;
const USUAL_POINTING = 25;

export interface ArgumentsWish {
  schema: LiveSchema;
  lists: readonly ListSource[];
  variables: Variables;
  /** The most rows, estimated. */
  cost: number;
  /** Of the first list, where it is known which documents are in it. */
  first?: ListArguments;
}

/** By place. Throws bad_request for what does not fit, with the root field that it is in, and for more rows than are answered. */
export function listArguments(q: ArgumentsWish): ListArguments[] {
  const all = q.lists.map((source, place) => {
    if (place === 0 && q.first) return q.first;
    try {
      return argumentsOf(q.schema, source, q.variables);
    } catch (error) {
      const key = rootOf(q.lists, source).key;
      if (error instanceof AppError && key !== undefined) error.extra.path ??= [key];
      throw error;
    }
  });
  refuseCost(q, all);
  return all;
}

function rootOf(lists: readonly ListSource[], source: ListSource): ListSource {
  const parent = source.parent === undefined ? undefined : lists[source.parent];
  return parent ? rootOf(lists, parent) : source;
}

/** Whether the arguments are the same for every request. */
export function isFixed(lists: readonly ListSource[]): boolean {
  return lists.every(({ args }) => [...args.values()].every((node) => variablesIn(node).next().done));
}

function argumentsOf(schema: LiveSchema, source: ListSource, variables: Variables): ListArguments {
  const { list, args } = source;
  const { plan, form, origin } = list;
  const value = (name: string): unknown => {
    const node = args.get(name);
    return node && nodeValue(node, variables);
  };
  if (form.kind === 'one') return { filter: keyFilter(value('id'), value('name')), limit: 1 };
  const type = schema.view.names.of(plan.name);
  const made: ListArguments = {
    filter: whereOf(schema, type, args.get('where'), variables),
    order: orderOf(schema, `${type}_order_by`, value('order_by')),
  };
  if (form.kind === 'connection') return { ...made, ...pageOf(value) };
  const most = origin.kind === 'reverse' ? MOST_POINTING : origin.kind === 'rows' ? undefined : MOST;
  // Aggregates are of everything, unless a part is asked for.
  made.limit = numberOf('limit', value('limit'), MOST) ?? (form.kind === 'summary' ? undefined : most);
  made.offset = numberOf('offset', value('offset'), Number.MAX_SAFE_INTEGER);
  const distinct = columnsNamed(plan, value('distinct_on')).map(({ fieldname }) => fieldname);
  if (distinct.length > 0) made.distinct = distinct;
  if (form.kind !== 'groups') return made;
  const aggregates = value('order_by_aggregate');
  return {
    ...made,
    by: columnsNamed(plan, value('by')).map(({ fieldname }) => fieldname),
    groupOrder: aggregates === undefined || aggregates === null ? undefined : groupOrders(schema, type, aggregates),
  };
}

/** Undefined where nothing is said: the DocType's own. */
function orderOf(schema: LiveSchema, type: string, value: unknown): ListArguments['order'] {
  if (value === undefined || value === null) return undefined;
  const terms = orderTerms(schema, type, value);
  return terms.length === 0 ? undefined : terms;
}

function whereOf(schema: LiveSchema, type: string, node: ValueNode | undefined, variables: Variables): Filter {
  const value = node && nodeValue(node, variables);
  if (value === undefined || value === null) return ALL;
  const missing = node && missingVariable(node, variables);
  if (missing !== undefined)
    throw refusal(
      'where',
      `the variable $${missing} was given no value; a condition without one would match everything`,
    );
  return whereFilter(schema, `${type}_bool_exp`, value);
}

/** Exactly one of both. */
export function keyFilter(id: unknown, name: unknown): Filter {
  if (typeof name === 'string' && (id === undefined || id === null)) return condition('name', '=', name);
  if (typeof id === 'string' && (name === undefined || name === null)) return condition('id', '=', id);
  throw refusal('name', 'say which document is meant: by its name or by its id, one of both');
}

function numberOf(name: string, value: unknown, most: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most) return value as number;
  throw refusal(name, `expected a whole number from 0 to ${most}, but got ${shown(value)}`);
}

function pageOf(value: (name: string) => unknown): Pick<ListArguments, 'limit' | 'page'> {
  const first = numberOf('first', value('first'), MOST);
  const last = numberOf('last', value('last'), MOST);
  const after = cursorOf('after', value('after'));
  const before = cursorOf('before', value('before'));
  if (first !== undefined && last !== undefined)
    throw refusal('last', 'a page is the first or the last so many, not both');
  if (after !== '' && before !== '') throw refusal('before', 'a page is after a cursor or before one, not both');
  const backward = last !== undefined || before !== '';
  if (backward && (first !== undefined || after !== ''))
    throw refusal('first', '"first" goes with "after", "last" with "before"');
  return { limit: first ?? last ?? USUAL_PAGE, page: { cursor: backward ? before : after, backward } };
}

const USUAL_PAGE = 20;

function cursorOf(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' && value !== '') return value;
  throw refusal(name, 'expected a cursor of this list, but got an empty text');
}

/** What a list without a limit is taken to bring. */
function usualRows(form: ListForm): number {
  if (form.kind !== 'summary') return USUAL_ROWS;
  return form.parts.some(({ kind }) => kind === 'nodes') ? MOST_NODES : 1;
}

/** Rows within rows multiply. */
function refuseCost(q: ArgumentsWish, all: readonly ListArguments[]): void {
  const rows: number[] = [];
  let total = 0;
  for (const [place, source] of q.lists.entries()) {
    const { list, args } = source;
    const isUsual = list.origin.kind === 'reverse' && !args.has('limit');
    const limit = all[place]?.limit ?? usualRows(list.form);
    rows[place] = (isUsual ? USUAL_POINTING : limit) * (source.parent === undefined ? 1 : (rows[source.parent] ?? 1));
    total += rows[place] ?? 0;
  }
  if (total <= q.cost) return;
  const message = `The query may bring some ${total} rows; at most ${q.cost} are answered. Give the lists smaller limits.`;
  throw new AppError('bad_request', message, { errors: [{ field: 'query', code: 'limit', message }] });
}
