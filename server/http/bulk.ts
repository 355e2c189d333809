/** POST /api/v1/{doctype}/bulk: many documents in one request, with a result for each. */
import { type BulkResult, bulkDocuments } from '../documents/bulk.ts';
import type { Context } from '../documents/contract.ts';
import { AppError, nearest } from '../kernel/error.ts';
import { ALL, type Filter } from '../kernel/filter.ts';
import { parseFilters } from '../query/filters.ts';
import { type Answer, type Call, jsonText, type Route } from './call.ts';
import { problemBody } from './problem.ts';

const KEYS = ['action', 'docs', 'filters', 'data', 'atomic'];

async function bulk(call: Call, ctx: Context): Promise<Answer> {
  const [, , doctype = ''] = call.segments;
  const { action, docs, data } = call.given;
  refuseUnknown(call);
  if (docs !== undefined && call.given.filters !== undefined)
    throw refusal('filters', 'give docs, or filters, not both');
  const results = await bulkDocuments(ctx, {
    doctype,
    action: String(action ?? ''),
    docs,
    filter: filterOf(call),
    data,
    atomic: isAtomic(call),
  });
  const failed = results.filter((result) => !result.ok).length;
  return jsonText(
    `{"results":[${results.map(resultText).join(',')}],"succeeded":${results.length - failed},"failed":${failed}}`,
  );
}

/** The document is JSON text from PostgreSQL and goes through as it is. */
function resultText(result: BulkResult): string {
  const head = `{"name":${JSON.stringify(result.name)},"ok":${result.ok}`;
  if (result.ok) return result.text === undefined ? `${head}}` : `${head},"doc":${result.text}}`;
  return `${head},"error":${JSON.stringify(problemBody(result.error as AppError))}}`;
}

function filterOf(call: Call): Filter | undefined {
  const { filters } = call.given;
  if (filters === undefined) return undefined;
  const filter = parseFilters(filters, 'filters');
  if (filter === ALL || filter.kind === 'all')
    throw refusal('filters', 'filters must not be empty: every document would be meant. Name at least one condition');
  return filter;
}

function isAtomic(call: Call): boolean {
  const { atomic = true } = call.given;
  if (atomic === true || atomic === 1) return true;
  if (atomic === false || atomic === 0) return false;
  throw refusal('atomic', 'atomic must be true or false');
}

function refuseUnknown(call: Call): void {
  for (const key of Object.keys(call.given)) {
    if (KEYS.includes(key)) continue;
    const meant = nearest(key, KEYS);
    throw refusal(
      key.slice(0, 80),
      `${JSON.stringify(key.slice(0, 80))} is not taken here. ${meant ? `Did you mean ${meant}?` : `Known: ${KEYS.join(', ')}.`}`,
    );
  }
}

function refusal(field: string, message: string): AppError {
  return new AppError('bad_request', message, { errors: [{ field, code: 'bad_request', message }] });
}

export const bulkRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/v1/*/bulk',
    query: ['confirm'],
    access: 'signed-in',
    isWrite: true,
    isPiecemeal: (call) => call.given.atomic === false || call.given.atomic === 0,
    answer: bulk,
  },
];
