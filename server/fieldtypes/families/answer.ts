/** How a field type answers `coerce`, and how it speaks of a refused value without repeating all of it. */
import type { Value } from '../../kernel/document.ts';
import type { Coerced } from '../contract.ts';

const LONGEST_QUOTE = 40;

export function accept(value: Value): Coerced {
  return { value };
}

/** The message says what was expected, what came and how to mend it. */
export function refuse(code: string, message: string): Coerced {
  return { problem: { code, message } };
}

/** Null, nothing, or text of blanks only: what people send for "no value". */
export function isBlank(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
}

/** A value as a message shows it: short text quoted, lists and objects by kind. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    const text = value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value;
    return JSON.stringify(text.toWellFormed());
  }
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
