/** A JSON Schema as rows to be read, and an example of what it describes. Follows references one level at a time. Pure. */
import type { JsonSchema, OpenApi } from './openapi.ts';

export interface SchemaRow {
  name: string;
  /** `string · date`, `array of Sales Order Item`. */
  type: string;
  isRequired: boolean;
  isReadOnly: boolean;
  label: string;
  description: string;
  choices: readonly string[];
  standard: string | undefined;
  /** What opens below it. */
  inner: JsonSchema | undefined;
}

export function resolved(api: OpenApi, schema: JsonSchema | undefined): JsonSchema {
  let found = schema ?? {};
  // A chain of references ends; a circle does not.
  for (let step = 0; found.$ref !== undefined && step < 8; step += 1)
    found = api.components?.schemas?.[decodeURIComponent(found.$ref.split('/').at(-1) ?? '')] ?? {};
  return found;
}

/** The properties of an object, or of what a list holds: what a caller must give first, what the server sets last. */
export function rowsOf(api: OpenApi, given: JsonSchema | undefined): SchemaRow[] {
  const schema = objectOf(api, given);
  const required = new Set(schema?.required ?? []);
  return Object.entries(schema?.properties ?? {})
    .map(([name, property]) => rowOf(api, name, property, required.has(name)))
    .sort((a, b) => rank(a) - rank(b));
}

const rank = ({ isRequired, isReadOnly }: SchemaRow): number => (isReadOnly ? 2 : isRequired ? 0 : 1);

function rowOf(api: OpenApi, name: string, property: JsonSchema, isRequired: boolean): SchemaRow {
  const schema = resolved(api, property);
  const inner = objectOf(api, property);
  return {
    name,
    type: typeText(api, property),
    isRequired,
    isReadOnly: schema.readOnly === true,
    label: typeof schema.title === 'string' && schema.title !== name ? schema.title : '',
    description: schema.description ?? '',
    choices: (schema.enum ?? []).filter((value) => value !== null && value !== '').map(String),
    standard: schema.default === undefined ? undefined : JSON.stringify(schema.default),
    inner: inner?.properties && Object.keys(inner.properties).length > 0 ? property : undefined,
  };
}

/** The object that a schema is, or that its list holds. */
function objectOf(api: OpenApi, given: JsonSchema | undefined): JsonSchema | undefined {
  const schema = resolved(api, given);
  const { items } = schema;
  if (items) return objectOf(api, items);
  return schema.properties ? schema : undefined;
}

export function typeText(api: OpenApi, given: JsonSchema | undefined): string {
  const schema = resolved(api, given);
  const { items } = schema;
  if (items) return `array of ${typeText(api, items)}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) return variants.map((each) => typeText(api, each)).join(' or ');
  if (schema.properties && typeof schema.title === 'string') return schema.title;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['any']);
  const text = types.filter((type) => type !== 'null').join(' or ') + (types.includes('null') ? ' or null' : '');
  return schema.format ? `${text} · ${schema.format}` : text;
}

const MOST_DEEP = 3;

/** What a caller could send: what is required, or else the first fields that are theirs to give. */
export function exampleOf(api: OpenApi, given: JsonSchema | undefined, depth = 0): unknown {
  const schema = resolved(api, given);
  if (schema.default !== undefined && schema.default !== null) return schema.default;
  if (schema.const !== undefined) return schema.const;
  const choice = schema.enum?.find((value) => value !== null && value !== '');
  if (choice !== undefined) return choice;
  const { items } = schema;
  if (items) return depth < MOST_DEEP ? [exampleOf(api, items, depth + 1)] : [];
  if (schema.properties) {
    const required = new Set(schema.required ?? []);
    const own = Object.entries(schema.properties).filter(([, each]) => resolved(api, each).readOnly !== true);
    const wanted = required.size > 0 ? own.filter(([name]) => required.has(name)) : own.slice(0, 3);
    return Object.fromEntries(wanted.map(([name, each]) => [name, exampleOf(api, each, depth + 1)]));
  }
  return exampleValue(schema);
}

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  time: '09:30:00',
  'date-time': '2026-01-31T09:30:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com',
  uuid: '00000000-0000-7000-8000-000000000000',
};

function exampleValue({ type, format }: JsonSchema): unknown {
  const first = (typeof type === 'string' ? [type] : (type ?? [])).find((each) => each !== 'null');
  if (first === 'integer' || first === 'number') return 1;
  if (first === 'boolean') return true;
  if (first === 'object') return {};
  return format ? (FORMATS[format] ?? '') : '';
}
