/** Reading what the caller gave, in body and query: known keys, flags, whole numbers; refusals that name the key. */
import { AppError, nearest } from '../kernel/error.ts';
import type { Call } from './call.ts';

/** A 400 that names the key or parameter. */
export function refusal(field: string, message: string, code = 'bad_request'): AppError {
  return new AppError('bad_request', message, { errors: [{ field, code, message }] });
}

/** Throws for a key of the body that is not among these. */
export function takes(call: Call, known: readonly string[]): void {
  refuseUnknown(Object.keys(call.given), known, 'key of this body');
}

/** Throws for the first name that is not known, with what may have been meant. */
export function refuseUnknown(names: Iterable<string>, known: readonly string[], what: string): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    const meant = nearest(name.slice(0, 80), known);
    const hint = meant ? `Did you mean ${meant}?` : `Known: ${known.join(', ') || 'none'}.`;
    const shown = name.slice(0, 80);
    throw refusal(shown, `${JSON.stringify(shown)} is no ${what}. ${hint}`, 'unknown_key');
  }
}

/** A flag as JSON, the query or Frappe's clients write it; `fallback` when it is absent. */
export function flagOf(value: unknown, field: string, fallback = false): boolean {
  if (value === undefined || value === null || value === '') return fallback;
  if (value === true || value === 1 || value === '1' || value === 'true') return true;
  if (value === false || value === 0 || value === '0' || value === 'false') return false;
  throw refusal(field, `${field} must be true or false; it is ${shown(value)}.`);
}

/** Throws when it is absent, negative or no whole number. */
export function wholeNumber(value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value === 'string' && /^\d{1,10}$/.test(value)) return Number(value);
  throw refusal(field, `${field} must be a whole number; it is ${shown(value)}.`);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 80);
}
