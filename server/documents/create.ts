/** The door to create: one document with its children, in one transaction. */
import type { DocTypePlan } from '../schema/plan.ts';
import { acceptDocument } from './accept.ts';
import { asksElsewhere } from './asks-elsewhere.ts';
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

/** Nobody but the server's own steps has a word in it, they ask the database only, and not much of it. */
function isBrief(ctx: Context, plan: DocTypePlan, given: GivenDocument): boolean {
  const { controllers, guards, policy } = ctx.services;
  if (weigh(given, MOST_WEIGHT) < 0) return false;
  if (ctx.tx !== undefined || policy || plan.isTree || mayChangeRights(plan) || isCustomizer(plan)) return false;
  if (controllers.of(plan.name).length > 0 || mindsChange(guards, plan, given)) return false;
  if (asksElsewhere(ctx.snapshot, plan, given)) return false;
  const files = fileFieldsOf(ctx.snapshot, plan);
  // Files go with an amendment, and with what names them.
  return files.own.length + files.rows.size === 0 && !Object.hasOwn(given, 'amended_from');
}

/** What others may have to wait for, in characters or so; a row weighs as much as a long line. */
const MOST_WEIGHT = 20_000;
const OBJECT_WEIGHT = 200;

/** What is left of `left`; below zero when the value is heavier, however much. */
function weigh(value: unknown, left: number): number {
  if (typeof value === 'string') return left - value.length;
  if (typeof value !== 'object' || value === null) return left - 1;
  let rest = left - OBJECT_WEIGHT;
  for (const each of Object.values(value)) {
    if (rest < 0) return rest;
    rest = weigh(each, rest);
  }
  return rest;
}
