/**
 * Documents as Frappe's clients read and save them, over the same operations as every other edge. A
 * docstatus that is saved submits or cancels, as in Frappe.
 */
import { movedOn } from '../../documents/accept.ts';
import { accessFor, inTransaction, planOf } from '../../documents/context.ts';
import type { Context } from '../../documents/contract.ts';
import { createDocument } from '../../documents/create.ts';
import { parseDocument } from '../../documents/load.ts';
import { type ReadDocument, readDocument } from '../../documents/read.ts';
import { cancelDocument, submitDocument } from '../../documents/transition.ts';
import { updateDocument } from '../../documents/update.ts';
import { CANCELLED, type Document, DRAFT, SUBMITTED } from '../../kernel/document.ts';
import { AppError } from '../../kernel/error.ts';
import type { DocTypePlan } from '../../schema/plan.ts';
import { cleanDocument } from './given.ts';
import { type FrappeDocument, type Nulls, toFrappeDocument } from './values.ts';

export interface Saved {
  document: FrappeDocument;
  name: string;
  /** For the developer: the keys that were dropped. */
  notes: string[];
}

export interface SaveWish {
  doctype: string;
  given: Readonly<Record<string, unknown>>;
  nulls: Nulls;
}

/** One document. `expandLinks` puts the documents that it links to in the place of their names. */
export async function getAsFrappe(
  ctx: Context,
  q: { doctype: string; name: string; nulls: Nulls; expandLinks?: boolean },
): Promise<FrappeDocument> {
  const plan = planOf(ctx, q.doctype);
  const expand = q.expandLinks ? expandable(ctx, plan) : undefined;
  const read = await readDocument(ctx, { doctype: plan.name, name: q.name, expand });
  return shown(ctx, plan, read, q.nulls);
}

/** Creates it; with docstatus 1 it is submitted in the same transaction. */
export async function insertAsFrappe(ctx: Context, q: SaveWish): Promise<Saved> {
  const plan = planOf(ctx, q.doctype);
  const { given, docstatus, dropped } = cleanDocument(ctx, { plan, given: q.given, isNew: true });
  if (docstatus === CANCELLED) throw wrongTransition('A new document cannot be cancelled. Save it as a draft.');
  if (docstatus !== SUBMITTED || !plan.isSubmittable)
    return saved({ ctx, plan, q, dropped, read: await createDocument(ctx, { doctype: plan.name, given }) });
  const read = await inTransaction(ctx, async (within) => {
    const made = await createDocument(within, { doctype: plan.name, given });
    return submitDocument(within, { doctype: plan.name, name: made.name });
  });
  return saved({ ctx, plan, q, dropped, read });
}

/** Merges what is given into the stored document, and moves it on when docstatus says so. */
export async function updateAsFrappe(ctx: Context, q: SaveWish & { name: string }): Promise<Saved> {
  const plan = planOf(ctx, q.doctype);
  const { given, docstatus, dropped } = cleanDocument(ctx, { plan, given: q.given, isNew: false });
  const wish = { doctype: plan.name, name: q.name, given };
  const read =
    docstatus === undefined || !plan.isSubmittable
      ? await updateDocument(ctx, wish)
      : await inTransaction(ctx, (within) => moveOn(within, { ...wish, plan, docstatus }));
  return saved({ ctx, plan, q, dropped, read });
}

/** A document that the client has: new ones are inserted. Throws `bad_request` without a DocType. */
export function saveAsFrappe(ctx: Context, q: SaveWish): Promise<Saved> {
  const { name, __islocal } = q.given;
  const isNew = typeof name !== 'string' || name === '' || (__islocal !== undefined && Boolean(__islocal));
  return isNew ? insertAsFrappe(ctx, q) : updateAsFrappe(ctx, { ...q, name });
}

/** The DocType that a document says it is of. */
export function doctypeOf(given: Readonly<Record<string, unknown>>): string {
  const { doctype } = given;
  if (typeof doctype === 'string' && doctype !== '') return doctype;
  const message = 'doctype is missing: the document must say what it is, as {"doctype": "Task", …}.';
  throw new AppError('bad_request', message, {
    errors: [{ field: 'doctype', code: 'required_argument', message }],
  });
}

export function shown(ctx: Context, plan: DocTypePlan, read: ReadDocument, nulls: Nulls): FrappeDocument {
  const document = JSON.parse(read.text) as FrappeDocument;
  return toFrappeDocument({ snapshot: ctx.snapshot, plan, document, nulls });
}

function saved(q: {
  ctx: Context;
  plan: DocTypePlan;
  q: SaveWish;
  dropped: readonly string[];
  read: ReadDocument;
}): Saved {
  const { dropped, plan } = q;
  const notes =
    dropped.length === 0 ? [] : [`${plan.name} has no such fields, they were left out: ${shortList(dropped)}`];
  return { document: shown(q.ctx, plan, q.read, q.q.nulls), name: q.read.name, notes };
}

const MOST_NAMED = 30;

function shortList(names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return names.slice(0, MOST_NAMED).join(', ') + more;
}

interface Move {
  doctype: string;
  name: string;
  given: Readonly<Record<string, unknown>>;
  plan: DocTypePlan;
  docstatus: number;
}

async function moveOn(ctx: Context, q: Move): Promise<ReadDocument> {
  const { doctype, name } = q;
  const stored = parseDocument((await readDocument(ctx, { doctype, name })).text);
  const from = Number(stored.docstatus);
  if (from === q.docstatus) return updateDocument(ctx, q);
  if (from === DRAFT && q.docstatus === SUBMITTED) {
    const isChange = Object.keys(q.given).some((key) => q.plan.byName.get(key)?.isStandard !== true);
    const version = isChange
      ? (await updateDocument(ctx, q)).version
      : refuseMovedOn({ plan: q.plan, stored, given: q.given, now: ctx.now });
    return submitDocument(ctx, { doctype, name, version });
  }
  if (from === SUBMITTED && q.docstatus === CANCELLED) {
    // A cancelled document keeps what it had, whatever else is sent with it.
    const version = refuseMovedOn({ plan: q.plan, stored, given: q.given, now: ctx.now });
    return cancelDocument(ctx, { doctype, name, version });
  }
  throw wrongTransition(
    `A document goes from draft (0) to submitted (1) to cancelled (2), not from ${from} to ${q.docstatus}.`,
  );
}

/** The stored version, when the client has seen it. Throws `conflict`. */
function refuseMovedOn(q: {
  plan: DocTypePlan;
  stored: Document;
  given: Readonly<Record<string, unknown>>;
  now: number;
}): number {
  const { given, stored } = q;
  const field = q.plan.byName.get('modified');
  const seen =
    given.modified === undefined ? undefined : field?.type.coerce(given.modified, field.field, { now: q.now });
  const isOther = seen !== undefined && !('value' in seen && seen.value === stored.modified);
  if (isOther || (given._version !== undefined && Number(given._version) !== stored._version)) throw movedOn(stored);
  return Number(stored._version);
}

function wrongTransition(message: string): AppError {
  return new AppError('wrong_state', message, { errors: [{ field: 'docstatus', code: 'docstatus', message }] });
}

/** Links to DocTypes with documents that the caller may read; others keep the name. */
function expandable(ctx: Context, plan: DocTypePlan): string[] {
  const access = accessFor(ctx, 'read');
  return plan.links.flatMap((field) => {
    if (!field.link || !('doctype' in field.link) || !access(plan).canRead(field.fieldname)) return [];
    const target = ctx.snapshot.find(field.link.doctype);
    return target && target.storage === 'table' && access(target).allowed ? [field.fieldname] : [];
  });
}
