/** The door to create: one document with its children, in one transaction. */
import { acceptDocument } from './accept.ts';
import { inTransaction, inTransactionThen, permit, planOf } from './context.ts';
import type { Context, GivenDocument } from './contract.ts';
import { explainDuplicate, insertDocument, refuseChild } from './insert.ts';
import { answerWritten } from './present.ts';
import type { ReadDocument } from './read.ts';
import { updateDocument } from './update.ts';
import { createVirtual } from './virtual.ts';

/** Creates and gives the whole document back. Throws `validation`, `duplicate`, `forbidden`. */
export async function createDocument(
  ctx: Context,
  q: { doctype: string; given: GivenDocument },
): Promise<ReadDocument> {
  const plan = planOf(ctx, q.doctype);
  permit(ctx, plan, 'create');
  refuseChild(plan);
  if (plan.storage === 'virtual') return inTransaction(ctx, (within) => createVirtual(within, plan, q.given));
  if (plan.storage === 'single') return updateDocument(ctx, { doctype: plan.name, name: plan.name, given: q.given });
  const created = inTransactionThen(ctx, async (within) => {
    // Accepted within: a transaction that is run again begins with what was given.
    const { doc, requestedName } = acceptDocument(within, { plan, given: q.given });
    const write = await insertDocument(within, { plan, doc, requestedName });
    return () => answerWritten(within, { plan, doc: write.doc, isPart: ctx.tx !== undefined });
  });
  return created.catch((error: unknown) => {
    throw explainDuplicate(error, { plan, ctx });
  });
}
