/**
 * What the permission rows of a DocType give to somebody's roles: which rows grant a right, and which
 * field levels open. Knows no document and no person beyond the roles.
 */
import { type DocPerm, isSet } from '../kernel/doctype.ts';
import type { DocTypePlan } from '../schema/plan.ts';

/** The rights that a permission row can give. */
export const RIGHTS = [
  'select',
  'read',
  'write',
  'create',
  'delete',
  'submit',
  'cancel',
  'amend',
  'report',
  'import',
  'export',
  'print',
  'email',
  'share',
] as const;

export type Right = (typeof RIGHTS)[number];

/** Levels of fields that roles open. Level 0 goes with the rights on documents. */
export interface Levels {
  readable: ReadonlySet<number>;
  writable: ReadonlySet<number>;
}

/** The rows of level 0 of these roles that give the right. */
export function grantsOf(plan: DocTypePlan, roles: readonly string[], right: Right): DocPerm[] {
  if ((right === 'submit' || right === 'cancel' || right === 'amend') && !plan.isSubmittable) return [];
  return plan.permissions.filter((row) => levelOf(row) === 0 && roles.includes(row.role) && isSet(row[right]));
}

/** Whether any row of level 0 gives these roles anything at all. */
export function hasAnyRight(plan: DocTypePlan, roles: readonly string[]): boolean {
  return RIGHTS.some((right) => grantsOf(plan, roles, right).length > 0);
}

/** Levels above 0; neither if_owner nor a condition counts for them (SEMANTICS.md 3.5). */
export function levelsOf(plan: DocTypePlan, roles: readonly string[]): Levels {
  const rows = plan.permissions.filter((row) => levelOf(row) > 0 && roles.includes(row.role));
  const levels = (right: Right) => new Set(rows.filter((row) => isSet(row[right])).map(levelOf));
  return { readable: levels('read'), writable: levels('write') };
}

export function levelOf(row: { permlevel?: unknown }): number {
  const level = Number(row.permlevel ?? 0);
  return Number.isFinite(level) ? level : 0;
}
