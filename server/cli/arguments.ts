/** Readers of arguments: text to value, or a sentence of what was expected and what came. */
import { InvalidArgumentError } from 'commander';

export function wholeNumber(
  what: string,
  from: number,
  to: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,16}$/.test(text) && value >= from && value <= to) return value;
    const range = to === Number.MAX_SAFE_INTEGER ? `of ${from} or more` : `from ${from} to ${to}`;
    throw new InvalidArgumentError(`Expected ${what} to be a whole number ${range}.`);
  };
}
