/** GET /api/v1/search: documents of all DocTypes that the caller may read, by what they are called. */
import type { Context } from '../documents/contract.ts';
import { searchDocuments } from '../documents/search.ts';
import { parseSearch } from '../query/wire.ts';
import { choiceOf, textsIn } from './activity-given.ts';
import { type Answer, type Call, json, type Route } from './call.ts';
import { refusal, wholeNumber } from './given.ts';

const USUAL = 20;
const MOST = 50;
const EACH = 5;
const MOST_FIRST = 50;
const LONGEST_NAME = 140;

async function search(call: Call, ctx: Context): Promise<Answer> {
  const text = (call.query.get('q') ?? '').trim();
  if (text === '') throw refusal('q', 'What is looked for? Say ?q=.');
  const byName = choiceOf(call.query.get('by'), 'by', ['name']) !== undefined;
  if (byName && text.length > LONGEST_NAME)
    throw refusal('q', `A name has at most ${LONGEST_NAME} characters; this one has ${text.length}.`);
  const most = wholeNumber(call.query.get('limit') ?? USUAL, 'limit');
  if (most < 1 || most > MOST) throw refusal('limit', `limit must be from 1 to ${MOST}; it is ${most}.`);
  const terms = parseSearch(text);
  const first = firstOf(call);
  return json(await searchDocuments(ctx, { terms, prefix: byName ? text : undefined, first, each: EACH, most }));
}

function firstOf(call: Call): readonly string[] {
  const given = call.query.get('first');
  if (given === undefined || given === '') return [];
  return textsIn(parsed(given), 'first').slice(0, MOST_FIRST);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal('first', 'first must be a JSON list of DocTypes, as ["Customer"].');
  }
}

export const searchRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/search',
    query: ['q', 'by', 'first', 'limit'],
    access: 'signed-in',
    scoped: true,
    answer: search,
  },
];
