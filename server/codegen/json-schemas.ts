/**
 * The JSON Schema that the product has of a DocType, made ready for json-schema-to-typescript: titles become
 * comments (they would become types), rows and whole numbers the names of their types, and what only a
 * validator can use goes.
 */
import { isSet } from '../kernel/doctype.ts';
import { documentJsonSchema, type JsonSchema } from '../schema/json-schema.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import type { TypeNames } from './type-names.ts';

type Names = ReadonlyMap<string, TypeNames>;

/** Of a document as it is read: every key is there, save those that a reader may not be allowed to see. */
export function readSchema(plan: DocTypePlan, names: Names): JsonSchema {
  const { description, fields } = parts(plan, names, 'doc');
  return {
    description: lines(`${plan.name}, as it is read.`, description),
    ...object(fields.filter(({ field }) => !isLevelled(field))),
    properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
  };
}

/** Of a document as it is given when it is made: without what the server sets; required is what it cannot fill. */
export function insertSchema(plan: DocTypePlan, names: Names): JsonSchema {
  const { required, fields } = parts(plan, names, 'insert');
  const given = fields.filter(({ isServers }) => !isServers);
  return {
    description: `${plan.name}, as it is given to be made.`,
    ...object(given.filter(({ name, field }) => isNeeded(plan, field, required.has(name)))),
    properties: Object.fromEntries(given.map(({ name, schema }) => [name, schema])),
  };
}

/** Whoever they name may be gone. */
const PEOPLE: ReadonlySet<string> = new Set(['owner', 'modified_by']);

interface Part {
  name: string;
  field: FieldPlan | undefined;
  schema: JsonSchema;
  isServers: boolean;
}

function object(required: readonly Part[]): JsonSchema {
  return { type: 'object', additionalProperties: false, required: required.map(({ name }) => name) };
}

function parts(plan: DocTypePlan, names: Names, which: 'doc' | 'insert') {
  const schema = documentJsonSchema(plan);
  const properties = Object.entries(schema.properties as Record<string, JsonSchema>);
  return {
    description: schema.description,
    required: new Set((schema.required as string[] | undefined) ?? []),
    fields: properties.map(([name, property]): Part => {
      const field = plan.byName.get(name);
      // The server sets it in every document that it stores.
      const isThere =
        name === 'name' || (field?.isStandard === true && plan.storage !== 'virtual' && !PEOPLE.has(name));
      const shape = which === 'doc' && isThere ? withoutNull(property) : property;
      const typed = { ...typeOf({ field, property: shape, names, which }), description: comment(field, property) };
      return { name, field, schema: typed, isServers: property.readOnly === true };
    }),
  };
}

function withoutNull(schema: JsonSchema): JsonSchema {
  return Array.isArray(schema.type) ? { ...schema, type: schema.type.filter((type) => type !== 'null') } : schema;
}

function typeOf(q: {
  field: FieldPlan | undefined;
  property: JsonSchema;
  names: Names;
  which: 'doc' | 'insert';
}): JsonSchema {
  const { field, property, names } = q;
  if (field?.childDocType !== undefined) {
    const row = names.get(field.childDocType)?.[q.which] ?? 'Record<string, unknown>';
    return { tsType: `${row}[]` };
  }
  if (field?.sql?.type === 'jsonb') return { tsType: 'unknown' };
  const types = Array.isArray(property.type) ? (property.type as string[]) : [];
  // Beyond 2^53 a text; the server's own numbers never are.
  if (types.includes('integer')) return { tsType: field?.json === 'plain' ? 'number' : 'Int64' };
  if (property.const !== undefined) return { const: property.const };
  return property.enum === undefined ? { type: property.type } : { enum: property.enum };
}

/** Fields of a higher level are absent for who may not read that level. */
function isLevelled(field: FieldPlan | undefined): boolean {
  return Number(field?.field.permlevel ?? 0) > 0;
}

function isNeeded(plan: DocTypePlan, field: FieldPlan | undefined, isMandatory: boolean): boolean {
  if (!field) return false;
  if (field.fieldname === 'name') return plan.naming.kind === 'prompt' && plan.storage !== 'child';
  if (!isMandatory || field.fetch !== undefined || isLevelled(field)) return false;
  if (plan.naming.kind === 'series' && plan.naming.fieldname === field.fieldname) return false;
  const text = field.field.default;
  return text === undefined || text === null || text === '';
}

function comment(field: FieldPlan | undefined, property: JsonSchema): string {
  const target = field?.link && ('doctype' in field.link ? field.link.doctype : `what ${field.link.pointer} names`);
  const notes = [
    target === undefined ? '' : `The name of a document of ${target}.`,
    field?.childDocType === undefined ? '' : `Rows of ${field.childDocType}.`,
    field?.isVirtual ? 'Computed by the server.' : '',
    isSet(field?.field.set_only_once) ? 'Cannot be changed once it is set.' : '',
    isLevelled(field) ? `Only there for who may read level ${field?.field.permlevel}.` : '',
  ];
  const label = String(property.title ?? '');
  return lines(/[.!?]$/.test(label) ? label : `${label}.`, property.description, notes.filter(Boolean).join(' '));
}

/** HTML of descriptions is for forms; what is left of it here is its text. */
function lines(...texts: readonly unknown[]): string {
  return texts
    .filter((text): text is string => typeof text === 'string' && text.trim() !== '')
    .map((text) =>
      text
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter(Boolean)
    .join('\n');
}
