/** Types of what is said of many documents: aggregates, groups, pages, and what a mutation has done. */
import { graphqlFieldName } from '../../schema/graphql-names.ts';
import type { DocTypePlan, FieldPlan } from '../../schema/plan.ts';
import {
  type InputDef,
  type InputField,
  type Meaning,
  members,
  type ObjectDef,
  type OutputField,
} from '../definitions.ts';
import { scalarOf } from '../scalars.ts';
import type { View } from '../view.ts';
import { NO_ARGUMENTS } from './document.ts';
import { aggregableFields, orderedFields } from './fields.ts';

export type AggregateKind = 'sum' | 'avg' | 'min' | 'max';

export const AGGREGATE_KINDS: readonly AggregateKind[] = ['sum', 'avg', 'min', 'max'];

function object(name: string, make: () => readonly OutputField[]): ObjectDef {
  return { kind: 'OBJECT', name, interfaces: [], fields: members(make) };
}

function output(name: string, type: string, meaning: Meaning, args: readonly InputField[] = NO_ARGUMENTS): OutputField {
  return { name, type, meaning, args };
}

export function aggregateType(view: View, plan: DocTypePlan): ObjectDef {
  const type = view.names.of(plan.name);
  return object(`${type}_aggregate`, () => [
    output('aggregate', `${type}_aggregate_fields!`, { kind: 'aggregate' }),
    output('nodes', `[${type}!]!`, { kind: 'nodes' }),
  ]);
}

export function aggregateFields(view: View, plan: DocTypePlan): ObjectDef {
  const type = view.names.of(plan.name);
  const countArguments: readonly InputField[] = [
    { name: 'columns', type: `[${type}_select_column!]`, description: 'Only where all of these are filled.' },
    { name: 'distinct', type: 'Boolean', description: 'Different values only.' },
  ];
  return object(`${type}_aggregate_fields`, () => [
    output('count', 'Int!', { kind: 'count' }, countArguments),
    ...AGGREGATE_KINDS.filter((fn) => fieldsOf(plan, fn).length > 0).map((fn) =>
      output(fn, `${type}_${fn}_fields!`, { kind: 'values', fn }),
    ),
  ]);
}

/** `sales_order_sum_fields`; undefined where there is nothing to add up. */
export function valuesType(view: View, plan: DocTypePlan, fn: AggregateKind): ObjectDef | undefined {
  const fields = fieldsOf(plan, fn);
  if (fields.length === 0) return undefined;
  return object(`${view.names.of(plan.name)}_${fn}_fields`, () =>
    fields.map((field) => output(graphqlFieldName(field.fieldname), typeOf(field, fn), { kind: 'column', field })),
  );
}

function fieldsOf(plan: DocTypePlan, fn: AggregateKind): FieldPlan[] {
  return aggregableFields(plan, fn).filter((field) => !field.isStandard || fn === 'min' || fn === 'max');
}

/** Averages are fractions, sums of checks are counts. */
function typeOf(field: FieldPlan, fn: AggregateKind): string {
  if (fn === 'avg') return 'numeric';
  return fn === 'sum' && scalarOf(field) === 'Boolean' ? 'bigint' : scalarOf(field);
}

export function groupType(view: View, plan: DocTypePlan): ObjectDef {
  const type = view.names.of(plan.name);
  return object(`${type}_groups_item`, () => [
    output('key', `${type}_groups_key!`, { kind: 'key' }),
    output('aggregate', `${type}_aggregate_fields!`, { kind: 'aggregate' }),
  ]);
}

export function groupKey(view: View, plan: DocTypePlan): ObjectDef {
  return object(`${view.names.of(plan.name)}_groups_key`, () =>
    orderedFields(plan).map((field) =>
      output(graphqlFieldName(field.fieldname), scalarOf(field), { kind: 'column', field }),
    ),
  );
}

/** How groups are ordered by what is said of them. */
export function aggregateOrderBy(view: View, plan: DocTypePlan): InputDef {
  const type = view.names.of(plan.name);
  const fields = members((): InputField[] => [
    { name: 'count', type: 'order_by' },
    ...AGGREGATE_KINDS.filter((fn) => fieldsOf(plan, fn).length > 0).map((name) => ({
      name,
      type: `${type}_order_by`,
    })),
  ]);
  return { kind: 'INPUT_OBJECT', name: `${type}_aggregate_order_by`, fields };
}

export function connectionType(view: View, plan: DocTypePlan): ObjectDef {
  const type = view.names.of(plan.name);
  return object(`${type}_connection`, () => [
    output('edges', `[${type}_edge!]!`, { kind: 'edges' }),
    output('pageInfo', 'PageInfo!', { kind: 'page' }),
    output('totalCount', 'Int!', { kind: 'total' }),
  ]);
}

export function edgeType(view: View, plan: DocTypePlan): ObjectDef {
  const type = view.names.of(plan.name);
  return object(`${type}_edge`, () => [
    output('cursor', 'String!', { kind: 'cursor' }),
    output('node', `${type}!`, { kind: 'node' }),
  ]);
}

export function mutationResponse(view: View, plan: DocTypePlan): ObjectDef {
  const type = view.names.of(plan.name);
  const does = (what: 'affected rows' | 'returning'): Meaning => ({ kind: 'mutation', does: what, plan });
  return object(`${type}_mutation_response`, () => [
    output('affected_rows', 'Int!', does('affected rows')),
    output('returning', `[${type}!]!`, does('returning')),
  ]);
}
