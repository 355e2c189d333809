/** The door to change: merges the given fields into the stored document, which is locked meanwhile. */
import { CANCELLED, type Document, SUBMITTED } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { timestampAfter } from '../kernel/time.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { acceptDocument, movedOn } from './accept.ts';
import { inTransaction, inTransactionThen, permit, planOf } from './context.ts';
import type { Context, GivenDocument, WriteContext } from './contract.ts';
import { changesFiles } from './file-fields.ts';
import { asSeen } from './hidden-rows.ts';
import { explainDuplicate, insertDocument, refuseChild } from './insert.ts';
import { findForWrite, loadForWrite } from './load.ts';
import { answerWritten, readBack } from './present.ts';
import type { ReadDocument } from './read.ts';
import { confirmRights } from './rights.ts';
import { SAVE, UPDATE_AFTER_SUBMIT } from './steps.ts';
import { askStoredTargets, type Targets } from './stored-targets.ts';
import { lockTree } from './tree.ts';
import { updateAtOnce } from './update-at-once.ts';
import { updateDirectly } from './update-directly.ts';
import { updateVirtual } from './virtual.ts';
import { runSteps, type Write } from './write.ts';

export interface UpdateWish {
  doctype: string;
  name: string;
  given: GivenDocument;
  /** The version that the caller saw (If-Match). */
  version?: number;
  /** Fieldnames that the answer must have; undefined: all. */
  wanted?: readonly string[];
}

/** Throws `conflict` when the document has moved on, `validation`, `wrong_state`, `not_found`. */
export async function updateDocument(ctx: Context, q: UpdateWish): Promise<ReadDocument> {
  const plan = planOf(ctx, q.doctype);
  permit(ctx, plan, 'write');
  refuseChild(plan);
  if (plan.storage === 'virtual') return inTransaction(ctx, (within) => updateVirtual(within, plan, q));
  const updated = update(ctx, plan, q);
  return updated.catch((error: unknown) => {
    throw explainDuplicate(error, { plan, ctx });
  });
}

async function update(ctx: Context, plan: DocTypePlan, q: UpdateWish): Promise<ReadDocument> {
  const done =
    (await updateDirectly(ctx, plan, q)) ??
    (isSelfContained(ctx, plan, q.given) ? await thinkFirst(ctx, plan, q) : undefined);
  if (done) return done;
  return inTransactionThen(ctx, async (within) => {
    if (plan.storage === 'single') return updateSingle(within, plan, q);
    // The tree before the row, as every writer of a tree does: no two wait for each other.
    if (plan.isTree && Object.hasOwn(q.given, plan.treeParentField)) lockTree({ ctx: within, plan });
    const loading = loadForWrite({
      ctx: within,
      plan,
      name: q.name,
      action: 'write',
      keepsRows: keepsRows(ctx, plan, q.given),
    });
    const storedTargets = askStoredTargets(within, plan, q.name);
    const { doc } = await saveOver(within, { ...q, plan, before: await loading, storedTargets });
    return () => answerWritten(within, { plan, doc, isPart: ctx.tx !== undefined });
  });
}

/** Its rows stay, nobody else has a word in it, and it is not part of something larger. */
function isSelfContained(ctx: Context, plan: DocTypePlan, given: GivenDocument): boolean {
  if (ctx.tx !== undefined || plan.storage !== 'table' || plan.isTree) return false;
  return keepsRows(ctx, plan, given) && !changesFiles(plan, given);
}

function thinkFirst(ctx: Context, plan: DocTypePlan, q: UpdateWish): Promise<ReadDocument | undefined> {
  return updateAtOnce(ctx, {
    plan,
    name: q.name,
    think: (within, before, storedTargets) =>
      saveOver(within, { ...q, plan, before, storedTargets, seenVersion: Number(before._version) }),
  });
}

/** Neither the caller nor a hook can add or remove rows. */
function keepsRows(ctx: Context, plan: DocTypePlan, given: GivenDocument): boolean {
  const names = plan.tables.some((table) => Object.hasOwn(given, table.fieldname));
  const { controllers, guards } = ctx.services;
  return !names && controllers.of(plan.name).length === 0 && !guards.has(plan.name);
}

async function saveOver(
  ctx: WriteContext,
  q: UpdateWish & { plan: DocTypePlan; before: Document; storedTargets?: Promise<Targets>; seenVersion?: number },
): Promise<Write> {
  const { plan, before } = q;
  if (q.version !== undefined && q.version !== Number(before._version)) throw movedOn(before);
  if (Number(before.docstatus) === CANCELLED) {
    throw new AppError(
      'wrong_state',
      `${before.name} is cancelled and cannot be changed. Amend it: that makes a new draft of it.`,
    );
  }
  const isSubmitted = Number(before.docstatus) === SUBMITTED;
  const { doc } = acceptDocument(ctx, { plan, given: q.given, before });
  const write: Write = {
    ctx,
    plan,
    action: isSubmitted ? 'update_after_submit' : 'save',
    before,
    doc,
    now: timestampAfter(String(before.modified), ctx.now),
    defaulted: new Map(),
    storedTargets: q.storedTargets,
    seenVersion: q.seenVersion,
  };
  try {
    await runSteps(write, isSubmitted ? UPDATE_AFTER_SUBMIT : SAVE);
    await confirmRights(ctx, { plan, doc: write.doc, action: 'write' });
  } catch (error) {
    throw asSeen(ctx, { plan, doc, error });
  }
  return write;
}

/** The first save of a Single inserts its row. */
async function updateSingle(ctx: WriteContext, plan: DocTypePlan, q: UpdateWish): Promise<() => Promise<ReadDocument>> {
  ctx.tx.send({ text: `select pg_advisory_xact_lock(hashtext('single ' || $1))`, values: [plan.table] });
  const before = await findForWrite({ ctx, plan, name: plan.name, action: 'write' });
  if (before) {
    await saveOver(ctx, { ...q, plan, before });
  } else {
    const given = Object.fromEntries(
      Object.entries(q.given).filter(
        ([key, value]) => !(plan.byName.get(key)?.isStandard && isUnsaved(key, value, plan)),
      ),
    );
    const { doc } = acceptDocument(ctx, { plan, given });
    await insertDocument(ctx, { plan, doc });
  }
  return () => readBack(ctx, plan, { id: plan.name, name: plan.name });
}

/** What an unsaved Single shows of itself and a client sends back. */
function isUnsaved(key: string, value: unknown, plan: DocTypePlan): boolean {
  return key === '_version'
    ? value === 0
    : key === 'name'
      ? value === plan.name
      : key === 'owner' || key === 'modified_by';
}
