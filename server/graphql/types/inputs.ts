/** Inputs that write: a document with its rows, the fields to set, numbers to add, which document is meant. */
import { isAggregable } from '../../query/aggregates.ts';
import { graphqlFieldName } from '../../schema/graphql-names.ts';
import type { DocTypePlan, FieldPlan } from '../../schema/plan.ts';
import { type InputDef, type InputField, members } from '../definitions.ts';
import { scalarOf } from '../scalars.ts';
import type { View } from '../view.ts';
import { describeField } from './document.ts';
import { rowFields, valueFields } from './fields.ts';

const NAME: InputField = { name: 'name', type: 'String', description: 'The name; most DocTypes give one themselves.' };
const ID: InputField = { name: 'id', type: 'uuid' };

/** A new document; of a child table, a row, which `name` matches with one that is there. */
export function insertInput(view: View, plan: DocTypePlan): InputDef {
  const fields = members(() => [NAME, ...(plan.storage === 'child' ? [ID] : []), ...ownFields(view, plan)]);
  return { kind: 'INPUT_OBJECT', name: `${view.names.of(plan.name)}_insert_input`, fields };
}

/** Fields to change. Rows that are given replace those that are there, matched by `name`. */
export function setInput(view: View, plan: DocTypePlan): InputDef {
  const fields = members(() => ownFields(view, plan));
  return { kind: 'INPUT_OBJECT', name: `${view.names.of(plan.name)}_set_input`, fields };
}

/** Numbers that are added to what is there. */
export function incInput(view: View, plan: DocTypePlan): InputDef {
  const fields = members(() => incrementable(plan).map(valueInput));
  return { kind: 'INPUT_OBJECT', name: `${view.names.of(plan.name)}_inc_input`, fields };
}

export function incrementable(plan: DocTypePlan): FieldPlan[] {
  const isNumber = (field: FieldPlan): boolean => field.sql?.type === 'numeric' || field.sql?.type === 'bigint';
  return written(plan).filter((field) => isNumber(field) && isAggregable('sum', field));
}

export function pkColumnsInput(view: View, plan: DocTypePlan): InputDef {
  const fields = members((): InputField[] => [
    { name: 'id', type: 'uuid' },
    { name: 'name', type: 'String' },
  ]);
  const description = 'Which document: one of both.';
  return { kind: 'INPUT_OBJECT', name: `${view.names.of(plan.name)}_pk_columns_input`, description, fields };
}

function ownFields(view: View, plan: DocTypePlan): InputField[] {
  const rows = rowFields(view, plan).map(({ name, field, child }): InputField => {
    const type = `[${view.names.of(child.name)}_insert_input!]`;
    return { name, type, description: describeField(field), meaning: { kind: 'rows', field, child: child.name } };
  });
  return [...written(plan).map(valueInput), ...rows];
}

/** The server sets standard fields itself. */
function written(plan: DocTypePlan): FieldPlan[] {
  return valueFields(plan).filter((field) => !field.isStandard);
}

function valueInput(field: FieldPlan): InputField {
  return {
    name: graphqlFieldName(field.fieldname),
    type: scalarOf(field),
    description: describeField(field),
    meaning: { kind: 'column', field },
  };
}
