/** The JavaScript spelling: truth, operators and methods as a browser's, over plain data only. */
import type { Binary, Dialect, Method, Unary } from './dialect.ts';
import { FRAPPE_FUNCTIONS } from './functions.ts';
import { joinTexts, type Run, spendText } from './run.ts';
import {
  isLooselyEqual,
  isStrictlyEqual,
  type Primitive,
  positionIn,
  toNumber,
  toPrimitive,
  toText,
} from './values.ts';

const BINARY: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ['==', isLooselyEqual],
  ['!=', (run, left, right) => !isLooselyEqual(run, left, right)],
  ['===', isStrictlyEqual],
  ['!==', (run, left, right) => !isStrictlyEqual(run, left, right)],
  ['<', ordered((left, right) => left < right)],
  ['>', ordered((left, right) => left > right)],
  ['<=', ordered((left, right) => left <= right)],
  ['>=', ordered((left, right) => left >= right)],
  ['+', add],
  ['-', numeric((left, right) => left - right)],
  ['*', numeric((left, right) => left * right)],
  ['/', numeric((left, right) => left / right)],
  ['%', numeric((left, right) => left % right)],
  ['**', numeric((left, right) => left ** right)],
  ['&', numeric((left, right) => left & right)],
  ['|', numeric((left, right) => left | right)],
  ['^', numeric((left, right) => left ^ right)],
  ['<<', numeric((left, right) => left << right)],
  ['>>', numeric((left, right) => left >> right)],
  ['>>>', numeric((left, right) => left >>> right)],
]);

const UNARY: ReadonlyMap<string, Unary> = new Map<string, Unary>([
  ['!', (_, value) => !value],
  ['-', (run, value) => -toNumber(run, value)],
  ['+', (run, value) => toNumber(run, value)],
  ['~', (run, value) => ~toNumber(run, value)],
  ['typeof', (_, value) => typeof value],
]);

const TEXT_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['includes', (run, self: string, args) => spendText(run, self).includes(toText(run, args[0]), start(run, args[1]))],
  ['indexOf', (run, self: string, args) => spendText(run, self).indexOf(toText(run, args[0]), start(run, args[1]))],
  ['startsWith', (run, self: string, args) => self.startsWith(toText(run, args[0]), start(run, args[1]))],
  ['endsWith', (run, self: string, args) => self.endsWith(toText(run, args[0]), end(run, args[1]))],
  ['toLowerCase', (run, self: string) => spendText(run, self).toLowerCase()],
  ['toUpperCase', (run, self: string) => spendText(run, self).toUpperCase()],
  ['trim', (run, self: string) => spendText(run, self).trim()],
]);

const LIST_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['includes', (run, self: readonly unknown[], args) => find(run, self, args, true) >= 0],
  ['indexOf', (run, self: readonly unknown[], args) => find(run, self, args, false)],
]);

export const JAVASCRIPT: Dialect = {
  isTruthy: Boolean,
  binary: BINARY,
  unary: UNARY,
  functions: FRAPPE_FUNCTIONS,
  methods: { text: TEXT_METHODS, list: LIST_METHODS, record: new Map() },
};

function add(run: Run, left: unknown, right: unknown): unknown {
  const a = toPrimitive(run, left);
  const b = toPrimitive(run, right);
  return typeof a === 'string' || typeof b === 'string' ? joinTexts(run, String(a), String(b)) : Number(a) + Number(b);
}

function numeric(compute: (left: number, right: number) => number): Binary {
  return (run, left, right) => compute(toNumber(run, left), toNumber(run, right));
}

/** JavaScript orders two texts by code unit and everything else by number: its own operators do both. */
function ordered(isOrdered: (left: never, right: never) => boolean): Binary {
  const compare = isOrdered as (left: Primitive, right: Primitive) => boolean;
  return (run, left, right) => compare(toPrimitive(run, left), toPrimitive(run, right));
}

function find(run: Run, list: readonly unknown[], args: readonly unknown[], findsNaN: boolean): number {
  const from = start(run, args[1]);
  return positionIn(run, list, { wanted: args[0], from: from < 0 ? Math.max(0, list.length + from) : from, findsNaN });
}

function start(run: Run, position: unknown): number {
  return Math.trunc(toNumber(run, position)) || 0;
}

function end(run: Run, position: unknown): number | undefined {
  return position === undefined ? undefined : start(run, position);
}
