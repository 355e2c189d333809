/**
 * The grammar of `fields`, `group_by`, `order_by` and `expand`: strings, comma lists and aggregates,
 * each to data. Strict: what the grammar does not say is refused, nothing is searched for bad words.
 */
import { isObject } from '../kernel/json.ts';
import { MAX_IDENTIFIER } from '../kernel/names.ts';
import type { OrderTerm } from '../schema/plan.ts';
import {
  AGGREGATES,
  type AggregateFunction,
  type FieldWish,
  MAX_FIELDS,
  MAX_ORDER_TERMS,
  refusal,
  shown,
} from './request.ts';

const MAX_PIECE = 300;
const ALIASED = /^(\S(?:.*\S)?)\s+as\s+(\S+)$/is;
const CALL = /^([a-z]+)\(\s*(distinct\s+)?(\S+)\s*\)$/i;
const ALIAS = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PATH = /^[A-Za-z0-9_.-]+$/;
/** Frappe's `tabSales Order`.`customer`, with or without the backticks. */
const QUALIFIED = /^(`?)tab([^`.]+)\1\.(`?)([A-Za-z0-9_.-]+)\3$/;
const BARE = /^`([A-Za-z0-9_-]+)`$/;
const DIRECTED = /^(\S(?:.*\S)?)\s+(asc|desc)$/is;

/** A JSON list of strings and aggregate objects, one of these, or a comma list. Throws bad_request. */
export function parseFields(given: unknown, where: string): readonly FieldWish[] {
  const list = typeof given === 'string' ? pieces(given, where) : Array.isArray(given) ? given : [given];
  if (list.length === 0) throw refusal(where, 'the list is empty; name a field, or leave the parameter out');
  return list.map((wish, index) => {
    const at = list.length === 1 ? where : `${where}[${index}]`;
    if (typeof wish === 'string') return parseField(wish, at);
    if (isObject(wish)) return parseFieldObject(wish, at);
    throw refusal(at, `expected a field, or an aggregate such as {"count":"*","as":"n"}, but got ${shown(wish)}`);
  });
}

/** `modified desc, name`: without a direction, ascending. Throws bad_request. */
export function parseOrder(given: unknown, where: string): readonly OrderTerm[] {
  const list = typeof given === 'string' ? pieces(given, where) : given;
  if (!Array.isArray(list))
    throw refusal(where, `expected a text such as "modified desc, name asc", but got ${shown(given)}`);
  if (list.length > MAX_ORDER_TERMS) throw refusal(where, `a list is ordered by at most ${MAX_ORDER_TERMS} fields`);
  return list.map((piece) => {
    const term = sized(piece, where);
    const match = DIRECTED.exec(term);
    const direction = match?.[2]?.toLowerCase() === 'desc' ? 'desc' : 'asc';
    return { path: parsePath(match?.[1] ?? term, where), direction };
  });
}

/** Paths in a comma list or a JSON list; duplicates go. Throws bad_request. */
export function parsePaths(given: unknown, where: string): readonly string[] {
  const list = typeof given === 'string' ? pieces(given, where) : given;
  if (!Array.isArray(list)) throw refusal(where, `expected field names separated by commas, but got ${shown(given)}`);
  return [...new Set(list.map((piece) => parsePath(sized(piece, where), where)))];
}

function parseField(given: string, where: string): FieldWish {
  const whole = sized(given, where);
  if (whole === '*') return { kind: 'all' };
  const aliased = ALIASED.exec(whole);
  const body = aliased?.[1] ?? whole;
  const as = aliased ? parseAlias(aliased[2] as string, where) : undefined;
  const call = CALL.exec(body);
  if (!call) return { kind: 'path', path: parsePath(body, where), ...(as === undefined ? {} : { as }) };
  const fn = aggregateNamed(call[1] as string, where);
  const path = parseOperand({ fn, operand: call[3], where });
  return { kind: 'aggregate', fn, path, distinct: call[2] !== undefined, as: as ?? whole };
}

function parseFieldObject(wish: Record<string, unknown>, where: string): FieldWish {
  const options = new Map<string, unknown>();
  const calls: [string, unknown][] = [];
  for (const [key, value] of Object.entries(wish)) {
    const lower = key.toLowerCase();
    if (lower === 'as' || lower === 'distinct') options.set(lower, value);
    else calls.push([key, value]);
  }
  const call = calls[0];
  if (!call || calls.length > 1) {
    throw refusal(where, `expected one aggregate, as {"sum":"amount","as":"total"}, but got ${shown(wish)}`);
  }
  if (Array.isArray(call[1])) {
    return { kind: 'rows', path: parsePath(call[0], where), fields: parsePaths(call[1], where) };
  }
  const fn = aggregateNamed(call[0], where);
  const distinct = options.get('distinct') ?? false;
  if (typeof distinct !== 'boolean') throw refusal(where, `"distinct" is true or false, but got ${shown(distinct)}`);
  const alias = options.get('as');
  const as = alias === undefined || alias === null ? fn : parseAlias(alias, where);
  return { kind: 'aggregate', fn, path: parseOperand({ fn, operand: call[1], where }), distinct, as };
}

function parseOperand(q: { fn: AggregateFunction; operand: unknown; where: string }): string {
  if (q.operand === '*' && q.fn === 'count') return '*';
  if (typeof q.operand !== 'string')
    throw refusal(q.where, `${q.fn} takes the name of a field, but got ${shown(q.operand)}`);
  return parsePath(sized(q.operand, q.where), q.where);
}

function aggregateNamed(name: string, where: string): AggregateFunction {
  const fn = AGGREGATES.find((each) => each === name.toLowerCase());
  if (fn) return fn;
  throw refusal(where, `there is no aggregate ${shown(name)}; there are ${AGGREGATES.join(', ')}`);
}

/** Path text in one spelling: `customer.territory`, or `` `tabSales Order Item`.item_code `` when it names its DocType. */
function parsePath(given: string, where: string): string {
  if (PATH.test(given)) return given;
  const bare = BARE.exec(given);
  if (bare) return bare[1] as string;
  const qualified = QUALIFIED.exec(given);
  if (qualified) return `\`tab${qualified[2]}\`.${qualified[4]}`;
  throw refusal(where, `expected a field name or a path such as customer.territory, but got ${shown(given)}`);
}

function parseAlias(given: unknown, where: string): string {
  const bare = typeof given === 'string' ? given.replace(/^(['"`])(.*)\1$/s, '$2') : '';
  if (ALIAS.test(bare) && bare.length <= MAX_IDENTIFIER) return bare;
  throw refusal(where, `an alias is letters, digits and _, at most ${MAX_IDENTIFIER}, but got ${shown(given)}`);
}

function pieces(given: string, where: string): string[] {
  const list = given.split(',').filter((piece) => piece.trim() !== '');
  if (list.length > MAX_FIELDS) throw refusal(where, `a list has at most ${MAX_FIELDS} elements`);
  return list;
}

function sized(piece: unknown, where: string): string {
  if (typeof piece !== 'string') throw refusal(where, `expected a text, but got ${shown(piece)}`);
  const trimmed = piece.trim();
  if (trimmed !== '' && trimmed.length <= MAX_PIECE) return trimmed;
  throw refusal(where, `expected a field name of 1 to ${MAX_PIECE} characters, but got ${shown(piece)}`);
}
