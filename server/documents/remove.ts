/** The door to delete: refused while others link to it; to the recycle bin, or for good. */
import { SUBMITTED } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import { movedOn } from './accept.ts';
import { inTransaction, permit, planOf } from './context.ts';
import type { Context, WriteContext } from './contract.ts';
import { customizeSchema } from './customize.ts';
import { askGuards } from './guard.ts';
import { refuseChild } from './insert.ts';
import { loadForWrite } from './load.ts';
import { revertCounter } from './naming.ts';
import { linksTo, refuseLinked } from './references.ts';
import { runHook } from './run-hooks.ts';
import { eraseDocument } from './store-rows.ts';
import { leaveTree, lockTree } from './tree.ts';
import { recycle } from './versions.ts';
import { removeVirtual } from './virtual.ts';
import type { Write } from './write.ts';

export interface RemoveWish {
  doctype: string;
  name: string;
  version?: number;
  /** For good: nothing goes to the recycle bin. */
  hard?: boolean;
}

/** Throws `linked` that says by which, `wrong_state` for a submitted document, `not_found`. */
export async function removeDocument(ctx: Context, q: RemoveWish): Promise<void> {
  const plan = planOf(ctx, q.doctype);
  permit(ctx, plan, 'delete');
  refuseChild(plan);
  await inTransaction(ctx, async (within) => {
    if (plan.storage === 'virtual') return removeVirtual(within, plan, q.name);
    if (plan.isTree) lockTree({ ctx: within, plan });
    const doc = await loadForWrite({ ctx: within, plan, name: q.name, action: 'delete' });
    if (q.version !== undefined && q.version !== Number(doc._version)) throw movedOn(doc);
    if (plan.isSubmittable && Number(doc.docstatus) === SUBMITTED) {
      throw new AppError('wrong_state', `${doc.name} is submitted. Cancel it first, then it can be deleted.`);
    }
    const now = toTimestamp(ctx.now);
    const write: Write = { ctx: within, plan, action: 'discard', before: doc, doc, now, defaulted: new Map() };
    await removeLoaded(write, q.hard === true);
  });
}

async function removeLoaded(write: Write, hard: boolean): Promise<void> {
  const { ctx, plan, doc } = write;
  await runHook(write, 'before_delete');
  await runHook(write, 'on_trash');
  await askGuards(write, 'removing', { isHard: hard });
  const links = await linksTo({ ctx: ctx as WriteContext, plan, name: String(doc.name), submittedOnly: false });
  refuseLinked({ ctx, plan, name: String(doc.name), links, verb: 'deleted' });
  await leaveTree(write);
  if (!hard) recycle(write);
  revertCounter(write, String(doc.name));
  eraseDocument(write);
  await customizeSchema(write);
  await runHook(write, 'after_delete');
}
