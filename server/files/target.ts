/** The document that a file is to hang on: it is there, may have files, and is the actor's to write. */
import { inTransaction, permit, planOf } from '../documents/context.ts';
import type { Context, WriteContext } from '../documents/contract.ts';
import { loadForWrite } from '../documents/load.ts';
import { readDocument } from '../documents/read.ts';
import { AppError, refuseProblems } from '../kernel/error.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { FILE } from './rows.ts';

export interface Attachment {
  doctype: string;
  name: string;
  /** The field of the document that shows it. */
  field?: string;
}

/** Throws as a write of the document would: `not_found` for one that is not the actor's to see, `forbidden`. */
export function requireTarget(ctx: Context, q: Attachment): Promise<Attachment> {
  return inTransaction(ctx, async (within) => {
    const plan = planOf(within, q.doctype);
    permit(within, plan, 'write');
    refuseHolder(plan);
    return { ...q, doctype: plan.name, name: await nameOf(within, plan, q.name) };
  });
}

/** Its own name: a path may have its id. Locks the document, so that it is not deleted meanwhile. */
async function nameOf(ctx: WriteContext, plan: DocTypePlan, name: string): Promise<string> {
  if (plan.storage === 'single') return plan.name;
  if (plan.storage === 'virtual') return (await readDocument(ctx, { doctype: plan.name, name })).name;
  return String((await loadForWrite({ ctx, plan, name, action: 'write', keepsRows: true })).name);
}

/** Throws for a DocType whose documents have no files of their own. */
export function refuseHolder(plan: DocTypePlan): void {
  if (plan.storage !== 'child' && plan.name !== FILE) return;
  const why = plan.name === FILE ? 'a file hangs on no other file' : 'attach it to the document that the row is in';
  const message = `Nothing can be attached to ${plan.name}: ${why}.`;
  refuseProblems([{ field: 'attached_to_doctype', code: 'not_attachable', message }], 'The file cannot be attached');
}

/** Throws `wrong_state` when the DocType allows no more. */
export function refuseCrowded(plan: DocTypePlan, attached: number): void {
  const most = Number(plan.definition.max_attachments ?? 0);
  if (!(most > 0) || attached < most) return;
  throw new AppError('wrong_state', `A ${plan.name} may have at most ${most} attachments. Remove one first.`);
}
