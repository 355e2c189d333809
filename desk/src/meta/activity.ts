/** What the desk reads out of what hangs on a document. Pure. */
import type { Change, Faces } from './activity-types.ts';

export function nameOf(user: string | null, users: Faces): string {
  return users[user ?? '']?.full_name ?? user ?? '';
}

/** The step of its life that a version is, when it is one. */
export function stepOf(changes: readonly Change[]): 'submitted' | 'cancelled' | undefined {
  const step = changes.find((change) => change.kind === 'field' && change.field === 'docstatus');
  if (step?.kind !== 'field') return undefined;
  if (Number(step.to) === 1) return 'submitted';
  return Number(step.to) === 2 ? 'cancelled' : undefined;
}

/** Without the step itself, which is said in words. */
export function valuesChanged(changes: readonly Change[]): Change[] {
  return changes.filter((change) => change.kind !== 'field' || change.field !== 'docstatus');
}
