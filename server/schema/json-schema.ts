/**
 * A Plan as JSON Schema 2020-12: the shape of its documents for clients, OpenAPI and form builders.
 * The server itself validates with the field types, not with this.
 */
import { isSet } from '../kernel/doctype.ts';
import type { DocTypePlan, FieldPlan } from './plan.ts';

export type JsonSchema = Record<string, unknown>;

/**
 * The schema of a document of this plan. With `find`, child tables stand in it as `$defs` and it is
 * complete by itself; without, or where `find` knows none, they are references to their own schemas.
 */
export function documentJsonSchema(plan: DocTypePlan, find?: (doctype: string) => DocTypePlan | undefined): JsonSchema {
  const defs = new Map<string, JsonSchema>();
  const refTo: RefTo = (doctype) => {
    const child = find?.(doctype);
    if (!child) return `/api/meta/${encodeURIComponent(doctype)}/schema`;
    // Entered before its fields are described: a table that holds itself must not go round forever.
    if (!defs.has(doctype)) {
      const schema: JsonSchema = {};
      defs.set(doctype, schema);
      Object.assign(schema, objectSchema(child, refTo));
    }
    return `#/$defs/${encodeURIComponent(doctype)}`;
  };
  const schema = objectSchema(plan, refTo);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `/api/meta/${encodeURIComponent(plan.name)}/schema?v=${plan.version}`,
    ...schema,
    ...(defs.size > 0 ? { $defs: Object.fromEntries(defs) } : {}),
  };
}

type RefTo = (doctype: string) => string;

/** Keys of a definition that a form needs and JSON Schema has no word for. */
const EXTRAS = [
  'fieldtype',
  'options',
  'label',
  'default',
  'depends_on',
  'mandatory_depends_on',
  'read_only_depends_on',
  'read_only',
  'hidden',
  'fetch_from',
  'permlevel',
  'allow_on_submit',
  'set_only_once',
] as const;

/** Namings under which the client says what a document is called. */
const CLIENT_NAMED: ReadonlySet<string> = new Set(['prompt', 'uuid']);

function objectSchema(plan: DocTypePlan, refTo: RefTo): JsonSchema {
  const shown = plan.fields.filter((field) => field.isReadable && holdsValue(field));
  const properties = new Map<string, JsonSchema>();
  properties.set('doctype', { const: plan.name, title: 'DocType', readOnly: true });
  for (const field of shown) properties.set(field.fieldname, propertySchema({ plan, field, refTo }));
  const required = shown.filter((field) => isMandatory(field)).map((field) => field.fieldname);
  return {
    title: plan.name,
    ...text('description', plan.definition.description),
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    'x-frappe-doctype': plan.name,
  };
}

function propertySchema(q: { plan: DocTypePlan; field: FieldPlan; refTo: RefTo }): JsonSchema {
  const { plan, field, refTo } = q;
  const value = isMandatory(field) ? withoutEmpty(valueSchema(field, refTo)) : valueSchema(field, refTo);
  const isServers = field.isVirtual || (field.isStandard && !isClients(plan, field));
  return {
    ...value,
    title: field.label,
    ...text('description', field.field.description),
    ...(isServers ? { readOnly: true } : {}),
    ...(field.isStandard ? {} : extras(field)),
  };
}

function valueSchema(field: FieldPlan, refTo: RefTo): JsonSchema {
  const schema = field.type.jsonSchema(field.field);
  if (field.childDocType) return { ...schema, items: { $ref: refTo(field.childDocType) } };
  return field.sql?.type === 'uuid' ? { ...schema, format: 'uuid' } : schema;
}

/** A mandatory value is not null, a mandatory table has a row. */
function withoutEmpty(schema: JsonSchema): JsonSchema {
  const strict = { ...schema };
  if (Array.isArray(schema.type)) strict.type = schema.type.filter((type) => type !== 'null');
  if (Array.isArray(schema.enum)) strict.enum = schema.enum.filter((value) => value !== null && value !== '');
  if (schema.type === 'array') strict.minItems = 1;
  return strict;
}

function holdsValue(field: FieldPlan): boolean {
  return field.type.column !== undefined || field.type.children === true;
}

function isMandatory(field: FieldPlan): boolean {
  return isSet(field.field.reqd) && !field.isStandard && !field.isVirtual;
}

/** `name`, where the client chooses it or matches a row by it. */
function isClients(plan: DocTypePlan, field: FieldPlan): boolean {
  return field.fieldname === 'name' && (plan.storage === 'child' || CLIENT_NAMED.has(plan.naming.kind));
}

function extras(field: FieldPlan): JsonSchema {
  const found: JsonSchema = {};
  for (const key of EXTRAS) {
    const value = field.field[key];
    if (value !== undefined && value !== null && value !== '' && value !== 0) found[`x-frappe-${key}`] = value;
  }
  return found;
}

function text(key: string, value: unknown): JsonSchema {
  return typeof value === 'string' && value !== '' ? { [key]: value } : {};
}
