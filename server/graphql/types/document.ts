/** The type of a DocType's documents: values, targets of Links, rows, and documents that point here. */
import { graphqlFieldName } from '../../schema/graphql-names.ts';
import type { DocTypePlan, FieldPlan } from '../../schema/plan.ts';
import type { InputField, Members, ObjectDef, OutputField } from '../definitions.ts';
import { scalarOf } from '../scalars.ts';
import type { View } from '../view.ts';
import { listArguments } from './arguments.ts';
import { computedFields, isRows, pointedFields, rowFields, targetFields, valueFields } from './fields.ts';
import { findReverse, type Reverse, reverseFields } from './reverse.ts';

/** What every document has, as the interface says it. */
export const DOCUMENT_KEYS: readonly [name: string, type: string][] = [
  ['id', 'uuid'],
  ['name', 'String!'],
  ['doctype', 'String!'],
  ['owner', 'String'],
  ['creation', 'timestamptz'],
  ['modified', 'timestamptz'],
  ['modified_by', 'String'],
  ['docstatus', 'Int'],
  ['idx', 'Int'],
  ['_version', 'Int'],
];

export const NO_ARGUMENTS: readonly InputField[] = [];

export function documentType(view: View, plan: DocTypePlan): ObjectDef {
  const isWhole = DOCUMENT_KEYS.every(([name]) => name === 'doctype' || plan.byName.has(name));
  return {
    kind: 'OBJECT',
    name: view.names.of(plan.name),
    description: describe(plan),
    interfaces: isWhole && !isRows(plan) ? ['document'] : [],
    fields: documentFields(view, plan),
  };
}

function describe(plan: DocTypePlan): string {
  const { description } = plan.definition;
  return typeof description === 'string' && description !== '' ? `${plan.name}: ${description}` : plan.name;
}

function documentFields(view: View, plan: DocTypePlan): Members<OutputField> {
  let own: ReadonlyMap<string, OutputField> | undefined;
  const ownFields = (): ReadonlyMap<string, OutputField> => {
    own ??= new Map(makeFields(view, plan).map((field) => [field.name, field]));
    return own;
  };
  const pointing = (found: Reverse): OutputField => reverseField(view, found);
  return {
    find(name) {
      const field = ownFields().get(name);
      if (field) return field;
      const found = findReverse(view, plan, name);
      return found && pointing(found);
    },
    *all() {
      yield* ownFields().values();
      yield* reverseFields(view, plan).map(pointing);
    },
  };
}

function makeFields(view: View, plan: DocTypePlan): OutputField[] {
  const fields: OutputField[] = [
    { name: 'doctype', type: 'String!', args: NO_ARGUMENTS, meaning: { kind: 'doctype' }, description: 'The DocType.' },
  ];
  for (const field of valueFields(plan)) fields.push(valueField(plan, field));
  for (const field of computedFields(plan)) {
    const description = describeField(field);
    const meaning = { kind: 'computed', field } as const;
    fields.push({
      name: graphqlFieldName(field.fieldname),
      type: scalarOf(field),
      args: NO_ARGUMENTS,
      meaning,
      description,
    });
  }
  for (const { name, field, target } of targetFields(view, plan)) {
    const isInTable = target.storage === 'table' && plan.storage !== 'virtual' && plan.storage !== 'single';
    fields.push({
      name,
      type: view.names.of(target.name),
      args: NO_ARGUMENTS,
      meaning: isInTable ? { kind: 'target', field, target } : { kind: 'reference', field, doctype: target.name },
      description: `The ${target.name} that ${field.fieldname} names; null when you may not read it.`,
    });
  }
  for (const { name, field, pointer } of pointedFields(plan)) {
    const description = `The document that ${field.fieldname} names, of the DocType in ${pointer.fieldname}.`;
    const meaning = { kind: 'reference', field, doctype: pointer } as const;
    fields.push({ name, type: 'document', args: NO_ARGUMENTS, meaning, description });
  }
  for (const { name, field, child } of rowFields(view, plan)) {
    const type = view.names.of(child.name);
    fields.push({
      name,
      type: `[${type}!]!`,
      args: listArguments(type),
      meaning: { kind: 'rows', field, child },
      description: describeField(field),
    });
  }
  return fields;
}

function valueField(plan: DocTypePlan, field: FieldPlan): OutputField {
  const isFilled = field.fieldname === 'name' || (plan.storage !== 'virtual' && isNeverNull(field));
  return {
    name: graphqlFieldName(field.fieldname),
    type: `${scalarOf(field)}${isFilled ? '!' : ''}`,
    args: NO_ARGUMENTS,
    meaning: { kind: 'column', field },
    description: describeField(field),
  };
}

/** Standard fields but the owner's and writer's names, and numbers and checks, which are 0 where nothing is given. */
function isNeverNull(field: FieldPlan): boolean {
  return field.isStandard ? ALWAYS.has(field.fieldname) : field.sql?.zero !== undefined;
}

const ALWAYS: ReadonlySet<string> = new Set(['id', 'name', 'creation', 'modified', 'docstatus', 'idx', '_version']);

function reverseField(view: View, { name, plan, field, table, child }: Reverse): OutputField {
  const type = view.names.of(plan.name);
  const place = table ? ` in ${table.label} (${table.fieldname}.${field.fieldname})` : ` (${field.fieldname})`;
  return {
    name,
    type: `[${type}!]!`,
    args: listArguments(type),
    meaning: { kind: 'reverse', plan, field, table, child },
    description: `${plan.name} documents whose ${field.label}${place} is this one. At most 100 without a limit.`,
  };
}

/** The label, what the maker says of it, and the options of a Select. */
export function describeField(field: FieldPlan): string {
  const { description, options } = field.field;
  const parts = [field.label];
  if (typeof description === 'string' && description !== '') parts.push(description.replace(/<[^>]*>/g, ''));
  if (field.type.widget === 'select' && typeof options === 'string')
    parts.push(`One of: ${options.split('\n').filter(Boolean).join(', ')}`);
  if (field.link && 'doctype' in field.link) parts.push(`Name of a ${field.link.doctype}`);
  return parts.join('. ');
}
