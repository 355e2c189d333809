/**
 * JavaScript's conversions and comparisons over plain data, written out so that no method of a value is
 * ever called (`toString`, `valueOf` and the like may be fieldnames), and each costs what it reads.
 * One difference, on purpose: a Check is a boolean here and was a number in Frappe, so `true === 1` holds.
 */
import { ExpressionError } from './errors.ts';
import { joinTexts, type Run, spend, spendText } from './run.ts';

export type Primitive = string | number | boolean | null | undefined | bigint;

/** Refuses what is not data: functions and symbols never become values of an expression. */
export function data(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new ExpressionError('A function is not a value in an expression; only data can be read.');
  }
  return value;
}

export function toPrimitive(run: Run, value: unknown): Primitive {
  if (typeof value === 'string') return spendText(run, value);
  if (typeof value === 'object' && value !== null) return toText(run, value);
  return data(value) as Primitive;
}

export function toNumber(run: Run, value: unknown): number {
  return typeof value === 'number' ? value : Number(toPrimitive(run, value));
}

export function toText(run: Run, value: unknown): string {
  if (typeof value === 'string') return spendText(run, value);
  if (Array.isArray(value)) return listText(run, value);
  if (typeof value === 'object' && value !== null) return '[object Object]';
  return String(data(value));
}

/** `==` of JavaScript. */
export function isLooselyEqual(run: Run, left: unknown, right: unknown): boolean {
  if (isReference(left) && isReference(right)) return left === right;
  if (left === null || left === undefined) return right === null || right === undefined;
  if (right === null || right === undefined) return false;
  // biome-ignore lint/suspicious/noDoubleEquals: loose equality of primitives is what the language promises
  return toPrimitive(run, left) == toPrimitive(run, right);
}

/** `===` of JavaScript, but a boolean and a number are compared as numbers. */
export function isStrictlyEqual(run: Run, left: unknown, right: unknown): boolean {
  if (typeof left === 'boolean' && typeof right === 'number') return Number(left) === right;
  if (typeof left === 'number' && typeof right === 'boolean') return left === Number(right);
  if (typeof left === 'string' && typeof right === 'string') spendText(run, left);
  return left === right;
}

/** Where `wanted` first stands in the list, or -1. `findsNaN` as in `includes`, unlike `indexOf`. */
export function positionIn(
  run: Run,
  list: readonly unknown[],
  search: { wanted: unknown; from: number; findsNaN: boolean },
): number {
  const { wanted, from, findsNaN } = search;
  for (let i = from; i < list.length; i++) {
    spend(run);
    if (isStrictlyEqual(run, list[i], wanted) || (findsNaN && Number.isNaN(list[i]) && Number.isNaN(wanted))) return i;
  }
  return -1;
}

export function isReference(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function listText(run: Run, list: readonly unknown[]): string {
  let text = '';
  for (let i = 0; i < list.length; i++) {
    spend(run);
    const item = list[i];
    if (i > 0) text = joinTexts(run, text, ',');
    if (item !== null && item !== undefined) text = joinTexts(run, text, toText(run, item));
  }
  return text;
}
