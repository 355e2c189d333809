/** The door to create: one document with its children, in one transaction. */
import type { DocTypePlan } from '../schema/plan.ts';
import { acceptDocument } from './accept.ts';
import { inSharedTransactionThen, inTransaction, inTransactionThen, permit, planOf } from './context.ts';
import type { Context, GivenDocument } from './contract.ts';
import { isCustomizer } from './customize.ts';
import { fileFieldsOf } from './file-fields.ts';
import { mindsChange } from './guard.ts';
import { explainDuplicate, insertDocument, refuseChild } from './insert.ts';
import { answerWritten } from './present.ts';
import type { ReadDocument } from './read.ts';
import { mayChangeRights } from './rights-changes.ts';
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
  const begin = isBrief(ctx, plan, q.given) ? inSharedTransactionThen : inTransactionThen;
  const created = begin(ctx, async (within) => {
    // Accepted within: a transaction that is run again begins with what was given.
    const { doc, requestedName } = acceptDocument(within, { plan, given: q.given });
    const write = await insertDocument(within, { plan, doc, requestedName });
    return () => answerWritten(within, { plan, doc: write.doc, isPart: ctx.tx !== undefined });
  });
  return created.catch((error: unknown) => {
    throw explainDuplicate(error, { plan, ctx });
  });
}

/** Nobody but the server's own steps has a word in it, and they ask the database only. */
function isBrief(ctx: Context, plan: DocTypePlan, given: GivenDocument): boolean {
  const { controllers, guards, policy } = ctx.services;
  if (ctx.tx !== undefined || policy || plan.isTree || mayChangeRights(plan) || isCustomizer(plan)) return false;
  if (controllers.of(plan.name).length > 0 || mindsChange(guards, plan, given)) return false;
  const files = fileFieldsOf(ctx.snapshot, plan);
  // Files go with an amendment, and with what names them.
  return files.own.length + files.rows.size === 0 && !Object.hasOwn(given, 'amended_from');
}
