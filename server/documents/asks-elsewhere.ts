/**
 * Whether making a document asks something other than the database: the repository of a virtual DocType, that it leads
 * to or takes a default from. That is code of apps, which may take its time.
 */
import { isObject } from '../kernel/json.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';

export function asksElsewhere(
  snapshot: Snapshot,
  plan: DocTypePlan,
  given: Readonly<Record<string, unknown>>,
): boolean {
  if (plan.columns.some((field) => isElsewhere(snapshot, targetOf(plan, field, given)))) return true;
  return plan.tables.some((table) => {
    const child = snapshot.find(table.childDocType as string);
    const rows = given[table.fieldname];
    return (
      child !== undefined &&
      Array.isArray(rows) &&
      rows.some((row) => isObject(row) && asksElsewhere(snapshot, child, row))
    );
  });
}

/** The DocType that a value of it is looked for in. */
function targetOf(plan: DocTypePlan, { link, field }: FieldPlan, given: Readonly<Record<string, unknown>>): unknown {
  if (!link)
    return typeof field.default === 'string' && field.default.startsWith(':') ? field.default.slice(1) : undefined;
  if ('doctype' in link) return link.doctype;
  return given[link.pointer] ?? plan.byName.get(link.pointer)?.field.default;
}

function isElsewhere(snapshot: Snapshot, doctype: unknown): boolean {
  return typeof doctype === 'string' && snapshot.find(doctype)?.storage === 'virtual';
}
