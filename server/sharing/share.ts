/**
 * Sharing one document with a user, or with everyone: who shares has the right to share it and each right that is
 * given, at this moment. One row of DocShare for each giver, receiver and document.
 */
import { insertRows, quote } from '../db/rows.ts';
import { forbidden, inTransaction, permit, planOf } from '../documents/context.ts';
import type { Context, WriteContext } from '../documents/contract.ts';
import { loadForWrite } from '../documents/load.ts';
import { hashName } from '../documents/naming.ts';
import { GUEST } from '../kernel/actor.ts';
import { newDocument } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { mayDo, noteShares, type Receiver, receiverOf, type ShareRow, sharePlan, shareRows } from './rows.ts';
import { unshareDocument } from './unshare.ts';

export interface ShareWish {
  doctype: string;
  name: string;
  /** One of both. */
  user?: string;
  everyone?: boolean;
  /** False takes the share back; otherwise reading is always given. */
  read?: boolean;
  write?: boolean;
  submit?: boolean;
  share?: boolean;
}

type Right = 'read' | 'write' | 'submit' | 'share';
const RIGHTS: readonly Right[] = ['read', 'write', 'submit', 'share'];

/**
 * The actor's share as it is from now on, or undefined when the wish took it back. Repeating it changes nothing.
 * Throws `forbidden` for a right that the actor lacks, `not_found` for a document that he may not see.
 */
export async function shareDocument(ctx: Context, q: ShareWish): Promise<ShareRow | undefined> {
  const receiver = receiverOf(q);
  const plan = shareablePlan(ctx, q.doctype);
  if (q.read === false) {
    await unshareDocument(ctx, { ...q, shared_by: ctx.actor.user });
    return undefined;
  }
  return inTransaction(ctx, async (within) => {
    permit(within, plan, 'share');
    await refuseSwitchedOff(within);
    // Locks the document: two who share it wait for each other.
    const doc = await loadForWrite({ ctx: within, plan, name: q.name, action: 'share', keepsRows: true });
    const name = String(doc.name);
    await refuseReceiver(within, receiver);
    const rights = RIGHTS.filter((right) => right === 'read' || q[right] === true);
    for (const right of rights) await refuseMissing(within, { plan, name, right });
    const about = { doctype: plan.name, name, receiver, sharedBy: within.actor.user };
    const [known] = await shareRows(within, about);
    if (known) change(within, known, rights);
    else insert(within, { ...about, rights });
    noteShares(within);
    const [row] = await shareRows(within, about);
    return row;
  });
}

/** Only documents of their own can be shared: rows follow their parent, settings are everybody's. */
export function shareablePlan(ctx: Context, doctype: string): DocTypePlan {
  const plan = planOf(ctx, doctype);
  if (plan.storage === 'table' && plan.name !== 'DocShare') return plan;
  throw new AppError('wrong_state', `${plan.name} has no documents that can be shared one by one.`);
}

async function refuseSwitchedOff(ctx: WriteContext): Promise<void> {
  const [row] = await ctx.tx.query({
    name: 'sharing_disabled',
    text: 'select 1 as off from system_settings where disable_document_sharing',
    values: [],
  });
  if (row) throw new AppError('forbidden', 'Sharing documents is switched off in System Settings.');
}

async function refuseReceiver(ctx: WriteContext, { user }: Receiver): Promise<void> {
  if (user === undefined) return;
  const problem = (message: string) =>
    new AppError('validation', message, { errors: [{ field: 'user', code: 'bad_receiver', message }] });
  if (user === ctx.actor.user) throw problem('You cannot share with yourself. Name somebody else.');
  const [row] = user.includes('\0')
    ? []
    : await ctx.tx.query({ text: 'select enabled from "user" where name = $1', values: [user] });
  if (row?.enabled === true && user !== GUEST) return;
  throw problem(`There is no enabled user called ${JSON.stringify(user.slice(0, 140))}.`);
}

async function refuseMissing(ctx: WriteContext, q: { plan: DocTypePlan; name: string; right: Right }): Promise<void> {
  const { plan, name, right } = q;
  if (right === 'submit' && !plan.isSubmittable)
    throw new AppError('wrong_state', `${plan.name} documents are not submittable, so submit cannot be shared.`);
  if (!(await mayDo(ctx, { plan, name, action: right }))) throw forbidden(ctx, plan, right, name);
}

function change(ctx: WriteContext, known: ShareRow, rights: readonly Right[]): void {
  if (RIGHTS.every((right) => known[right] === rights.includes(right))) return;
  ctx.tx.send({
    text: `update ${quote(sharePlan(ctx).table)} set "read" = true, "write" = $2, "submit" = $3, "share" = $4, modified = $5,
        modified_by = $6, _version = _version + 1 where id = $1::uuid`,
    values: [
      known.id,
      rights.includes('write'),
      rights.includes('submit'),
      rights.includes('share'),
      toTimestamp(ctx.now),
      ctx.actor.user,
    ],
  });
}

function insert(
  ctx: WriteContext,
  q: { doctype: string; name: string; receiver: Receiver; rights: readonly Right[] },
): void {
  const now = toTimestamp(ctx.now);
  const values = newDocument([
    ['id', ctx.services.ids.uuid()],
    ['name', hashName(ctx.now)],
    ['owner', ctx.actor.user],
    ['modified_by', ctx.actor.user],
    ['creation', now],
    ['modified', now],
    ['docstatus', 0],
    ['idx', 0],
    ['_version', 1],
    ['share_doctype', q.doctype],
    ['share_name', q.name],
    ['user', q.receiver.user ?? null],
    ['everyone', q.receiver.user === undefined],
    ['shared_by', ctx.actor.user],
    ['notify_by_email', false],
    ...RIGHTS.map((right): [string, boolean] => [right, q.rights.includes(right)]),
  ]);
  ctx.tx.send(insertRows(sharePlan(ctx), [{ values }]));
}
