/** Many documents in one request: all or nothing in one transaction, or each on its own. */
import { AppError, errorWithin } from '../kernel/error.ts';
import type { Filter } from '../kernel/filter.ts';
import { isObject } from '../kernel/json.ts';
import { inTransaction } from './context.ts';
import type { Context, GivenDocument, WriteContext } from './contract.ts';
import { createDocument } from './create.ts';
import { lockInOrder } from './lock-order.ts';
import { lockMatching } from './matching.ts';
import { removeDocument } from './remove.ts';
import { cancelDocument, submitDocument } from './transition.ts';
import { updateDocument } from './update.ts';

export type BulkAction = 'insert' | 'update' | 'delete' | 'submit' | 'cancel';

const ACTIONS: readonly BulkAction[] = ['insert', 'update', 'delete', 'submit', 'cancel'];
const MAX_DOCUMENTS = 1000;

export interface BulkWish {
  doctype: string;
  action: string;
  docs?: unknown;
  /** Instead of `docs`: every document that matches, with `data` for updates. */
  filter?: Filter;
  data?: unknown;
  atomic: boolean;
}

export interface BulkResult {
  /** The document's name, when it is known. */
  name: string | null;
  ok: boolean;
  /** The written document as JSON text. */
  text?: string;
  error?: unknown;
}

/** A result per document, in order. Atomic: throws the first error, and nothing is written. */
export async function bulkDocuments(ctx: Context, q: BulkWish): Promise<BulkResult[]> {
  const action = ACTIONS.find((known) => known === q.action);
  if (!action)
    throw new AppError(
      'bad_request',
      `action must be one of ${ACTIONS.join(', ')}; it is ${JSON.stringify(q.action)?.slice(0, 80)}.`,
    );
  const each = q.atomic ? eachInTurn : eachOnItsOwn;
  return inTransaction(ctx, async (within) => each(within, q.doctype, action, await itemsOf(within, q, action)));
}

async function itemsOf(ctx: WriteContext, q: BulkWish, action: BulkAction): Promise<GivenDocument[]> {
  if (q.filter) {
    if (action === 'insert') throw new AppError('bad_request', 'insert takes docs, not filters.');
    if (action === 'update' && !isObject(q.data))
      throw new AppError('bad_request', 'data must be an object with the fields to set.');
    const { doctype, filter } = q;
    const right = action === 'update' ? 'write' : action;
    const found = await lockMatching(ctx, { doctype, filter, action: right, most: MAX_DOCUMENTS });
    refuseTooMany(found.length);
    return found.map((name) => ({ ...(isObject(q.data) ? q.data : {}), name }));
  }
  if (!Array.isArray(q.docs))
    throw new AppError('bad_request', 'docs must be a list of documents (or give filters and data).');
  refuseTooMany(q.docs.length);
  const items = q.docs.map((doc, index) => {
    if (typeof doc === 'string' && action !== 'insert') return { name: doc };
    if (!isObject(doc)) throw new AppError('bad_request', `docs[${index}] must be an object.`);
    return doc;
  });
  if (action === 'insert') return items;
  const keys = items.map(keyOf).filter((key) => typeof key === 'string');
  await lockInOrder(ctx, [{ doctype: q.doctype, action: action === 'update' ? 'write' : action, keys }]);
  return items;
}

function keyOf(item: GivenDocument): unknown {
  return item.name ?? item.id;
}

function refuseTooMany(count: number): void {
  if (count > MAX_DOCUMENTS)
    throw new AppError(
      'bad_request',
      `At most ${MAX_DOCUMENTS} documents go in one request; these are ${count > MAX_DOCUMENTS + 1 ? count : 'more'}. Send them in parts.`,
    );
}

async function eachInTurn(
  ctx: Context,
  doctype: string,
  action: BulkAction,
  items: readonly GivenDocument[],
): Promise<BulkResult[]> {
  const results: BulkResult[] = [];
  for (const [index, item] of items.entries()) {
    try {
      results.push(await one(ctx, doctype, action, item));
    } catch (error) {
      throw error instanceof AppError ? errorWithin(error, `docs[${index}]`) : error;
    }
  }
  return results;
}

/** One transaction still, each document in a part of its own: what fails leaves the others. */
async function eachOnItsOwn(
  ctx: WriteContext,
  doctype: string,
  action: BulkAction,
  items: readonly GivenDocument[],
): Promise<BulkResult[]> {
  const results: BulkResult[] = [];
  for (const item of items) {
    try {
      results.push(await ctx.tx.savepoint(() => one(ctx, doctype, action, item)));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      results.push({ name: typeof item.name === 'string' ? item.name : null, ok: false, error });
    }
  }
  return results;
}

async function one(ctx: Context, doctype: string, action: BulkAction, item: GivenDocument): Promise<BulkResult> {
  if (action === 'insert') {
    const made = await createDocument(ctx, { doctype, given: item });
    return { name: made.name, ok: true, text: made.text };
  }
  const key = keyOf(item);
  if (typeof key !== 'string')
    throw new AppError('validation', 'name is missing: it says which document is meant.', {
      errors: [{ field: 'name', code: 'required', message: 'name is missing' }],
    });
  const version = typeof item._version === 'number' ? item._version : undefined;
  if (action === 'delete') {
    await removeDocument(ctx, { doctype, name: key, version });
    return { name: key, ok: true };
  }
  if (action === 'submit' || action === 'cancel') {
    const done = await (action === 'submit' ? submitDocument : cancelDocument)(ctx, { doctype, name: key, version });
    return { name: done.name, ok: true, text: done.text };
  }
  const done = await updateDocument(ctx, { doctype, name: key, given: item, version });
  return { name: done.name, ok: true, text: done.text };
}
