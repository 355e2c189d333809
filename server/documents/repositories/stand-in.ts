/**
 * The plan of a virtual DocType as the write path wants it: every field that holds a value has a column,
 * so defaults, links and rules see it as they see a table's. Nothing made of it ever reaches SQL.
 */
import type { DocTypePlan, FieldPlan } from '../../schema/plan.ts';

const made = new WeakMap<DocTypePlan, DocTypePlan>();

/** The same plan for the same version, with `columns` and `links` filled. */
export function standIn(plan: DocTypePlan): DocTypePlan {
  let stand = made.get(plan);
  if (!stand) {
    stand = withColumns(plan);
    made.set(plan, stand);
  }
  return stand;
}

function withColumns(plan: DocTypePlan): DocTypePlan {
  const fields = plan.fields.map(
    (field): FieldPlan => (field.sql && !field.column ? { ...field, column: field.fieldname } : field),
  );
  return {
    ...plan,
    fields,
    byName: new Map(fields.map((field) => [field.fieldname, field])),
    columns: fields.filter((field) => field.column !== undefined),
    links: fields.filter((field) => field.link !== undefined && field.column !== undefined),
    tables: fields.filter((field) => field.childDocType !== undefined),
  };
}
