/** The server's OpenAPI document as a person reads it: operations in groups, each with what it takes and answers. Pure. */

export interface JsonSchema {
  $ref?: string;
  type?: string | readonly string[];
  title?: string;
  description?: string;
  format?: string;
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  items?: JsonSchema;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  oneOf?: readonly JsonSchema[];
  anyOf?: readonly JsonSchema[];
  readOnly?: boolean;
  [key: string]: unknown;
}

interface Media {
  schema?: JsonSchema;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  description?: string;
  required?: boolean;
  schema?: JsonSchema;
}

interface RawOperation {
  tags?: readonly string[];
  operationId?: string;
  summary?: string;
  description?: string;
  security?: readonly unknown[];
  parameters?: readonly Parameter[];
  requestBody?: { required?: boolean; content?: Readonly<Record<string, Media>> };
  responses?: Readonly<Record<string, RawResponse>>;
}

interface RawResponse {
  $ref?: string;
  description?: string;
  content?: Readonly<Record<string, Media>>;
}

export interface OpenApi {
  info: { title: string; version: string };
  paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  components?: {
    schemas?: Readonly<Record<string, JsonSchema>>;
    responses?: Readonly<Record<string, RawResponse>>;
  };
}

export interface ApiResponse {
  /** `200`, or `default` for refusals. */
  status: string;
  description: string;
  mediaType: string;
  schema: JsonSchema | undefined;
}

export interface Operation {
  /** Stands in the address. */
  key: string;
  method: string;
  /** With `{name}` for what is to be filled in, otherwise decoded. */
  path: string;
  summary: string;
  description: string;
  /** The module of its DocType, or what fixed routes are about. */
  group: string;
  /** Undefined for a fixed route. */
  doctype: string | undefined;
  /** Of the framework itself, not of an app. */
  isSystem: boolean;
  /** Nobody has to be signed in. */
  isOpen: boolean;
  isWrite: boolean;
  parameters: readonly Parameter[];
  body: { mediaType: string; isRequired: boolean; schema: JsonSchema } | undefined;
  responses: readonly ApiResponse[];
}

export interface OperationGroup {
  name: string;
  /** Fixed routes stand after the DocTypes. */
  isFixed: boolean;
  parts: readonly { name: string; operations: readonly Operation[] }[];
  count: number;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

export function operationsOf(api: OpenApi): Operation[] {
  const doctypes = new Map(
    Object.values(api.components?.schemas ?? {}).map((schema) => [schema['x-frappe-doctype'], schema['x-app']]),
  );
  const taken = new Set<string>();
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const operation = operationOf(api, doctypes, { path, item, method });
      // Two DocTypes may share the word that their operations are called by.
      while (taken.has(operation.key)) operation.key += '-2';
      taken.add(operation.key);
      return operation;
    }),
  );
}

interface Place {
  path: string;
  item: Readonly<Record<string, unknown>>;
  method: string;
}

function operationOf(api: OpenApi, doctypes: ReadonlyMap<unknown, unknown>, { path, item, method }: Place): Operation {
  const raw = item[method] as RawOperation;
  const own = raw.parameters ?? [];
  const shared = ((item.parameters ?? []) as readonly Parameter[]).filter(
    ({ name }) => !own.some((parameter) => parameter.name === name),
  );
  const word = decodeURIComponent(/^\/api\/v1\/([^/]+)/.exec(path)?.[1] ?? '');
  const doctype = doctypes.has(word) ? word : undefined;
  const [media] = Object.entries(raw.requestBody?.content ?? {});
  return {
    key: raw.operationId ?? `${method}-${slug(path)}`,
    method: method.toUpperCase(),
    path: readable(path),
    summary: raw.summary ?? '',
    description: raw.description ?? '',
    group: raw.tags?.[0] ?? fixedGroup(path),
    doctype,
    isSystem: doctypes.get(word) === 'core',
    isOpen: raw.security?.length === 0,
    isWrite: method !== 'get' && !path.startsWith('/api/v1/auth/log'),
    parameters: [...shared, ...own],
    body: media && {
      mediaType: media[0],
      isRequired: raw.requestBody?.required === true,
      schema: media[1].schema ?? {},
    },
    responses: Object.entries(raw.responses ?? {}).map(([status, response]) => responseOf(api, status, response)),
  };
}

function responseOf(api: OpenApi, status: string, given: RawResponse): ApiResponse {
  const name = given.$ref?.split('/').at(-1);
  const response = name ? (api.components?.responses?.[name] ?? {}) : given;
  const [media] = Object.entries(response.content ?? {});
  return {
    status,
    description: response.description ?? '',
    mediaType: media?.[0] ?? '',
    schema: media?.[1].schema,
  };
}

/** `/api/v1/Sales Order/{name}`: the braces of parameters stay. */
function readable(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function slug(path: string): string {
  return readable(path)
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
}

const FIXED: readonly (readonly [start: string, name: string])[] = [
  ['/api/v1/auth/', 'Sign-in'],
  ['/api/meta', 'Metadata'],
  ['/api/v1/doctype/', 'Metadata'],
  ['/graphql', 'GraphQL'],
  ['/api/v1/file', 'Files'],
  ['/api/v1/activity', 'Activity'],
];

function fixedGroup(path: string): string {
  return FIXED.find(([start]) => path.startsWith(start))?.[1] ?? 'Other';
}

/** Modules of apps first, then those of the framework, then fixed routes. */
export function groupsOf(operations: readonly Operation[]): OperationGroup[] {
  const groups = new Map<string, Map<string, Operation[]>>();
  for (const operation of operations) {
    const key = `${operation.doctype === undefined ? 1 : 0}${operation.group}`;
    const parts = groups.get(key) ?? new Map<string, Operation[]>();
    groups.set(key, parts);
    const part = operation.doctype ?? '';
    const there = parts.get(part);
    if (there) there.push(operation);
    else parts.set(part, [operation]);
  }
  return [...groups]
    .map(([key, parts]) => ({
      name: key.slice(1),
      isFixed: key.startsWith('1'),
      parts: [...parts]
        .map(([name, list]) => ({ name, operations: list }))
        .sort((a, b) => a.name.localeCompare(b.name)),
      count: [...parts.values()].reduce((sum, { length }) => sum + length, 0),
    }))
    .sort((a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name));
}

function rankOf({ isFixed, parts }: OperationGroup): number {
  const isSystem = parts.every(({ operations }) => operations[0]?.isSystem === true);
  return isFixed ? 2 : Number(isSystem);
}

/** Those in which every word occurs: in the method, the path, the summary. At most `most`. */
export function findOperations(operations: readonly Operation[], text: string, most: number): Operation[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found: Operation[] = [];
  for (const operation of operations) {
    const all = `${operation.method} ${operation.path} ${operation.summary} ${operation.doctype ?? ''}`.toLowerCase();
    if (!words.every((word) => all.includes(word))) continue;
    found.push(operation);
    if (found.length >= most) break;
  }
  return found;
}
