/** The routes of files in the OpenAPI description: their bodies are no JSON. */

type Json = Record<string, unknown>;

const tags = ['Files'];
const problem = { $ref: '#/components/responses/Problem' };
const text = { type: 'string' };
const bytes = { type: 'string', format: 'binary' };

const FIELDS: readonly (readonly [name: string, schema: Json, description: string])[] = [
  ['file_name', text, 'Of one file: the name to show; otherwise the one that it comes with'],
  ['is_private', { type: 'boolean', default: true }, 'false: everybody may have it'],
  ['attached_to_doctype', text, 'The DocType of the document that it is attached to'],
  ['attached_to_name', text, 'The name of that document'],
  ['attached_to_field', text, 'The field of it that shows the file'],
  ['folder', text, 'The name of a File that is a folder'],
];

const form = {
  type: 'object',
  properties: {
    file: { type: 'array', items: bytes },
    ...Object.fromEntries(FIELDS.map(([name, schema, description]) => [name, { ...schema, description }])),
  },
  required: ['file'],
};

const items = {
  type: 'object',
  properties: { items: { type: 'array', items: { $ref: '#/components/schemas/File' } } },
};

const content = (operationId: string, summary: string): Json => ({
  tags,
  operationId,
  summary,
  parameters: [
    { name: 'download', in: 'query', schema: { type: 'boolean' }, description: 'true: never shown, always saved' },
  ],
  responses: {
    200: { description: 'The content', content: { '*/*': { schema: bytes } } },
    206: { description: 'The part that Range asks for', content: { '*/*': { schema: bytes } } },
    304: { description: 'If-None-Match has it already' },
    default: problem,
  },
});

const inPath = (...names: string[]): Json[] =>
  names.map((name) => ({ name, in: 'path', required: true, schema: text }));

export const filePaths: readonly (readonly [path: string, item: Json])[] = [
  [
    '/api/v1/file/upload',
    {
      post: {
        tags,
        operationId: 'upload_file',
        summary: 'Upload files: as a form, or one as it is with its fields in the query',
        parameters: FIELDS.map(([name, schema, description]) => ({ name, in: 'query', schema, description })),
        requestBody: {
          required: true,
          content: { 'multipart/form-data': { schema: form }, 'application/octet-stream': { schema: bytes } },
        },
        responses: {
          201: { description: 'The File documents', content: { 'application/json': { schema: items } } },
          default: problem,
        },
      },
    },
  ],
  [
    '/api/v1/file/{id}/{name}',
    {
      parameters: inPath('id', 'name'),
      get: content('get_file_content', 'The content of a File; its name is for people'),
    },
  ],
  [
    '/private/files/{address}',
    { parameters: inPath('address'), get: content('get_private_file', 'The content at a file_url') },
  ],
  [
    '/files/{address}',
    { parameters: inPath('address'), get: content('get_public_file', 'The content at a public file_url') },
  ],
];
