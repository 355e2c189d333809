/** The OpenAPI 3.1 description of the DocTypes that a caller may see: paths and schemas from the Plans. */
import { snakeCase } from '../kernel/names.ts';
import { documentJsonSchema } from '../schema/json-schema.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { frappePaths } from './frappe/openapi.ts';
import { activityPaths, commonActivityPaths } from './openapi-activity.ts';
import { LIST_PARAMETERS, manyPaths } from './openapi-collection.ts';
import { filePaths } from './openapi-files.ts';
import { fixedPaths } from './openapi-fixed.ts';

type Json = Record<string, unknown>;

/** `graphqlName`: what a DocType is called there, so that a reader of this finds it. */
export function openApi(
  plans: readonly DocTypePlan[],
  version: string,
  graphqlName: (doctype: string) => string,
): Json {
  const paths: [string, Json][] = [];
  const schemas: [string, unknown][] = [['Problem', PROBLEM]];
  for (const plan of plans) {
    const { $schema: _schema, $id: _id, ...schema } = documentJsonSchema(plan);
    schemas.push([
      keyOf(plan.name),
      { ...(toComponents(schema) as Json), 'x-graphql-name': graphqlName(plan.name), 'x-app': plan.app },
    ]);
    if (plan.storage !== 'child') paths.push(...pathsOf(plan));
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Framework M', version },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { cookie: [] }],
    paths: joined([...COMMON_PATHS, ...commonActivityPaths, ...fixedPaths, ...filePaths, ...frappePaths, ...paths]),
    components: {
      schemas: Object.fromEntries(schemas),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
      },
      responses: {
        Problem: {
          description: 'What went wrong, and how to mend it.',
          content: { 'application/problem+json': { schema: ref('Problem') } },
        },
      },
    },
  };
}

/** Methods of one path may stand in several places. */
function joined(paths: readonly (readonly [path: string, item: Json])[]): Json {
  const items = new Map<string, Json>();
  for (const [path, item] of paths) items.set(path, { ...items.get(path), ...item });
  return Object.fromEntries(items);
}

const PROBLEM: Json = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { field: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
  required: ['type', 'title', 'status'],
};

const DOCTYPE: Json = { name: 'doctype', in: 'path', required: true, schema: { type: 'string' } };

const COMMON_PATHS: [string, Json][] = [
  [
    '/api/v1/auth/login',
    {
      post: {
        summary: 'Sign in',
        security: [],
        requestBody: content({
          type: 'object',
          properties: { user: { type: 'string' }, password: { type: 'string' } },
          required: ['user', 'password'],
        }),
        responses: answers('The session'),
      },
    },
  ],
  ['/api/v1/auth/logout', { post: { summary: 'Sign out', responses: { 204: { description: 'Signed out' } } } }],
  ['/api/v1/auth/me', { get: { summary: 'Who is signed in', responses: answers('The user') } }],
  [
    '/graphql',
    {
      post: {
        summary: 'GraphQL: one operation, or a list of them',
        requestBody: content({
          type: 'object',
          properties: {
            query: { type: 'string' },
            variables: { type: 'object' },
            operationName: { type: 'string' },
            extensions: { type: 'object' },
          },
        }),
        responses: answers('Data and errors'),
      },
    },
  ],
  ['/api/meta', { get: { summary: 'The DocTypes that you may see', responses: answers('DocTypes') } }],
  [
    '/api/meta/{doctype}',
    {
      parameters: [DOCTYPE],
      get: { summary: 'A DocType: fields, layout, rights, JSON Schema', responses: answers('The DocType') },
    },
  ],
  [
    '/api/v1/doctype/{doctype}/plan',
    {
      parameters: [DOCTYPE],
      post: {
        summary: 'What saving a DocType would do to the tables; nothing is done',
        requestBody: content({ type: 'object' }),
        responses: answers('The changes, and how safe each is'),
      },
    },
  ],
];

function pathsOf(plan: DocTypePlan): [string, Json][] {
  const base = `/api/v1/${encodeURIComponent(plan.name)}`;
  const tags = [plan.module || 'Other'];
  const name = { name: 'name', in: 'path', required: true, schema: { type: 'string' } };
  const schema = ref(keyOf(plan.name));
  const id = (verb: string): string => `${verb}_${snakeCase(plan.name)}`;
  const document = (summary: string, verb: string): Json => ({
    tags,
    operationId: id(verb),
    summary,
    responses: answers(plan.name, schema),
  });
  const paths: [string, Json][] = [
    [
      `${base}/{name}`,
      {
        parameters: [name],
        get: document(`Read one ${plan.name}`, 'get'),
        patch: {
          ...document(`Change a ${plan.name}`, 'update'),
          description: 'Only the fields that are given are changed. With _version a newer document is not overwritten.',
          requestBody: content(schema),
        },
        put: {
          ...document(`Change a ${plan.name}, as PATCH does`, 'replace'),
          requestBody: content(schema),
        },
        delete: {
          tags,
          operationId: id('delete'),
          summary: `Delete a ${plan.name}`,
          responses: { 204: { description: 'Deleted' }, default: problem },
        },
      },
    ],
  ];
  if (plan.storage !== 'single') paths.unshift([base, collection({ plan, tags, schema, id })]);
  const actions = [
    ...(plan.isSubmittable ? ['submit', 'cancel', 'amend'] : []),
    ...(plan.allowsRename ? ['rename'] : []),
    ...(plan.storage === 'table' ? ['duplicate', 'restore'] : []),
  ];
  if (plan.storage !== 'single') paths.push([`${base}/export`, { post: exportOf(plan, tags, id('export')) }]);
  if (plan.storage === 'table') paths.push(...manyPaths({ base, tags, doctype: plan.name, id, answers }));
  paths.push(...activityPaths(base, name, tags, plan.storage));
  for (const action of actions)
    paths.push([
      `${base}/{name}/${action}`,
      { parameters: [name], post: document(`${action} a ${plan.name}`, action) },
    ]);
  return paths;
}

function exportOf(plan: DocTypePlan, tags: string[], operationId: string): Json {
  const text = { type: 'string' };
  const properties = {
    format: { enum: ['xlsx', 'csv', 'json'] },
    fields: { type: 'array', items: text },
    filters: {},
    or_filters: {},
    q: text,
    order_by: text,
    time_zone: { ...text, description: 'Whose clock an Excel sheet shows, as Europe/Berlin; UTC when absent' },
    bom: {
      type: 'boolean',
      description: 'Whether CSV begins with a byte order mark, which Excel needs; true when absent',
    },
  };
  return {
    tags,
    operationId,
    summary: `Take a list of ${plan.name} documents as a file`,
    requestBody: content({ type: 'object', properties }),
    responses: { 200: { description: 'The file' }, default: problem },
  };
}

function collection(q: { plan: DocTypePlan; tags: string[]; schema: Json; id(verb: string): string }): Json {
  const { plan, tags, schema, id } = q;
  const page = {
    type: 'object',
    properties: {
      items: { type: 'array', items: { type: 'object' } },
      total: { type: 'integer' },
      limit: { type: 'integer' },
      offset: { type: 'integer' },
      has_more: { type: 'boolean' },
    },
  };
  return {
    get: {
      tags,
      operationId: id('list'),
      summary: `List ${plan.name} documents`,
      parameters: LIST_PARAMETERS,
      responses: answers('A page', page),
    },
    post: {
      tags,
      operationId: id('create'),
      summary: `Create a ${plan.name}`,
      requestBody: content(schema),
      responses: { 201: { description: 'Created', content: { 'application/json': { schema } } }, default: problem },
    },
  };
}

const problem = { $ref: '#/components/responses/Problem' };

function answers(description: string, schema: Json = { type: 'object' }): Json {
  return {
    200: { description, content: { 'application/json': { schema } } },
    default: { $ref: '#/components/responses/Problem' },
  };
}

function content(schema: Json): Json {
  return { required: true, content: { 'application/json': { schema } } };
}

function ref(key: string): Json {
  return { $ref: `#/components/schemas/${key}` };
}

/** A component's key may hold letters, digits, `.`, `-` and `_` only; DocType names differ in these beyond blanks. */
function keyOf(doctype: string): string {
  return doctype.replaceAll(' ', '_');
}

const SCHEMA_REF = /^\/api\/meta\/([^/]+)\/schema$/;

/** The schemas refer to each other by their own address; here they stand together. */
function toComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toComponents);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const target = key === '$ref' && typeof item === 'string' ? SCHEMA_REF.exec(item)?.[1] : undefined;
      return [
        key,
        target === undefined ? toComponents(item) : `#/components/schemas/${keyOf(decodeURIComponent(target))}`,
      ];
    }),
  );
}
