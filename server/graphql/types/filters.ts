/** Inputs that choose and order: `sales_order_bool_exp`, `sales_order_order_by`, comparisons by scalar. */
import type { Operator } from '../../kernel/filter.ts';
import { graphqlFieldName } from '../../schema/graphql-names.ts';
import type { DocTypePlan, FieldPlan } from '../../schema/plan.ts';
import { type EnumDef, type InputDef, type InputField, type Members, members } from '../definitions.ts';
import { scalarOf } from '../scalars.ts';
import type { View } from '../view.ts';
import { aggregableFields, orderedFields, rowFields, targetFields, valueFields } from './fields.ts';
import { findReverse, type Reverse, reverseFields } from './reverse.ts';

export function boolExp(view: View, plan: DocTypePlan): InputDef {
  const name = `${view.names.of(plan.name)}_bool_exp`;
  const own = members<InputField>(() => [
    { name: '_and', type: `[${name}!]`, description: 'All of these hold.' },
    { name: '_or', type: `[${name}!]`, description: 'One of these holds.' },
    { name: '_not', type: name, description: 'This does not hold.' },
    ...valueFields(plan).flatMap(comparisonField),
    ...someFields(view, plan),
  ]);
  const pointing = (found: Reverse): InputField => reverseKey(view, found);
  const fields: Members<InputField> = {
    find(key) {
      const field = own.find(key);
      if (field) return field;
      const found = findReverse(view, plan, key);
      return found && pointing(found);
    },
    *all() {
      yield* own.all();
      yield* reverseFields(view, plan).map(pointing);
    },
  };
  return { kind: 'INPUT_OBJECT', name, description: `What has to hold of a ${plan.name}.`, fields };
}

function comparisonField(field: FieldPlan): InputField[] {
  const type = comparisonOf(field);
  if (type === undefined) return [];
  return [{ name: graphqlFieldName(field.fieldname), type, meaning: { kind: 'column', field } }];
}

function someFields(view: View, plan: DocTypePlan): InputField[] {
  const rows = rowFields(view, plan).map(({ name, field, child }): InputField => {
    const target = view.names.of(child.name);
    const description = `There is a row in ${field.fieldname} of which this holds.`;
    return { name, type: `${target}_bool_exp`, description, meaning: { kind: 'some', field, target } };
  });
  if (plan.storage === 'virtual') return rows;
  const targets = targetFields(view, plan).filter(({ target }) => target.storage === 'table');
  return [
    ...rows,
    ...targets.map(({ name, field, target: { name: doctype } }): InputField => {
      const target = view.names.of(doctype);
      const description = `This holds of the ${doctype} that ${field.fieldname} names.`;
      return { name, type: `${target}_bool_exp`, description, meaning: { kind: 'some', field, target } };
    }),
  ];
}

function reverseKey(view: View, { name, plan, field, table }: Reverse): InputField {
  const target = view.names.of(plan.name);
  const link = table ? `${field.fieldname} in ${table.fieldname}` : field.fieldname;
  const description = `There is a ${plan.name} whose ${link} is this one, of which this holds.`;
  return {
    name,
    type: `${target}_bool_exp`,
    description,
    meaning: { kind: 'some', field, table, doctype: plan.name, target },
  };
}

/** The name of the type of comparisons with a field's values; undefined where nothing can be asked. */
function comparisonOf({ type, ...field }: FieldPlan): string | undefined {
  if (type.operators.includes('=')) return `${scalarOf({ ...field, type })}_comparison_exp`;
  return type.operators.includes('is') ? PRESENCE : undefined;
}

const PRESENCE = 'presence_comparison_exp';

interface Comparison {
  name: string;
  operator: Operator;
  /** What it takes, of the scalar. */
  takes: 'one' | 'many' | 'text' | 'flag';
}

export const IS_NULL = '_is_null';

const COMPARISONS: readonly Comparison[] = [
  { name: '_eq', operator: '=', takes: 'one' },
  { name: '_neq', operator: '!=', takes: 'one' },
  { name: '_in', operator: 'in', takes: 'many' },
  { name: '_nin', operator: 'not in', takes: 'many' },
  { name: IS_NULL, operator: 'is', takes: 'flag' },
  { name: '_gt', operator: '>', takes: 'one' },
  { name: '_gte', operator: '>=', takes: 'one' },
  { name: '_lt', operator: '<', takes: 'one' },
  { name: '_lte', operator: '<=', takes: 'one' },
  { name: '_between', operator: 'between', takes: 'many' },
  { name: '_like', operator: 'like exactly', takes: 'text' },
  { name: '_nlike', operator: 'not like exactly', takes: 'text' },
  { name: '_ilike', operator: 'like', takes: 'text' },
  { name: '_nilike', operator: 'not like', takes: 'text' },
];

const byName = new Map(COMPARISONS.map((each) => [each.name, each.operator]));

export function operatorOf(name: string): Operator | undefined {
  return byName.get(name);
}

const EQUALITY = 5;
const ORDER = 10;

/** How many of the comparisons above a scalar has. */
const KINDS: ReadonlyMap<string, number> = new Map([
  ['Boolean', EQUALITY],
  ['Int', ORDER],
  ['bigint', ORDER],
  ['numeric', ORDER],
  ['date', ORDER],
  ['timestamptz', ORDER],
  ['time', ORDER],
  ['uuid', ORDER],
  ['json', EQUALITY],
  ['String', COMPARISONS.length],
]);

/** `numeric_comparison_exp`; undefined when there is no such scalar. */
export function comparisonType(name: string): InputDef | undefined {
  if (name === PRESENCE) {
    const field: InputField = { name: IS_NULL, type: 'Boolean', description: 'Whether nothing is there.' };
    return { kind: 'INPUT_OBJECT', name, fields: members(() => [field]) };
  }
  const scalar = name.endsWith(COMPARISON) ? name.slice(0, -COMPARISON.length) : '';
  const count = KINDS.get(scalar);
  if (count === undefined) return undefined;
  const fields = members(() => COMPARISONS.slice(0, count).map((each) => comparisonMember(each, scalar)));
  return { kind: 'INPUT_OBJECT', name, fields };
}

const COMPARISON = '_comparison_exp';

function comparisonMember({ name, takes }: Comparison, scalar: string): InputField {
  const types = { one: scalar, many: `[${scalar}!]`, text: 'String', flag: 'Boolean' };
  return { name, type: types[takes] };
}

/** Every type of comparisons. */
export const COMPARISON_TYPES: readonly string[] = [
  PRESENCE,
  ...[...KINDS.keys()].map((name) => `${name}${COMPARISON}`),
];

export function orderBy(view: View, plan: DocTypePlan): InputDef {
  const fields = members<InputField>(() => [
    ...orderedFields(plan).map((field): InputField => {
      return { name: graphqlFieldName(field.fieldname), type: 'order_by', meaning: { kind: 'column', field } };
    }),
    ...(plan.storage === 'virtual' ? [] : targetFields(view, plan))
      .filter(({ target }) => target.storage === 'table')
      .map(({ name, field, target: { name: doctype } }): InputField => {
        const target = view.names.of(doctype);
        return { name, type: `${target}_order_by`, meaning: { kind: 'some', field, target } };
      }),
  ]);
  return { kind: 'INPUT_OBJECT', name: `${view.names.of(plan.name)}_order_by`, fields };
}

export function selectColumn(view: View, plan: DocTypePlan): EnumDef {
  return {
    kind: 'ENUM',
    name: `${view.names.of(plan.name)}_select_column`,
    values: aggregableFields(plan, 'count').map((field) => ({
      name: graphqlFieldName(field.fieldname),
      description: field.label,
    })),
  };
}
