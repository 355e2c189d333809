/** JSON as somebody types it. Pure. */
import { isSame } from './draft.ts';

/** The value of a text; a text that is none stays as it is, so that the server can say what is wrong with it. */
export function parseJsonText(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function jsonTextOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** What the parser says of it; "" for nothing. */
export function jsonFlaw(text: string): string {
  if (text.trim() === '') return '';
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether a text that is being typed is that value already: then it is left as it was typed. */
export function spells(text: string, value: unknown): boolean {
  return text.trim() !== '' && isSame(parseJsonText(text), value);
}
