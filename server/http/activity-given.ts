/** What routes about activity are given: pages by key, lists of texts, one of a few words. */
import { LARGEST_PAGE, type PageWish, USUAL_PAGE } from '../activity/page.ts';
import type { Call } from './call.ts';
import { refusal, wholeNumber } from './given.ts';

export function pageOf(call: Call): PageWish {
  const limit = wholeNumber(call.query.get('limit') ?? USUAL_PAGE, 'limit');
  if (limit < 1 || limit > LARGEST_PAGE)
    throw refusal('limit', `limit must be from 1 to ${LARGEST_PAGE}; it is ${limit}.`);
  return { limit, before: call.query.get('before') };
}

/** Throws unless it is a list of texts that are not empty. */
export function textsIn(value: unknown, field: string): string[] {
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string' && each.trim() !== '');
  if (isList && value.length > 0) return value as string[];
  throw refusal(field, `${field} must be a list of texts that are not empty.`);
}

export function choiceOf<T extends string>(
  given: string | undefined,
  field: string,
  known: readonly T[],
): T | undefined {
  if (given === undefined || given === '') return undefined;
  const found = known.find((each) => each === given);
  if (found !== undefined) return found;
  throw refusal(field, `${field} is one of ${known.join(', ')}.`);
}
