/** The members of a DocType that GraphQL shows, by what they are: values, targets, rows, documents that point here. */
import { isSet } from '../../kernel/doctype.ts';
import { isAggregable } from '../../query/aggregates.ts';
import { isComparable } from '../../query/list-plan.ts';
import type { AggregateFunction } from '../../query/request.ts';
import { isStored } from '../../query/resolve.ts';
import { derivedFieldName, graphqlFieldName } from '../../schema/graphql-names.ts';
import type { DocTypePlan, FieldPlan } from '../../schema/plan.ts';
import type { View } from '../view.ts';

/** Fields that hold one value, standard ones first. */
export function valueFields(plan: DocTypePlan): FieldPlan[] {
  return plan.fields.filter((field) => field.isReadable && isStored(plan, field));
}

/** Fields that are computed when a document is read: of rows nothing is. */
export function computedFields(plan: DocTypePlan): FieldPlan[] {
  if (plan.storage === 'child') return [];
  return plan.fields.filter((field) => field.isVirtual && field.type.column !== undefined);
}

/** Whether its documents are rows of others, stored or not. */
export function isRows(plan: DocTypePlan): boolean {
  return isSet(plan.definition.istable);
}

export interface Rows {
  name: string;
  field: FieldPlan;
  child: DocTypePlan;
}

export function rowFields(view: View, plan: DocTypePlan): Rows[] {
  return plan.tables.flatMap((field) => {
    const child = view.find(field.childDocType as string);
    const isThere = child && (child.storage === 'child' || (plan.storage === 'virtual' && isRows(child)));
    return isThere ? [{ name: graphqlFieldName(field.fieldname), field, child }] : [];
  });
}

export interface Target {
  /** `customer_doc`. */
  name: string;
  field: FieldPlan;
  target: DocTypePlan;
}

/** Links to DocTypes whose documents the caller may see or choose. */
export function targetFields(view: View, plan: DocTypePlan): Target[] {
  return valueFields(plan).flatMap((field) => {
    const target = field.link && 'doctype' in field.link ? view.find(field.link.doctype) : undefined;
    if (!target || isRows(target) || !view.canList(target)) return [];
    return [{ name: derivedFieldName(plan, graphqlFieldName(field.fieldname), 'doc'), field, target }];
  });
}

export interface Pointed {
  name: string;
  field: FieldPlan;
  /** The field that says which DocType is meant. */
  pointer: FieldPlan;
}

export function pointedFields(plan: DocTypePlan): Pointed[] {
  return valueFields(plan).flatMap((field) => {
    const pointer = field.link && 'pointer' in field.link ? plan.byName.get(field.link.pointer) : undefined;
    if (!pointer?.isReadable || !isStored(plan, pointer)) return [];
    return [{ name: derivedFieldName(plan, graphqlFieldName(field.fieldname), 'doc'), field, pointer }];
  });
}

export function orderedFields(plan: DocTypePlan): FieldPlan[] {
  return valueFields(plan).filter(isComparable);
}

export function aggregableFields(plan: DocTypePlan, fn: AggregateFunction): FieldPlan[] {
  return valueFields(plan).filter((field) => isAggregable(fn, field));
}
