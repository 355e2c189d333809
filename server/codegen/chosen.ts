/**
 * For which DocTypes a client is made: those named, those of the named modules, or all; and the child tables
 * that their documents hold, without which they could not be said.
 */
import { AppError, nearest } from '../kernel/error.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';

export interface Wish {
  doctypes: readonly string[];
  modules: readonly string[];
}

/** In the order of their names. Throws `not_found` for a name that there is not. */
export function chosenPlans(snapshot: Snapshot, { doctypes, modules }: Wish): DocTypePlan[] {
  const all = snapshot.names.map((name) => snapshot.find(name) as DocTypePlan);
  const known = new Set(all.map((plan) => plan.module));
  for (const name of doctypes) if (!snapshot.find(name)) throw unknown('DocType', name, snapshot.names);
  for (const name of modules) if (!known.has(name)) throw unknown('module', name, known);
  const isWanted = (plan: DocTypePlan): boolean => doctypes.includes(plan.name) || modules.includes(plan.module);
  const wanted = doctypes.length + modules.length === 0 ? all : all.filter(isWanted);
  const names = new Set<string>();
  for (const plan of wanted) enter(snapshot, plan, names);
  return all.filter((plan) => names.has(plan.name));
}

function enter(snapshot: Snapshot, plan: DocTypePlan, names: Set<string>): void {
  if (names.has(plan.name)) return;
  names.add(plan.name);
  for (const { childDocType } of plan.fields) {
    const child = childDocType === undefined ? undefined : snapshot.find(childDocType);
    if (child) enter(snapshot, child, names);
  }
}

function unknown(what: string, name: string, known: Iterable<string>): AppError {
  const near = nearest(name, known);
  return new AppError(
    'not_found',
    `There is no ${what} ${JSON.stringify(name)}${near ? `; did you mean ${near}?` : '.'}`,
  );
}
