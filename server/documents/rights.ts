/**
 * Rights on the document that a write leaves behind, and what a refused write may say: nobody writes a
 * document out of his own reach, and no message names a field that its reader may not read.
 */
import type { Action } from '../access/decide.ts';
import { type Document, isEmpty, rowsOf } from '../kernel/document.ts';
import { AppError, type FieldProblem } from '../kernel/error.ts';
import { documentStatement } from '../query/document.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { accessFor, accessTo } from './context.ts';
import type { Context, WriteContext } from './contract.ts';
import { coversInMemory, holdsInMemory } from './rule-in-memory.ts';
import { sameValue } from './values.ts';

/**
 * Asked of PostgreSQL in the write's own transaction, by the predicate that lists have; of what is in no table,
 * in memory before it is kept. Throws `forbidden`.
 */
export async function confirmRights(
  ctx: WriteContext,
  q: { plan: DocTypePlan; doc: Document; action: Action },
): Promise<void> {
  const { plan, action } = q;
  if (plan.storage === 'virtual' ? coversInMemory(ctx, q) : await coversInTable(ctx, q)) return;
  throw new AppError(
    'forbidden',
    `The rules on ${plan.name} do not let you ${action} a document with these values. Choose values (a link, a team, an owner) that you have rights on.`,
  );
}

async function coversInTable(
  ctx: WriteContext,
  q: { plan: DocTypePlan; doc: Document; action: Action },
): Promise<boolean> {
  const { plan, action } = q;
  if (holdsInMemory(ctx, plan, accessTo(ctx, plan, action).rows, q.doc) === true) return true;
  const rows = await ctx.tx.query(
    documentStatement({
      snapshot: ctx.snapshot,
      plan,
      // The fields are not the point, the row is.
      access: accessFor(ctx, action, plan),
      key: String(q.doc.id),
      fields: [],
      now: ctx.now,
    }),
  );
  return rows.length > 0;
}

/** The same problems; those of fields that the actor may not read lose their names and words. */
export function presentable(ctx: Context, plan: DocTypePlan, problems: readonly FieldProblem[]): FieldProblem[] {
  return problems.map((problem) => (isReadablePath(ctx, plan, problem.field) ? problem : HIDDEN));
}

const HIDDEN: FieldProblem = {
  field: '',
  code: 'hidden_field',
  message: 'A rule on a field that you may not see is not met. Ask somebody who sees the whole document.',
};

/** `items[3].cost` or `status`; what is no field of the plan is the caller's own word. */
function isReadablePath(ctx: Context, plan: DocTypePlan, path: string): boolean {
  const [, name = '', , inner] = /^([^[.]+)(\[\d+\])?(?:\.(.*))?$/.exec(path) ?? [];
  const field = plan.byName.get(name);
  if (!field) return true;
  const access = accessTo(ctx, plan, 'read');
  if (!access.canRead(name) && !access.canWrite(name)) return false;
  const child = inner === undefined || !field.childDocType ? undefined : ctx.snapshot.find(field.childDocType);
  if (!child?.byName.has(inner as string)) return true;
  const within = accessTo(ctx, child, 'read', plan);
  return within.canRead(inner as string) || within.canWrite(inner as string);
}

/** Whether two documents have the same rows with the same values in a table. */
export function sameTable(q: { before: Document; doc: Document; table: FieldPlan; child: DocTypePlan }): boolean {
  const was = rowsOf(q.before, q.table.fieldname);
  const is = rowsOf(q.doc, q.table.fieldname);
  if (was.length !== is.length) return false;
  return is.every((row, index) => {
    const stored = was[index] as Document;
    const same = (field: FieldPlan) =>
      field.isStandard ||
      sameValue(stored[field.fieldname], row[field.fieldname]) ||
      (isEmpty(stored[field.fieldname]) && isEmpty(row[field.fieldname]));
    return row.id === stored.id && q.child.columns.every(same);
  });
}
