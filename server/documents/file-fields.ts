/** Which fields of a DocType hold the address of a file, its rows included. Computed once per Snapshot. */
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';

export interface FileFields {
  own: readonly FieldPlan[];
  /** By the table field that holds the rows. */
  rows: ReadonlyMap<string, readonly FieldPlan[]>;
}

const known = new WeakMap<Snapshot, Map<DocTypePlan, FileFields>>();

export function fileFieldsOf(snapshot: Snapshot, plan: DocTypePlan): FileFields {
  const plans = known.get(snapshot) ?? new Map<DocTypePlan, FileFields>();
  known.set(snapshot, plans);
  let found = plans.get(plan);
  if (!found) {
    found = collect(snapshot, plan);
    plans.set(plan, found);
  }
  return found;
}

export function holdsFiles(snapshot: Snapshot, plan: DocTypePlan): boolean {
  const { own, rows } = fileFieldsOf(snapshot, plan);
  return own.length > 0 || rows.size > 0;
}

function collect(snapshot: Snapshot, plan: DocTypePlan): FileFields {
  const rows = plan.tables.flatMap((table): [string, FieldPlan[]][] => {
    const child = snapshot.find(table.childDocType as string);
    const fields = child?.storage === 'child' ? filesAmong(child) : [];
    return fields.length > 0 ? [[table.fieldname, fields]] : [];
  });
  return { own: filesAmong(plan), rows: new Map(rows) };
}

/** What is copied through a Link has the rights of where it comes from. */
function filesAmong(plan: DocTypePlan): FieldPlan[] {
  return plan.columns.filter((field) => field.type.file && field.fetch === undefined);
}
