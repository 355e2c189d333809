/**
 * Rename and merge (SEMANTICS.md 1.16). Links follow by their foreign keys; what has none is repointed.
 * A merge points every link of the one to the other and deletes the one.
 */
import { violatedConstraint } from '../db/errors.ts';
import { quote } from '../db/rows.ts';
import { type Document, isEmpty } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { timestampAfter } from '../kernel/time.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { noteChange } from './changes.ts';
import { asSystem, inTransaction, permit, planOf } from './context.ts';
import type { Context, WriteContext } from './contract.ts';
import { askGuards } from './guard.ts';
import { explainDuplicate } from './insert.ts';
import { loadForWrite } from './load.ts';
import { checkName } from './naming.ts';
import { readBack } from './present.ts';
import type { ReadDocument } from './read.ts';
import { repointLinks } from './references.ts';
import { hookArgument } from './run-hooks.ts';
import { eraseDocument } from './store-rows.ts';
import { leaveTree, lockTree } from './tree.ts';
import { recycle, storeSystemDocument } from './versions.ts';
import { renameVirtual } from './virtual.ts';
import type { Write } from './write.ts';

export interface RenameWish {
  doctype: string;
  name: string;
  to: string;
  merge: boolean;
}

/** Throws `wrong_state` when the DocType does not allow it, `duplicate` when the name is taken, `not_found`. */
export async function renameDocument(ctx: Context, q: RenameWish): Promise<ReadDocument> {
  const plan = planOf(ctx, q.doctype);
  const action = q.merge ? 'merge' : 'rename';
  permit(ctx, plan, action);
  if (!plan.allowsRename && plan.storage !== 'virtual')
    throw new AppError('wrong_state', `${plan.name} documents cannot be renamed: set allow_rename in the DocType.`);
  if (plan.storage === 'single' || plan.storage === 'child')
    throw new AppError('wrong_state', `${plan.name} has no documents that can be renamed.`);
  const renamed = inTransaction(ctx, async (within) => {
    if (plan.storage === 'virtual') return renameVirtual(within, plan, q);
    if (plan.isTree) lockTree({ ctx: within, plan });
    const before = await loadForWrite({ ctx: within, plan, name: q.name, action });
    const write: Write = {
      ctx: within,
      plan,
      action: 'save',
      before,
      doc: before,
      now: timestampAfter(String(before.modified), ctx.now),
      defaulted: new Map(),
    };
    const to = await askHooks(write, 'before_rename', { from: String(before.name), to: q.to.trim(), merge: q.merge });
    checkName({ plan }, to);
    if (to === before.name) throw new AppError('validation', `${to} is the name already. Give another one.`);
    const names = { from: String(before.name), to, merge: q.merge };
    await askGuards(write, 'renaming', { rename: names });
    const id = q.merge ? await merge(write, to) : await rename(write, to);
    await askGuards(write, 'renamed', { rename: names });
    await askHooks(write, 'after_rename', names);
    return readBack(within, plan, { id, name: to });
  });
  return renamed.catch((error: unknown) => {
    const violated = violatedConstraint(error);
    throw violated?.code === '23505' && violated.table !== plan.table
      ? new AppError(
          'duplicate',
          'Another document already links to the new name where links must be unique. Merge or mend that one first.',
          { cause: error },
        )
      : explainDuplicate(error, { plan, ctx });
  });
}

/** A `before_rename` hook may answer with another name by changing `rename.to`. */
async function askHooks(
  write: Write,
  name: 'before_rename' | 'after_rename',
  rename: { from: string; to: string; merge: boolean },
): Promise<string> {
  const argument = hookArgument(write, rename);
  for (const controller of write.ctx.services.controllers.of(write.plan.name))
    await controller.hooks?.[name]?.(argument);
  return rename.to;
}

async function rename(write: Write, to: string): Promise<string> {
  const { ctx, plan, doc } = write;
  // User Permissions and shares name documents, and follow.
  ctx.tx.afterCommit(ctx.services.rightsChanged);
  const from = String(doc.name);
  for (const name of [from, to]) noteChange(ctx, plan, { name, event: 'rename' });
  const sets = ['name = $1', 'modified = $2', 'modified_by = $3', '_version = _version + 1'];
  if (plan.naming.kind === 'field') {
    const field = plan.byName.get(plan.naming.fieldname);
    if (field?.column) sets.push(`${quote(field.column)} = $1`);
  }
  ctx.tx.send({
    text: `update ${quote(plan.table)} set ${sets.join(', ')} where id = $4::uuid`,
    values: [to, write.now, ctx.actor.user, String(doc.id)],
  });
  for (const table of plan.tables) {
    const child = ctx.snapshot.find(table.childDocType as string);
    if (child?.storage === 'child')
      ctx.tx.send({
        text: `update ${quote(child.table)} set parent = $1 where parent_id = $2::uuid`,
        values: [to, String(doc.id)],
      });
  }
  repointLinks({ ctx, plan, name: from, to, carried: true });
  if (plan.tracksChanges)
    storeSystemDocument(write, 'Version', {
      ref_doctype: plan.name,
      docname: to,
      data: { changed: [['name', from, to]] },
      version_no: Number(doc._version) + 1,
    });
  return String(doc.id);
}

async function merge(write: Write, to: string): Promise<string> {
  const { ctx, plan, doc } = write;
  const wish = { ctx: ctx as WriteContext, plan, name: to };
  // What may be written but not read is not there to be merged into.
  await loadForWrite({ ...wish, action: 'read' });
  const target = await loadForWrite({ ...wish, action: 'write' });
  refuseUnlike(plan, doc, target);
  await moveSubtree(write, target);
  repointLinks({ ctx, plan, name: String(doc.name), to: String(target.name), carried: false });
  await leaveTree(write);
  recycle(write);
  eraseDocument(write);
  return String(target.id);
}

function refuseUnlike(plan: DocTypePlan, doc: Document, target: Document): void {
  if (plan.isTree && doc.is_group !== target.is_group)
    throw new AppError('wrong_state', 'Only a group merges into a group and a leaf into a leaf.');
  if (plan.isSubmittable && (doc.docstatus !== 0 || target.docstatus !== 0))
    throw new AppError('wrong_state', 'Only drafts can be merged.');
}

/** What stands under the one moves under the other first, so that the one can leave the tree. */
async function moveSubtree(write: Write, target: Document): Promise<void> {
  const { ctx, plan, doc } = write;
  if (!plan.isTree) return;
  const within = asSystem(ctx, 'a merge moves what stands under a node, whoever may see it');
  const children = await ctx.services.doors.list(within, plan.name, {
    filters: JSON.stringify([[plan.treeParentField, '=', doc.name]]),
    fields: '["name"]',
    limit: '1000',
  });
  for (const child of children) {
    if (!isEmpty(child.name))
      await ctx.services.doors.update(within, plan.name, String(child.name), { [plan.treeParentField]: target.name });
  }
}
