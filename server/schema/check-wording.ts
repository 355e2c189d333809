/**
 * How the checks of a definition speak: a value shown short, a suggestion when a known name is near.
 * Suggestions are bounded, since their cost grows with text that the caller chose.
 */
import { nearest } from '../kernel/error.ts';

const MAX_SHOWN = 60;
/** Longer texts are no typing mistakes of a name. */
const MAX_SUGGESTED = 140;
const MAX_SUGGESTIONS = 30;

/** ` Did you mean "Customer"?`, or "". */
export type Suggest = (wanted: string, known: Iterable<string>) => string;

/** A suggester for one run of the checks. */
export function suggester(): Suggest {
  let left = MAX_SUGGESTIONS;
  return (wanted, known) => {
    if (left <= 0 || wanted === '' || wanted.length > MAX_SUGGESTED) return '';
    left -= 1;
    const short: string[] = [];
    for (const name of known) if (name.length <= MAX_SUGGESTED) short.push(name);
    const found = nearest(wanted, short);
    return found === undefined ? '' : ` Did you mean ${show(found)}?`;
  };
}

/** A value in a message: JSON text, cut when long. Safe for values of any kind. */
export function show(value: unknown): string {
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, MAX_SHOWN + 1) : value) ?? 'nothing';
  return text.length > MAX_SHOWN + 2 ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** The first few of a list that the caller made: more of the same helps nobody. */
export function few<T>(values: Iterable<T>): T[] {
  return [...values].slice(0, 20);
}
