/** The stored document for a write: locked until the transaction ends, secrets as they are stored. */
import type { Action } from '../access/decide.ts';
import { type Document, newDocument, type Value } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { documentStatement } from '../query/document.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { accessFor, accessTo, forbidden } from './context.ts';
import type { WriteContext } from './contract.ts';
import { expectVersion } from './expect-version.ts';

/** Throws `not_found` for what is not there, or not the actor's to see. */
export async function loadForWrite(q: {
  ctx: WriteContext;
  plan: DocTypePlan;
  name: string;
  action: Action;
  /** No row is added or removed: then an edit that renames their table field is no danger to them. */
  keepsRows?: boolean;
}): Promise<Document> {
  const document = await findForWrite(q);
  if (document) return document;
  throw (await isVisible(q)) ? forbidden(q.ctx, q.plan, q.action, q.name) : notFound(q.plan, q.name);
}

/** Whether the actor may know of a document that he may not have for what he wants to do. */
async function isVisible(q: { ctx: WriteContext; plan: DocTypePlan; name: string; action: Action }): Promise<boolean> {
  const { ctx, plan } = q;
  if (q.action === 'read' || accessTo(ctx, plan, q.action).rows.kind === 'all') return false;
  const access = accessFor(ctx, 'read', plan);
  const wish = { snapshot: ctx.snapshot, plan, access, key: q.name, fields: ['name'], now: ctx.now };
  return accessTo(ctx, plan, 'read').allowed && (await ctx.tx.query(documentStatement(wish))).length > 0;
}

export async function findForWrite(q: {
  ctx: WriteContext;
  plan: DocTypePlan;
  name: string;
  action: Action;
  /** No row is added or removed: then an edit that renames their table field is no danger to them. */
  keepsRows?: boolean;
}): Promise<Document | undefined> {
  const { ctx, plan } = q;
  if (q.keepsRows !== true) expectVersion(ctx, plan);
  const statement = documentStatement({
    snapshot: ctx.snapshot,
    plan,
    access: accessFor(ctx, q.action, plan),
    key: q.name,
    lock: 'update',
    purpose: 'write',
  });
  let [row] = await ctx.tx.query(statement);
  // We waited for another writer: the children were read before the wait, so read again under the lock.
  if (row?.stale === true) [row] = await ctx.tx.query(statement);
  return row && parseDocument(row.doc as string);
}

/** As it stands, not locked: for a write that makes sure that it still stands so. */
export async function findAsStored(ctx: WriteContext, plan: DocTypePlan, key: string): Promise<Document | undefined> {
  const access = accessFor(ctx, 'write', plan);
  const [row] = await ctx.tx.query(
    documentStatement({ snapshot: ctx.snapshot, plan, access, key, purpose: 'write', now: ctx.now }),
  );
  return row && parseDocument(row.doc as string);
}

/** JSON text of a document as a Document: no object in it inherits anything. */
export function parseDocument(text: string): Document {
  return toDocument(JSON.parse(text) as Record<string, unknown>);
}

export function toDocument(value: Readonly<Record<string, unknown>>): Document {
  const document = newDocument();
  for (const key of Object.keys(value)) {
    const item = value[key];
    document[key] = Array.isArray(item)
      ? item.map((row) => (isObject(row) ? toDocument(row) : row))
      : (item as Document[string]);
  }
  return document;
}

/** A copy down to its last value: what steps and hooks do to the one is seen beside the other. */
export function cloneDocument(document: Document): Document {
  const copy = newDocument();
  for (const key of Object.keys(document)) {
    const value = document[key];
    copy[key] = typeof value === 'object' && value !== null ? cloneValue(value) : value;
  }
  return copy;
}

function cloneValue(value: Value | undefined): Value | undefined {
  if (Array.isArray(value)) return value.map((item) => cloneValue(item as Value));
  return isObject(value) ? cloneDocument(value as Document) : value;
}

export function notFound(plan: DocTypePlan, name: string): AppError {
  return new AppError('not_found', `There is no ${plan.name} called ${JSON.stringify(name.slice(0, 140))}.`);
}
