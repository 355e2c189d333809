/**
 * The right side of a condition: which operator is meant, and its value in the one form that the
 * AST has for it (a list for `in`, two values for `between`, `set` or `not set` for `is`).
 */
import { type FilterValue, OPERATORS, type Operator } from '../kernel/filter.ts';
import { MAX_LIST_VALUES, MAX_PATTERN, refusal, shown } from './request.ts';
import { TIMESPANS } from './timespan.ts';

export type Scalar = string | number | boolean | null;

const BY_NAME: ReadonlyMap<string, Operator> = new Map([
  ...OPERATORS.map((operator): [string, Operator] => [operator, operator]),
  ['==', '='],
  ['<>', '!='],
]);

/** Frappe's `previous` and `next`: spellings of a timespan. */
const PERIODS: ReadonlyMap<string, string> = new Map([
  ['1 week', 'week'],
  ['1 month', 'month'],
  ['3 months', 'quarter'],
  ['6 months', '6 months'],
  ['1 year', 'year'],
]);

export function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The operator of this name in any case and with any blanks; undefined when there is none. */
export function operatorNamed(name: unknown): Operator | undefined {
  return typeof name === 'string' && name.length <= 40 ? BY_NAME.get(tidy(name)) : undefined;
}

/** The operator, with the value that belongs to it. Throws bad_request for an unknown one. */
export function parseOperator(q: { operator: unknown; given: unknown; where: string }): {
  operator: Operator;
  value: unknown;
} {
  const operator = operatorNamed(q.operator);
  if (operator) return { operator, value: q.given };
  const word = typeof q.operator === 'string' ? tidy(q.operator) : '';
  if (word === 'previous' || word === 'next') {
    const period = typeof q.given === 'string' ? PERIODS.get(tidy(q.given)) : undefined;
    if (period) return { operator: 'timespan', value: `${word === 'next' ? 'next' : 'last'} ${period}` };
    throw refusal(q.where, `"${word}" takes one of ${[...PERIODS.keys()].join(', ')}, but got ${shown(q.given)}`);
  }
  throw refusal(q.where, `there is no operator ${shown(q.operator)}; there are ${OPERATORS.join(', ')}`);
}

/** The value in the operator's form. Throws bad_request. */
export function conditionValue(q: { operator: Operator; value: unknown; where: string }): FilterValue {
  const { operator, value, where } = q;
  switch (operator) {
    case 'in':
    case 'not in':
      return listValue(q);
    case 'between':
      return pairValue(q);
    case 'is':
      return presence(q);
    case 'like':
    case 'not like':
      return pattern(q);
    case 'timespan':
      if (typeof value === 'string' && TIMESPANS.has(tidy(value))) return tidy(value);
      throw refusal(where, `expected one of ${[...TIMESPANS].join(', ')}, but got ${shown(value)}`);
    default:
      if (isScalar(value)) return finite(value, where);
      throw refusal(where, `"${operator}" takes one value, but got ${shown(value)}; use "in" for a list`);
  }
}

function listValue(q: { operator: Operator; value: unknown; where: string }): FilterValue {
  const { value, where } = q;
  const list =
    typeof value === 'string' ? value.split(',').map((each) => each.trim()) : isScalar(value) ? [value] : value;
  if (!Array.isArray(list) || !list.every(isScalar))
    throw refusal(where, `"${q.operator}" takes a list of values, but got ${shown(value)}`);
  if (list.length > MAX_LIST_VALUES)
    throw refusal(where, `a list has at most ${MAX_LIST_VALUES} values, but there are ${list.length}`);
  return list.map((each) => finite(each, where));
}

function pairValue(q: { value: unknown; where: string }): FilterValue {
  const pair = typeof q.value === 'string' ? q.value.split(',').map((each) => each.trim()) : q.value;
  if (
    Array.isArray(pair) &&
    pair.length === 2 &&
    pair.every((each) => isScalar(each) && each !== null && each !== '')
  ) {
    return pair.map((each) => finite(each as Scalar, q.where));
  }
  throw refusal(q.where, `"between" takes two values, as ["2026-01-01","2026-01-31"], but got ${shown(q.value)}`);
}

function presence(q: { value: unknown; where: string }): FilterValue {
  const word = typeof q.value === 'string' ? tidy(q.value) : '';
  if (word === 'set' || word === 'not set') return word;
  throw refusal(q.where, `"is" takes "set" or "not set", but got ${shown(q.value)}`);
}

function pattern(q: { operator: Operator; value: unknown; where: string }): FilterValue {
  if (q.value === null || !isScalar(q.value))
    throw refusal(q.where, `"${q.operator}" takes a text such as "%word%", but got ${shown(q.value)}`);
  const text = String(q.value);
  if (text.length > MAX_PATTERN)
    throw refusal(q.where, `a pattern has at most ${MAX_PATTERN} characters, but this has ${text.length}`);
  return text;
}

/** JSON can say 1e999, which no column holds. */
function finite(value: Scalar, where: string): Scalar {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw refusal(where, 'a number is too large');
}

function tidy(word: string): string {
  return word.trim().toLowerCase().replace(/\s+/g, ' ');
}
