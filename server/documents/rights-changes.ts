/** Writes after which rights may be others than they were: what is remembered of people is forgotten then. */
import type { DocTypePlan } from '../schema/plan.ts';
import type { Write } from './write.ts';

/** DocTypes that say who somebody is and what he may. Rules of DocTypes are part of the schema's version. */
export const ABOUT_RIGHTS: ReadonlySet<string> = new Set([
  'User',
  'Role',
  'Role Profile',
  'Team',
  'User Permission',
  'DocShare',
  'System Settings',
  'Tenant',
]);

/** To be called by everything that stores, renames or erases documents. */
export function noteRights({ ctx, plan }: Pick<Write, 'ctx' | 'plan'>): void {
  // A User Permission on a node of a tree covers what stands under it.
  if (mayChangeRights(plan)) ctx.tx.afterCommit(ctx.services.rightsChanged);
}

export function mayChangeRights(plan: DocTypePlan): boolean {
  return ABOUT_RIGHTS.has(plan.name) || plan.isTree;
}
