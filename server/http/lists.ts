/** Routes of many documents: the list and the count. A document whose name a route has taken is read with `?name=`. */
import { attachedFor, withActivityFilters } from '../activity/lists.ts';
import { readChoices } from '../documents/choices.ts';
import type { Context } from '../documents/contract.ts';
import { readCount, readList } from '../documents/read.ts';
import { parseFilterParams, parseListRequest, parseSearch } from '../query/wire.ts';
import { choiceOf } from './activity-given.ts';
import { type Answer, type Call, jsonText, type Route } from './call.ts';
import { answerDocument } from './documents.ts';
import { refusal } from './given.ts';

const FILTERS = ['filters', 'or_filters', 'q'];
const LIST = [
  ...[
    'fields',
    ...FILTERS,
    'group_by',
    'order_by',
    'limit',
    'offset',
    'count',
    'cursor',
    'expand',
    'name',
    'with',
    'as',
    'include_disabled',
  ],
  ...['limit_page_length', 'page_length', 'limit_start', 'start'],
];

async function list(call: Call, ctx: Context): Promise<Answer> {
  if (call.query.has('name')) return answerDocument(call, ctx);
  const [, , doctype = ''] = call.segments;
  const wish = parseListRequest(call.query);
  const withDisabled = choiceOf(call.query.get('include_disabled'), 'include_disabled', ['0', '1']);
  if (choiceOf(call.query.get('as'), 'as', ['select'])) {
    // What hangs on a document is read by its readers.
    if (call.query.has('with')) throw refusal('with', 'What may be chosen (as=select) takes no with.');
    return jsonText(await readChoices(ctx, { doctype, request: wish, withDisabled: withDisabled === '1' }));
  }
  if (withDisabled)
    throw refusal('include_disabled', 'include_disabled is for what may be chosen: give as=select too.');
  const filter = withActivityFilters(ctx, doctype, wish.filter);
  const attached = attachedFor(ctx, doctype, call.query.get('with'));
  const request = attached.length === 0 ? { ...wish, filter } : { ...wish, filter, attached };
  return jsonText(await readList(ctx, { doctype, request }));
}

async function count(call: Call, ctx: Context): Promise<Answer> {
  if (call.query.has('name')) return answerDocument(call, ctx);
  const [, , doctype = ''] = call.segments;
  const search = parseSearch(call.query.get('q'));
  const filter = withActivityFilters(ctx, doctype, parseFilterParams(call.query));
  return jsonText(`{"count":${await readCount(ctx, { doctype, filter, search })}}`);
}

const signedIn = { access: 'signed-in', guests: true, scoped: true } as const;

export const listRoutes: readonly Route[] = [
  { method: 'GET', path: '/api/v1/*', query: LIST, ...signedIn, answer: list },
  {
    method: 'GET',
    path: '/api/v1/*/count',
    query: [...FILTERS, 'name', 'fields', 'expand'],
    ...signedIn,
    answer: count,
  },
];
