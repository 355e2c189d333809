/**
 * Rows say by name to which table field they belong, so a write of rows must not meet an edit that renames
 * it: they wait for each other, and the one who comes second sees what the first has done.
 */
import type { DocTypePlan } from '../schema/plan.ts';
import type { WriteContext } from './contract.ts';

/** To be sent before anything else is locked. An older plan fails as stale: the edge runs the write again. */
export function expectVersion(ctx: WriteContext, plan: DocTypePlan): void {
  if (plan.tables.length === 0) return;
  ctx.tx.send({
    name: 'expect_version',
    text: 'select framework_expect_version($1, $2)',
    values: [plan.name, plan.version],
  });
}
