/** JSON that PostgreSQL's jsonb can hold: no NUL, no half characters, not deeper than 100. */
import type { Value } from '../../kernel/document.ts';
import { isObject } from '../../kernel/json.ts';
import type { Coerced } from '../contract.ts';
import { accept, refuse, shown } from './answer.ts';
import { LONGEST_TEXT, textFlaw } from './text.ts';

const DEEPEST = 100;

/** The value that a text of JSON spells; a text that spells none, or a mere string, is a problem. */
export function parseJson(text: string): Coerced {
  if (text.length > LONGEST_TEXT) return refuse('too_long', `Expected at most ${LONGEST_TEXT} characters of JSON.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refuse('invalid_json', `Expected JSON text such as {"key": 1}, got ${shown(text)}.`);
  }
  if (typeof parsed !== 'string') return checkJson(parsed);
  // A string is read as JSON text each time it passes, so it would not mean the same twice.
  return refuse('invalid_json', `Expected an object, a list, a number or true/false, got the string ${shown(parsed)}.`);
}

/** A parsed value as it is, when it is JSON all through. Walks without recursion: depth is the sender's choice. */
export function checkJson(value: unknown): Coerced {
  const rest: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const flaw = leafFlaw(next.value);
    if (flaw) return refuse('invalid_json', flaw);
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= DEEPEST) return refuse('too_deep', `Expected JSON nested at most ${DEEPEST} deep: flatten it.`);
    const depth = next.depth + 1;
    if (isObject(next.value)) for (const key of Object.keys(next.value)) rest.push({ value: key, depth });
    for (const item of Object.values(next.value)) rest.push({ value: item, depth });
  }
  return accept(value as Value);
}

function leafFlaw(value: unknown): string | undefined {
  if (typeof value === 'string') return textFlaw(value);
  if (value === null || typeof value === 'boolean' || typeof value === 'object' || Number.isFinite(value)) return;
  return `Expected JSON all through, found ${typeof value === 'number' ? value : `a ${typeof value}`}.`;
}
