/** The Frappe-compatible routes in the OpenAPI description: few, since the DocType is a part of their paths. */

type Json = Record<string, unknown>;

const tags = ['Frappe'];

export const frappePaths: readonly (readonly [path: string, item: Json])[] = [
  [
    '/api/resource/{doctype}',
    {
      parameters: [inPath('doctype')],
      get: operation('frappe_list', 'List documents', [
        ['fields', 'JSON list; the name when absent'],
        ['filters', 'JSON: [["status","=","Open"]] or {"status":"Open"}'],
        ['or_filters', 'JSON: of these, one must hold'],
        ['order_by', 'modified desc'],
        ['group_by', 'Fields, comma separated'],
        ['limit_start', 'Rows to leave out'],
        ['limit_page_length', 'Rows of a page; 20 when absent, 0 for all, at most 1000'],
        ['as_dict', '0: rows as lists of values'],
        ['expand', 'JSON list of Links to put documents in the place of'],
        ['parent', 'Of a child DocType: the DocType that the rows belong to'],
      ]),
      post: operation('frappe_create', 'Create a document'),
    },
  ],
  [
    '/api/resource/{doctype}/{name}',
    {
      parameters: [inPath('doctype'), inPath('name')],
      get: operation('frappe_get', 'Read a document', [['expand_links', '1: documents in the place of Links']]),
      put: operation('frappe_update', 'Change a document; docstatus 1 submits it, 2 cancels it'),
      delete: operation('frappe_delete', 'Delete a document', [], 202),
    },
  ],
  [
    '/api/method/{method}',
    {
      parameters: [inPath('method')],
      get: operation('frappe_call_get', 'Call a method that changes nothing'),
      post: operation('frappe_call', 'Call a method by its dotted path'),
    },
  ],
  [
    '/api/method/upload_file',
    { post: operation('frappe_upload', 'Upload a file: a form with file, doctype and docname') },
  ],
];

function inPath(name: string): Json {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

function operation(
  operationId: string,
  summary: string,
  query: readonly (readonly [name: string, description: string])[] = [],
  status = 200,
): Json {
  const parameters = query.map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }));
  const content = { 'application/json': { schema: { type: 'object' } } };
  return {
    tags,
    operationId,
    summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: {
      [status]: { description: 'data, or message for a method', content },
      default: { description: 'exc_type, exception and _server_messages say what went wrong', content },
    },
  };
}
