/** Submit, cancel, amend: the states of a submittable document (SEMANTICS.md 1.6). */
import { CANCELLED, type Document, DRAFT, newDocument, rowsOf, SUBMITTED } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { timestampAfter } from '../kernel/time.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { movedOn } from './accept.ts';
import { inTransaction, inTransactionThen, permit, planOf } from './context.ts';
import type { Context, WriteContext } from './contract.ts';
import { explainDuplicate, insertDocument } from './insert.ts';
import { cloneDocument, loadForWrite } from './load.ts';
import { type ReadDocument, readDocument } from './read.ts';
import { linksTo, refuseLinked } from './references.ts';
import { CANCEL, SUBMIT } from './steps.ts';
import { runSteps, type Write } from './write.ts';

export interface TransitionWish {
  doctype: string;
  name: string;
  version?: number;
}

/** Draft → submitted. */
export function submitDocument(ctx: Context, q: TransitionWish): Promise<ReadDocument> {
  const plan = submittable(ctx, q.doctype);
  permit(ctx, plan, 'submit');
  return inTransactionThen(ctx, async (within) => {
    const before = await loadState({ ctx: within, plan, wish: q, from: DRAFT, verb: 'submitted' });
    await runSteps(toWrite({ ctx: within, plan, before, action: 'submit' }), SUBMIT);
    return () => readDocument(within, { doctype: plan.name, name: String(before.id) });
  });
}

/** Submitted → cancelled, unless submitted documents link to it. */
export function cancelDocument(ctx: Context, q: TransitionWish): Promise<ReadDocument> {
  const plan = submittable(ctx, q.doctype);
  permit(ctx, plan, 'cancel');
  return inTransaction(ctx, async (within) => {
    const before = await loadState({ ctx: within, plan, wish: q, from: SUBMITTED, verb: 'cancelled' });
    await runSteps(toWrite({ ctx: within, plan, before, action: 'cancel' }), CANCEL);
    const links = await linksTo({ ctx: within, plan, name: String(before.name), submittedOnly: true });
    refuseLinked({ plan, name: String(before.name), links, verb: 'cancelled' });
    return readDocument(within, { doctype: plan.name, name: String(before.id) });
  });
}

/** A new draft of a cancelled document: everything but its secrets is taken over. */
export function amendDocument(ctx: Context, q: TransitionWish): Promise<ReadDocument> {
  const plan = submittable(ctx, q.doctype);
  permit(ctx, plan, 'amend');
  const amended = inTransaction(ctx, async (within) => {
    const source = await loadState({ ctx: within, plan, wish: q, from: CANCELLED, verb: 'amended' });
    await refuseSecondAmendment(within, plan, source);
    const doc = copyDocument(within, { plan, source, keepsNoCopy: true });
    doc.amended_from = source.name;
    const write = await insertDocument(within, { plan, doc });
    return readDocument(within, { doctype: plan.name, name: String(write.doc.id) });
  });
  return amended.catch((error: unknown) => {
    throw explainDuplicate(error, { plan, snapshot: ctx.snapshot });
  });
}

/** A new draft with the same values; `no_copy` fields and secrets begin anew. */
export function duplicateDocument(
  ctx: Context,
  q: { doctype: string; name: string; requestedName?: string },
): Promise<ReadDocument> {
  const plan = planOf(ctx, q.doctype);
  permit(ctx, plan, 'create');
  if (plan.storage !== 'table') throw new AppError('wrong_state', `${plan.name} documents cannot be duplicated.`);
  const duplicated = inTransaction(ctx, async (within) => {
    const source = await loadForWrite({ ctx: within, plan, name: q.name, action: 'read' });
    const doc = copyDocument(within, { plan, source, keepsNoCopy: false });
    const write = await insertDocument(within, { plan, doc, requestedName: q.requestedName });
    return readDocument(within, { doctype: plan.name, name: String(write.doc.id) });
  });
  return duplicated.catch((error: unknown) => {
    throw explainDuplicate(error, { plan, snapshot: ctx.snapshot });
  });
}

function submittable(ctx: Context, doctype: string): DocTypePlan {
  const plan = planOf(ctx, doctype);
  if (!plan.isSubmittable)
    throw new AppError(
      'wrong_state',
      `${plan.name} documents are not submittable: they have no submitted or cancelled state.`,
    );
  return plan;
}

const STATES = ['a draft', 'submitted', 'cancelled'];

async function loadState(q: {
  ctx: WriteContext;
  plan: DocTypePlan;
  wish: TransitionWish;
  from: number;
  verb: string;
}): Promise<Document> {
  const before = await loadForWrite({ ctx: q.ctx, plan: q.plan, name: q.wish.name, action: 'write' });
  if (q.wish.version !== undefined && q.wish.version !== Number(before._version)) throw movedOn(before);
  const state = Number(before.docstatus);
  if (state !== q.from) {
    throw new AppError(
      'wrong_state',
      `${before.name} is ${STATES[state]}; only a document that is ${STATES[q.from]} can be ${q.verb}.`,
    );
  }
  return before;
}

function toWrite(q: { ctx: WriteContext; plan: DocTypePlan; before: Document; action: Write['action'] }): Write {
  return {
    ...q,
    doc: cloneDocument(q.before),
    now: timestampAfter(String(q.before.modified), q.ctx.now),
    defaulted: new Map(),
  };
}

async function refuseSecondAmendment(ctx: WriteContext, plan: DocTypePlan, source: Document): Promise<void> {
  const found = await ctx.services.doors.list(ctx, plan.name, {
    filters: JSON.stringify([['amended_from', '=', source.name]]),
    fields: '["name"]',
    limit: '1',
  });
  if (found[0]) throw new AppError('wrong_state', `${source.name} has been amended already, as ${found[0].name}.`);
}

/** Fields of a tree's place in it: found anew for a copy. */
const NEVER_COPIED = new Set(['amended_from', 'amendment_date', 'cancel_reason', 'lft', 'rgt']);

function copyDocument(ctx: WriteContext, q: { plan: DocTypePlan; source: Document; keepsNoCopy: boolean }): Document {
  const { plan, source } = q;
  const doc = copyValues({ plan, source, keepsNoCopy: q.keepsNoCopy });
  for (const table of plan.tables) {
    const child = ctx.snapshot.find(table.childDocType as string);
    if (!child || (!q.keepsNoCopy && table.field.no_copy)) continue;
    doc[table.fieldname] = rowsOf(source, table.fieldname).map((row, index) => {
      const copy = copyValues({ plan: child, source: row, keepsNoCopy: q.keepsNoCopy });
      copy.idx = index + 1;
      return copy;
    });
  }
  return doc;
}

function copyValues(q: { plan: DocTypePlan; source: Document; keepsNoCopy: boolean }): Document {
  const doc = newDocument();
  for (const field of q.plan.columns) {
    if (field.isStandard || field.type.secret || NEVER_COPIED.has(field.fieldname)) continue;
    if (!q.keepsNoCopy && field.field.no_copy) continue;
    doc[field.fieldname] = q.source[field.fieldname];
  }
  return doc;
}
