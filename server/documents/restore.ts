/** Back from the recycle bin: the document is made again with its values, rows and, if free, its name. */
import { quote } from '../db/rows.ts';
import { type Document, newDocument, rowsOf } from '../kernel/document.ts';
import { AppError, type ErrorCode } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { noteSome } from './changes.ts';
import { accessTo, inTransaction, permit, planOf } from './context.ts';
import type { Context, WriteContext } from './contract.ts';
import { customizeSchema } from './customize.ts';
import { askGuards } from './guard.ts';
import { resolveLinks } from './links.ts';
import { toDocument } from './load.ts';
import { readBack } from './present.ts';
import type { ReadDocument } from './read.ts';
import { confirmRights } from './rights.ts';
import { storeDocument } from './store-rows.ts';
import { placeInTree } from './tree.ts';
import type { Write } from './write.ts';

/** Throws `not_found` when nothing of that name was deleted, `duplicate` when the name is in use again. */
export async function restoreDocument(ctx: Context, q: { doctype: string; name: string }): Promise<ReadDocument> {
  const plan = planOf(ctx, q.doctype);
  permit(ctx, plan, 'create');
  const seesAll = READING.every((action) => accessTo(ctx, plan, action).rows.kind === 'all');
  const restored = inTransaction(ctx, async (within) => {
    const deleted = await findDeleted(within, plan, q.name);
    await refuseTaken(within, plan, String(deleted.data.name));
    const doc = restorable(within, plan, deleted.data);
    const write: Write = {
      ctx: within,
      plan,
      action: 'insert',
      before: undefined,
      doc,
      now: toTimestamp(ctx.now),
      defaulted: new Map(),
    };
    await resolveLinks(write);
    await askGuards(write, 'check', { isRestored: true });
    await placeInTree(write);
    storeDocument(write);
    await askGuards(write, 'stored', { isRestored: true });
    await askGuards(write, 'restored');
    await customizeSchema(write);
    const bin = within.snapshot.find('Deleted Document');
    if (bin) noteSome(within, bin);
    within.tx.send({
      text: 'update deleted_document set restored = true, new_name = $1 where id = $2::uuid',
      values: [String(doc.name), deleted.id],
    });
    await confirmRights(within, { plan, doc, action: 'create' });
    await confirmRights(within, { plan, doc, action: 'read' });
    return readBack(within, plan, doc);
  });
  return restored.catch((error: unknown) => {
    // What was deleted and is out of reach was never there. Why it does not come back (a link that is gone, a
    // name that is taken) is told to those only who see every document: it might be one of another's.
    const isTold =
      !(error instanceof AppError) || (error.code !== 'forbidden' && (seesAll || !TELLING.has(error.code)));
    throw isTold ? error : nothingDeleted(plan, q.name);
  });
}

const READING = ['create', 'read'] as const;
const TELLING: ReadonlySet<ErrorCode> = new Set(['validation', 'duplicate', 'linked', 'wrong_state']);

async function findDeleted(
  ctx: WriteContext,
  plan: DocTypePlan,
  name: string,
): Promise<{ id: string; data: Document }> {
  const [row] = await ctx.tx.query({
    text: `select id, data from deleted_document where deleted_doctype = $1 and (deleted_name = $2 or data->>'id' = $2) and not restored
      order by creation desc, id desc limit 1 for update`,
    values: [plan.name, name],
  });
  if (!row) throw nothingDeleted(plan, name);
  return { id: String(row.id), data: toDocument(row.data as Record<string, unknown>) };
}

function nothingDeleted(plan: DocTypePlan, name: string): AppError {
  return new AppError(
    'not_found',
    `No deleted ${plan.name} called ${JSON.stringify(name.slice(0, 140))} can be restored.`,
  );
}

async function refuseTaken(ctx: WriteContext, plan: DocTypePlan, name: string): Promise<void> {
  const [taken] = await ctx.tx.query({ text: `select 1 from ${quote(plan.table)} where name = $1`, values: [name] });
  if (taken)
    throw new AppError(
      'duplicate',
      `${plan.name} ${name} exists again, so the deleted one cannot take its name back. Rename that one first.`,
    );
}

/** The values that the DocType still knows; identity and times stay as they were, the version goes on. */
function restorable(ctx: WriteContext, plan: DocTypePlan, data: Document): Document {
  const doc = pick(plan, data);
  doc.modified = toTimestamp(ctx.now);
  doc.modified_by = ctx.actor.user;
  doc._version = Number(data._version ?? 0) + 1;
  for (const table of plan.tables) {
    const child = ctx.snapshot.find(table.childDocType as string);
    doc[table.fieldname] = child ? rowsOf(data, table.fieldname).map((row) => pick(child, row)) : [];
  }
  return doc;
}

function pick(plan: DocTypePlan, data: Document): Document {
  return newDocument(plan.columns.map((field) => [field.fieldname, data[field.fieldname] ?? null] as const));
}
