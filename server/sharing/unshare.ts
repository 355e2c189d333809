/** Taking a share back: the giver his own, the owner of the document and a System Manager anybody's. */
import { inTransaction, planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { findForWrite, notFound } from '../documents/load.ts';
import { ADMINISTRATOR } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { deleteShares, receiverOf, shareRows } from './rows.ts';

export interface UnshareWish {
  doctype: string;
  name: string;
  user?: string;
  everyone?: boolean;
  /** Only what this user gave; absent: all that the actor may take back. */
  shared_by?: string;
}

/** Repeating it changes nothing. Throws `forbidden` when all such shares are others' to take back, `not_found`. */
export async function unshareDocument(ctx: Context, q: UnshareWish): Promise<void> {
  const receiver = receiverOf(q);
  const plan = planOf(ctx, q.doctype);
  if (plan.storage !== 'table') return;
  await inTransaction(ctx, async (within) => {
    const { actor } = within;
    const doc = await findForWrite({ ctx: within, plan, name: q.name, action: 'read', keepsRows: true });
    const name = String(doc?.name ?? q.name);
    const rows = name.includes('\0')
      ? []
      : await shareRows(within, { doctype: plan.name, name, receiver, sharedBy: q.shared_by });
    const mayAll =
      actor.roles.some((role) => role === ADMINISTRATOR || role === 'System Manager') || doc?.owner === actor.user;
    const mine = rows.filter((row) => mayAll || row.shared_by === actor.user);
    if (mine.length === 0 && !doc) throw notFound(plan, q.name);
    if (mine.length === 0 && rows.length > 0)
      throw new AppError(
        'forbidden',
        `Somebody else has shared this ${plan.name}. Only they, its owner or a System Manager may take that back.`,
      );
    deleteShares(within, mine);
  });
}
