/** Documents that point at those of a DocType: by a Link of theirs, or by a Link in their rows that `links` name. */
import { graphqlFieldName, reverseName, reverseRowsName } from '../../schema/graphql-names.ts';
import { isPointing, pointingFields, pointingRows } from '../../schema/inbound.ts';
import type { DocTypePlan, FieldPlan } from '../../schema/plan.ts';
import type { View } from '../view.ts';

export interface Reverse {
  /** `sales_order_by_customer`. */
  name: string;
  plan: DocTypePlan;
  field: FieldPlan;
  /** Of rows: the table that they stand in, and their DocType. */
  table?: FieldPlan;
  child?: DocTypePlan;
}

/** Documents of other DocTypes whose Link names one of these, which are in a table; then those by their rows. */
export function reverseFields(view: View, plan: DocTypePlan): Reverse[] {
  if (plan.storage !== 'table') return [];
  const plain = pointingFields(view.snapshot, plan).flatMap(
    ({ plan: { name: doctype }, field }) => reverseOf(view, plan, doctype, field.fieldname) ?? [],
  );
  return [...plain, ...byRows(view, plan)];
}

const BY = '_by_';

/** The one of that name, without looking through all DocTypes. */
export function findReverse(view: View, plan: DocTypePlan, name: string): Reverse | undefined {
  if (plan.storage !== 'table') return undefined;
  for (let at = name.indexOf(BY); at > 0; at = name.indexOf(BY, at + 1)) {
    for (const base of [name.slice(0, at), name.slice(0, at).replace(/_$/, '')]) {
      const other = view.named(base);
      const field = other?.links.find((each) => graphqlFieldName(each.fieldname) === name.slice(at + BY.length));
      const found = other && field && reverseOf(view, plan, other.name, field.fieldname);
      if (found?.name === name) return found;
    }
  }
  return byRows(view, plan).find((each) => each.name === name);
}

/** As the rows of `links` name them, few as they are: `user_by_roles_role`. */
function byRows(view: View, plan: DocTypePlan): Reverse[] {
  return pointingRows(view.snapshot, plan).flatMap((reference) => {
    const { table, field } = reference;
    const other = view.find(reference.plan.name);
    const child = view.find(reference.child.name);
    const isSeen = other?.byName.has(table.fieldname) && child?.byName.has(field.fieldname);
    if (!other || !isSeen || !field.column || !view.canList(other)) return [];
    if (field.link && 'pointer' in field.link && !child?.byName.get(field.link.pointer)?.column) return [];
    const name = reverseRowsName(plan, view.names.of(other.name), reference);
    return [{ name, plan: other, field, table, child: reference.child }];
  });
}

function reverseOf(view: View, plan: DocTypePlan, doctype: string, fieldname: string): Reverse | undefined {
  const other = view.find(doctype);
  const field = other?.byName.get(fieldname);
  if (other?.storage !== 'table' || !field?.column || !isPointing(plan, { plan: other, field })) return undefined;
  const pointer = field.link && 'pointer' in field.link ? field.link.pointer : undefined;
  const isMeant = pointer === undefined || other.byName.get(pointer)?.column !== undefined;
  if (!isMeant || !view.canList(other)) return undefined;
  return { name: reverseName(plan, view.names.of(other.name), field), plan: other, field };
}
