/**
 * A change that is thought out before its transaction begins: the document is read as it stands, the steps run
 * on it, and what they write goes out in one breath, on condition that the document is still the one that was
 * read. A connection is held for one round trip, and nothing is locked while anybody thinks.
 */
import { isOtherRow } from '../db/errors.ts';
import { NeedsTransaction } from '../db/noted.ts';
import type { Document } from '../kernel/document.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { isContended, noteContended } from './contended.ts';
import type { Context, WriteContext } from './contract.ts';
import { findAsStored } from './load.ts';
import { answerKnown } from './present.ts';
import type { ReadDocument } from './read.ts';
import { askStoredTargets, type Targets } from './stored-targets.ts';
import type { Write } from './write.ts';

/** Of what was read, the write that is to be made: the steps have run, and have noted what they write. */
export type Think = (ctx: WriteContext, before: Document, storedTargets: Promise<Targets>) => Promise<Write>;

/** Undefined: it has to be done under a lock, and nothing was written. Throws what the steps throw. */
export async function updateAtOnce(
  ctx: Context,
  q: { plan: DocTypePlan; name: string; think: Think },
): Promise<ReadDocument | undefined> {
  const { plan, name } = q;
  if (isContended(ctx, plan, name)) return undefined;
  const noted = ctx.services.db.note();
  const within: WriteContext = { ...ctx, tx: noted.tx };
  try {
    const loading = findAsStored(within, plan, name);
    const storedTargets = askStoredTargets(within, plan, name);
    const before = await loading;
    // Not there, or not his to change: who looks under the lock says which.
    if (!before) return undefined;
    const { doc } = await q.think(within, before, storedTargets);
    const answer = answerKnown(within, plan, doc);
    if (!answer) return undefined;
    await ctx.services.db.sendAtOnce(noted);
    return answer;
  } catch (error) {
    if (isOtherRow(error)) noteContended(ctx, plan, name);
    else if (!(error instanceof NeedsTransaction)) throw error;
    return undefined;
  }
}
