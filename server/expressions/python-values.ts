/**
 * The Python spelling: truth, operators, methods and functions as Python's, over plain data. A field that
 * is not there is None. What Python refuses with a TypeError is an ExpressionError here.
 */
import type { Binary, Builtin, Dialect, Method, Unary } from './dialect.ts';
import { ExpressionError } from './errors.ts';
import { FRAPPE_FUNCTIONS } from './functions.ts';
import { memberName, readMember } from './members.ts';
import { joinTexts, type Run, spend, spendText } from './run.ts';
import { isReference, isStrictlyEqual, toText } from './values.ts';

/** Empty texts, lists and records are false, as None and 0 are. */
export function isTruthyInPython(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isReference(value)) return Object.keys(value).length > 0;
  return Number.isNaN(value) || Boolean(value);
}

const BINARY: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ['==', isEqual],
  ['!=', (run, left, right) => !isEqual(run, left, right)],
  ['<', (run, left, right) => compare(run, left, right) < 0],
  ['>', (run, left, right) => compare(run, left, right) > 0],
  ['<=', (run, left, right) => compare(run, left, right) <= 0],
  ['>=', (run, left, right) => compare(run, left, right) >= 0],
  ['in', contains],
  ['!in', (run, left, right) => !contains(run, left, right)],
  ['+', add],
  ['-', (_, left, right) => demandNumber(left) - demandNumber(right)],
  ['*', (_, left, right) => demandNumber(left) * demandNumber(right)],
  ['/', (_, left, right) => demandNumber(left) / demandDivisor(right)],
  ['%', (_, left, right) => modulo(demandNumber(left), demandDivisor(right))],
]);

const UNARY: ReadonlyMap<string, Unary> = new Map<string, Unary>([
  ['!', (_, value) => !isTruthyInPython(value)],
  ['-', (_, value) => -demandNumber(value)],
  ['+', (_, value) => demandNumber(value)],
]);

const TEXT_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['lower', (run, self: string) => spendText(run, self).toLowerCase()],
  ['upper', (run, self: string) => spendText(run, self).toUpperCase()],
  ['strip', (run, self: string) => spendText(run, self).trim()],
  ['startswith', (_, self: string, [start]) => self.startsWith(demandText(start))],
  ['endswith', (_, self: string, [end]) => self.endsWith(demandText(end))],
]);

const RECORD_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['get', (run, self: object, [key, otherwise]) => readMember(self, memberName(run, key)) ?? otherwise ?? null],
]);

const FUNCTIONS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ...FRAPPE_FUNCTIONS,
  ['len', (_, [value]) => lengthOf(value)],
  ['str', (run, [value]) => pythonText(run, value)],
  ['int', (run, [value]) => Math.trunc(parse(run, value))],
  ['float', (run, [value]) => parse(run, value)],
  ['bool', (_, [value]) => isTruthyInPython(value)],
  ['abs', (_, [value]) => Math.abs(demandNumber(value))],
]);

export const PYTHON: Dialect = {
  isTruthy: isTruthyInPython,
  binary: BINARY,
  unary: UNARY,
  functions: FUNCTIONS,
  methods: { text: TEXT_METHODS, list: new Map(), record: RECORD_METHODS },
};

function isEqual(run: Run, left: unknown, right: unknown): boolean {
  if (left === null || left === undefined) return right === null || right === undefined;
  if (!Array.isArray(left) || !Array.isArray(right)) return isStrictlyEqual(run, left, right);
  spend(run, left.length + 1);
  return left.length === right.length && left.every((item, i) => isEqual(run, item, right[i]));
}

function compare(run: Run, left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') {
    spendText(run, left);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  const a = demandNumber(left);
  const b = demandNumber(right);
  return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN;
}

function contains(run: Run, wanted: unknown, container: unknown): boolean {
  if (typeof container === 'string') return spendText(run, container).includes(demandText(wanted));
  if (Array.isArray(container)) {
    spend(run, container.length);
    return container.some((item) => isEqual(run, item, wanted));
  }
  if (isReference(container)) return Object.hasOwn(container, memberName(run, wanted));
  throw new ExpressionError(`"in" expects a list, a text or a record on its right, found ${nameOf(container)}.`);
}

function add(run: Run, left: unknown, right: unknown): unknown {
  if (typeof left === 'string' && typeof right === 'string') return joinTexts(run, left, right);
  return demandNumber(left) + demandNumber(right);
}

function modulo(left: number, right: number): number {
  return left - right * Math.floor(left / right);
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (isReference(value)) return Object.keys(value).length;
  throw new ExpressionError(`len() expects a list or a text, found ${nameOf(value)}.`);
}

function pythonText(run: Run, value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return toText(run, value);
}

function parse(run: Run, value: unknown): number {
  if (typeof value !== 'string') return demandNumber(value);
  const text = spendText(run, value).trim();
  const number = Number(text);
  if (text === '' || Number.isNaN(number)) throw new ExpressionError(`Expected a number, found ${nameOf(value)}.`);
  return number;
}

function demandNumber(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  throw new ExpressionError(`Expected a number, found ${nameOf(value)}.`);
}

function demandDivisor(value: unknown): number {
  const number = demandNumber(value);
  if (number === 0) throw new ExpressionError('Division by zero.');
  return number;
}

function demandText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new ExpressionError(`Expected a text, found ${nameOf(value)}.`);
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'string') return 'a text';
  return isReference(value) ? (Array.isArray(value) ? 'a list' : 'a record') : `${value}`;
}
