/** What the routes of accounts read from a body: texts of a sane length, by their names. */
import type { Visitor } from '../auth/account-env.ts';
import type { Call } from './call.ts';
import { refusal, takes } from './given.ts';

const LONGEST = 1000;

/** The texts of the body; throws for an unknown key, one that is missing (unless it ends in `?`), and what is no text. */
export function textsOf<K extends string, O extends string = never>(
  call: Call,
  required: readonly K[],
  optional: readonly O[] = [],
): Record<K, string> & Partial<Record<O, string>> {
  takes(call, [...required, ...optional]);
  const texts = new Map<string, string>();
  for (const key of [...required, ...optional]) {
    const value = Object.hasOwn(call.given, key) ? call.given[key] : undefined;
    const isOptional = (optional as readonly string[]).includes(key);
    if (isOptional && (value === undefined || value === null)) continue;
    if (typeof value !== 'string' || value === '' || value.length > LONGEST || value.includes('\0'))
      throw refusal(key, `${key} must be a text that is not empty, of at most ${LONGEST} characters.`, 'required');
    texts.set(key, value);
  }
  return Object.fromEntries(texts) as Record<K, string> & Partial<Record<O, string>>;
}

export function visitorOf(call: Call): Visitor {
  return { ip: call.ip, agent: call.header('user-agent') ?? '', requestId: call.requestId };
}
