/** Submit, cancel, amend: the states of a submittable document (SEMANTICS.md 1.6). */
import { CANCELLED, type Document, DRAFT, newDocument, rowsOf, SUBMITTED } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { timestampAfter } from '../kernel/time.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { movedOn } from './accept.ts';
import { accessTo, asSystem, inTransaction, inTransactionThen, permit, planOf } from './context.ts';
import type { Context, WriteContext } from './contract.ts';
import { hiddenRows } from './hidden-rows.ts';
import { explainDuplicate, insertDocument } from './insert.ts';
import { cloneDocument, loadForWrite } from './load.ts';
import { readBack } from './present.ts';
import type { ReadDocument } from './read.ts';
import { linksTo, refuseLinked } from './references.ts';
import { CANCEL, SUBMIT } from './steps.ts';
import { runSteps, type Write } from './write.ts';

export interface TransitionWish {
  doctype: string;
  name: string;
  version?: number;
}

/** Draft → submitted. */
export async function submitDocument(ctx: Context, q: TransitionWish): Promise<ReadDocument> {
  const plan = submittable(ctx, q.doctype);
  permit(ctx, plan, 'submit');
  return inTransactionThen(ctx, async (within) => {
    const before = await loadState({ ctx: within, plan, wish: q, from: DRAFT, action: 'submit' });
    await runSteps(toWrite({ ctx: within, plan, before, action: 'submit' }), SUBMIT);
    return () => readBack(within, plan, before);
  });
}

/** Submitted → cancelled, unless submitted documents link to it. */
export async function cancelDocument(ctx: Context, q: TransitionWish): Promise<ReadDocument> {
  const plan = submittable(ctx, q.doctype);
  permit(ctx, plan, 'cancel');
  return inTransaction(ctx, async (within) => {
    const before = await loadState({ ctx: within, plan, wish: q, from: SUBMITTED, action: 'cancel' });
    await runSteps(toWrite({ ctx: within, plan, before, action: 'cancel' }), CANCEL);
    const links = await linksTo({ ctx: within, plan, name: String(before.name), submittedOnly: true });
    refuseLinked({ ctx: within, plan, name: String(before.name), links, verb: 'cancelled' });
    return readBack(within, plan, before);
  });
}

/** A new draft of a cancelled document: everything but its secrets is taken over. */
export async function amendDocument(ctx: Context, q: TransitionWish): Promise<ReadDocument> {
  const plan = submittable(ctx, q.doctype);
  permit(ctx, plan, 'amend');
  permit(ctx, plan, 'create');
  const amended = inTransaction(ctx, async (within) => {
    const source = await loadState({ ctx: within, plan, wish: q, from: CANCELLED, action: 'amend' });
    await refuseSecondAmendment(within, plan, source);
    const doc = copyDocument(within, { plan, source, keepsNoCopy: true });
    doc.amended_from = source.name;
    const write = await insertDocument(within, { plan, doc });
    return readBack(within, plan, write.doc);
  });
  return amended.catch((error: unknown) => {
    throw explainDuplicate(error, { plan, ctx });
  });
}

/** A new draft with the same values; `no_copy` fields, secrets and what the actor may not read begin anew. */
export async function duplicateDocument(
  ctx: Context,
  q: { doctype: string; name: string; requestedName?: string },
): Promise<ReadDocument> {
  const plan = planOf(ctx, q.doctype);
  permit(ctx, plan, 'duplicate');
  permit(ctx, plan, 'create');
  if (plan.storage !== 'table') throw new AppError('wrong_state', `${plan.name} documents cannot be duplicated.`);
  const duplicated = inTransaction(ctx, async (within) => {
    const source = await loadForWrite({ ctx: within, plan, name: q.name, action: 'duplicate' });
    const doc = copyDocument(within, { plan, source, keepsNoCopy: false });
    const write = await insertDocument(within, { plan, doc, requestedName: q.requestedName });
    return readBack(within, plan, write.doc);
  });
  return duplicated.catch((error: unknown) => {
    throw explainDuplicate(error, { plan, ctx });
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
const DONE = { submit: 'submitted', cancel: 'cancelled', amend: 'amended' } as const;

async function loadState(q: {
  ctx: WriteContext;
  plan: DocTypePlan;
  wish: TransitionWish;
  from: number;
  action: keyof typeof DONE;
}): Promise<Document> {
  const before = await loadForWrite({ ctx: q.ctx, plan: q.plan, name: q.wish.name, action: q.action });
  if (q.wish.version !== undefined && q.wish.version !== Number(before._version)) throw movedOn(before);
  const state = Number(before.docstatus);
  if (state !== q.from) {
    throw new AppError(
      'wrong_state',
      `${before.name} is ${STATES[state]}; only a document that is ${STATES[q.from]} can be ${DONE[q.action]}.`,
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
  // Also one that the actor may not see.
  const within = asSystem(ctx, 'a document is amended once');
  const found = await ctx.services.doors.list(within, plan.name, {
    filters: JSON.stringify([['amended_from', '=', source.name]]),
    fields: '["name"]',
    limit: '1',
  });
  if (!found[0]) return;
  const isShown = accessTo(ctx, plan, 'read').rows.kind === 'all';
  const as = isShown ? `, as ${found[0].name}` : '';
  throw new AppError('wrong_state', `${source.name} has been amended already${as}.`);
}

/** Fields of a tree's place in it: found anew for a copy. */
const NEVER_COPIED = new Set(['amended_from', 'amendment_date', 'cancel_reason', 'lft', 'rgt']);

function copyDocument(ctx: WriteContext, q: { plan: DocTypePlan; source: Document; keepsNoCopy: boolean }): Document {
  const { plan, source } = q;
  // An amendment goes on with the whole document; a copy is the actor's own work, of what he sees and may write.
  const isOwn = (of: DocTypePlan, within?: DocTypePlan) => {
    const access = accessTo(ctx, of, 'read', within);
    return (fieldname: string) => access.canRead(fieldname) && access.canWrite(fieldname);
  };
  const doc = copyValues({ plan, source, keepsNoCopy: q.keepsNoCopy, isOwn: isOwn(plan) });
  for (const table of plan.tables) {
    const child = ctx.snapshot.find(table.childDocType as string);
    if (!child || (!q.keepsNoCopy && (table.field.no_copy || !isOwn(plan)(table.fieldname)))) continue;
    const rows = rowsOf(source, table.fieldname);
    const hidden = q.keepsNoCopy ? new Set<Document>() : hiddenRows(ctx, { plan: child, within: plan, rows });
    const copied = rows.filter((row) => !hidden.has(row));
    doc[table.fieldname] = copied.map((row, index) => {
      const copy = copyValues({ plan: child, source: row, keepsNoCopy: q.keepsNoCopy, isOwn: isOwn(child, plan) });
      copy.idx = index + 1;
      return copy;
    });
  }
  return doc;
}

function copyValues(q: {
  plan: DocTypePlan;
  source: Document;
  keepsNoCopy: boolean;
  isOwn(fieldname: string): boolean;
}): Document {
  const doc = newDocument();
  for (const field of q.plan.columns) {
    if (field.isStandard || field.type.secret || NEVER_COPIED.has(field.fieldname)) continue;
    if (!q.keepsNoCopy && (field.field.no_copy || !q.isOwn(field.fieldname))) continue;
    doc[field.fieldname] = q.source[field.fieldname];
  }
  return doc;
}
