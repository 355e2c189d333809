/** The child tables of a DocType whose rows are stored: not of a virtual child DocType, nor of one that has not come yet. */
import type { DocTypePlan, FieldPlan, Snapshot } from './plan.ts';

export function storedTables(snapshot: Snapshot, plan: DocTypePlan): { field: FieldPlan; child: DocTypePlan }[] {
  return plan.tables.flatMap((field) => {
    const child = snapshot.find(field.childDocType as string);
    return child?.storage === 'child' ? [{ field, child }] : [];
  });
}
