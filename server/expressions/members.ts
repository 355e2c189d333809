/**
 * The only way from one value to another: own members of plain data, and the methods that the dialect
 * allows for a value's type. What a value inherits does not exist.
 */
import type { Dialect, Method } from './dialect.ts';
import { ExpressionError } from './errors.ts';
import { isForbiddenName } from './names.ts';
import type { Run } from './run.ts';
import { data, isReference, toText } from './values.ts';

/** An own member, undefined where there is none. Throws ExpressionError on a base of nothing and on forbidden names. */
export function readMember(base: unknown, name: string): unknown {
  if (isForbiddenName(name)) throw new ExpressionError(`"${name}" cannot be read in an expression.`);
  if (isReference(base)) {
    return Object.hasOwn(base, name) ? data((base as { [name: string]: unknown })[name]) : undefined;
  }
  if (typeof base === 'string') return textMember(base, name);
  if (base === null || base === undefined) throw new ExpressionError(`Cannot read "${name}" of ${base}.`);
  return undefined;
}

/** The name that a computed member stands for. */
export function memberName(run: Run, key: unknown): string {
  if (isReference(key))
    throw new ExpressionError('Expected a text or a number between the brackets, found a list or record.');
  return toText(run, key);
}

/** The method of that name which the dialect allows on this value, if any. */
export function methodOf(dialect: Dialect, base: unknown, name: string): Method | undefined {
  if (typeof base === 'string') return dialect.methods.text.get(name);
  if (Array.isArray(base)) return dialect.methods.list.get(name);
  return isReference(base) ? dialect.methods.record.get(name) : undefined;
}

function textMember(text: string, name: string): unknown {
  if (name === 'length') return text.length;
  return /^(?:0|[1-9]\d{0,9})$/.test(name) ? text[Number(name)] : undefined;
}
