/** POST /api/v1/{doctype}/bulk: many documents in one request, with a result for each. */
import { type BulkResult, bulkDocuments } from '../documents/bulk.ts';
import type { Context } from '../documents/contract.ts';
import type { AppError } from '../kernel/error.ts';
import type { Filter } from '../kernel/filter.ts';
import { parseFilters } from '../query/filters.ts';
import { type Answer, type Call, jsonText, type Route } from './call.ts';
import { flagOf, refusal, takes } from './given.ts';
import { problemBody } from './problem.ts';

const KEYS = ['action', 'docs', 'filters', 'data', 'atomic'];

async function bulk(call: Call, ctx: Context): Promise<Answer> {
  const [, , doctype = ''] = call.segments;
  const { action, docs, data } = call.given;
  takes(call, KEYS);
  if (docs !== undefined && call.given.filters !== undefined)
    throw refusal('filters', 'give docs, or filters, not both');
  const results = await bulkDocuments(ctx, {
    doctype,
    // Data for what the filters find is an update: nothing else takes data.
    action: actionOf(action ?? (docs === undefined && data !== undefined ? 'update' : undefined)),
    docs,
    filter: filterOf(call),
    data,
    atomic: flagOf(call.given.atomic, 'atomic', true),
  });
  const failed = results.filter((result) => !result.ok).length;
  return jsonText(
    `{"results":[${results.map(resultText).join(',')}],"succeeded":${results.length - failed},"failed":${failed}}`,
  );
}

function actionOf(given: unknown): string {
  if (typeof given === 'string') return given;
  throw refusal('action', 'action must be a text: insert, update, delete, submit or cancel');
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
  if (filter.kind === 'all')
    throw refusal('filters', 'filters must not be empty: every document would be meant. Name at least one condition');
  return filter;
}

export const bulkRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/v1/*/bulk',
    query: ['confirm'],
    access: 'signed-in',
    guests: true,
    scoped: true,
    isWrite: true,
    answer: bulk,
  },
];
