/** Routes of many documents of one DocType in the OpenAPI description: the list, the count, many at once. */

type Json = Record<string, unknown>;

const TEXT: Json = { type: 'string' };

/** What narrows a list, and what is counted. */
const FILTERS: readonly Json[] = [
  inQuery('filters', 'JSON: [["status","=","Open"]] or {"status":"Open"}'),
  inQuery('or_filters', 'JSON: of these, one must hold'),
  inQuery('q', 'Text search'),
];

export const LIST_PARAMETERS: readonly Json[] = [
  inQuery('fields', 'JSON list of fieldnames, paths and aggregates'),
  ...FILTERS,
  inQuery('group_by', 'Fields, comma separated'),
  inQuery('order_by', 'modified desc, name asc'),
  inQuery('limit', 'Rows of a page', { type: 'integer', minimum: 1, maximum: 1000, default: 20 }),
  inQuery('offset', 'Rows to leave out', { type: 'integer', minimum: 0, default: 0 }),
  inQuery('cursor', 'Pages by key: empty for the first, then next_cursor'),
  inQuery('count', 'How the total is found', {
    type: 'string',
    enum: ['exact', 'estimated', 'none'],
    default: 'exact',
  }),
  inQuery('expand', 'Links and child tables to nest, comma separated'),
  inQuery('as', 'select: what a Link may be set to, of which name, title and search fields are shown', {
    type: 'string',
    enum: ['select'],
  }),
  inQuery('include_disabled', '1: with as=select also what is switched off, and Guest', {
    type: 'string',
    enum: ['0', '1'],
  }),
  inQuery('with', 'What hangs on each document: some of assign, tags, comments, likes, comma separated'),
];

interface Collection {
  base: string;
  tags: readonly string[];
  doctype: string;
  id(verb: string): string;
  answers(description: string, schema?: Json): Json;
}

/** Only where documents are rows of a table. */
export function manyPaths({ base, tags, doctype, id, answers }: Collection): [string, Json][] {
  const bulk = {
    type: 'object',
    description: 'Either action and docs, or filters and data',
    properties: {
      action: { type: 'string', enum: ['insert', 'update', 'delete', 'submit', 'cancel'] },
      docs: { type: 'array', items: { type: 'object' } },
      filters: { type: 'array', items: {} },
      data: { type: 'object' },
      atomic: { type: 'boolean', default: true, description: 'All of them or none' },
    },
  };
  const results = {
    type: 'object',
    properties: {
      results: { type: 'array', items: { type: 'object' } },
      succeeded: { type: 'integer' },
      failed: { type: 'integer' },
    },
  };
  return [
    [
      `${base}/count`,
      {
        get: {
          tags,
          operationId: id('count'),
          summary: `Count ${doctype} documents`,
          parameters: FILTERS,
          responses: answers('The number', { type: 'object', properties: { count: { type: 'integer' } } }),
        },
      },
    ],
    [
      `${base}/bulk`,
      {
        post: {
          tags,
          operationId: id('bulk'),
          summary: `Write many ${doctype} documents at once`,
          requestBody: { required: true, content: { 'application/json': { schema: bulk } } },
          responses: answers('A result for each', results),
        },
      },
    ],
  ];
}

function inQuery(name: string, description: string, schema: Json = TEXT): Json {
  return { name, in: 'query', description, schema };
}
