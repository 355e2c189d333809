/**
 * A document that was just written, as a read would answer it, without asking the database again: all of
 * it is known where nothing but this write touches it. Where that is not sure, the caller reads.
 */
import { type Document, newDocument, rowsOf, type Value } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { storedTables } from '../schema/stored-tables.ts';
import { accessTo } from './context.ts';
import type { Context, WriteContext } from './contract.ts';
import { type ReadDocument, readDocument } from './read.ts';
import { holdsInMemory } from './rule-in-memory.ts';

/**
 * The answer to a write: from what was written, or read within its transaction. A part of a larger
 * transaction is read, so that what PostgreSQL has against it is heard here and not at the end.
 */
export function answerWritten(
  ctx: WriteContext,
  q: { plan: DocTypePlan; doc: Document; isPart: boolean },
): Promise<ReadDocument> {
  const { plan, doc } = q;
  const known = q.isPart ? undefined : answerKnown(ctx, plan, doc);
  return known ? Promise.resolve(known) : readBack(ctx, plan, doc);
}

/** The answer where all of it is known without asking; undefined where it has to be read. */
export function answerKnown(ctx: WriteContext, plan: DocTypePlan, doc: Document): ReadDocument | undefined {
  if (!isKnown(ctx, plan, doc)) return undefined;
  return {
    // Made when it is asked for: who selects a few fields takes the object.
    get text() {
      return documentText(ctx, plan, doc);
    },
    document: () => presented(ctx, plan, doc),
    name: String(doc.name),
    version: Number(doc._version),
  };
}

/**
 * A written document as its writer may read it: who may write but not read gets its identity only.
 * By its id, which a rename does not change.
 */
export async function readBack(ctx: Context, plan: DocTypePlan, doc: Document): Promise<ReadDocument> {
  try {
    return await readDocument(ctx, { doctype: plan.name, name: String(doc.id) });
  } catch (error) {
    if (!(error instanceof AppError) || !NOT_READABLE.has(error.code)) throw error;
    const name = String(doc.name ?? '');
    return { text: JSON.stringify({ doctype: plan.name, id: doc.id, name }), name, version: Number(doc._version ?? 0) };
  }
}

const NOT_READABLE: ReadonlySet<string> = new Set(['not_found', 'forbidden', 'unauthenticated']);

/** Hooks may write to the document behind our back, and PostgreSQL orders the keys of JSON in its own way. */
function isKnown(ctx: WriteContext, plan: DocTypePlan, doc: Document): boolean {
  const { controllers } = ctx.services;
  if (holdsInMemory(ctx, plan, accessTo(ctx, plan, 'read').rows, doc) !== true) return false;
  if (controllers.of(plan.name).length > 0 || plan.fields.some((field) => field.compute)) return false;
  const children = childPlans(ctx.snapshot, plan);
  if (children.some((child) => accessTo(ctx, child, 'read', plan).rows.kind !== 'all')) return false;
  return [plan, ...children].every((each) => each.columns.every((field) => field.sql?.type !== 'jsonb'));
}

function childPlans(snapshot: Snapshot, plan: DocTypePlan): DocTypePlan[] {
  return storedTables(snapshot, plan).map(({ child }) => child);
}

/** As a read has it, to the letter: the DocType, the columns, then the rows, which json_agg parts with ", ". */
function documentText(ctx: WriteContext, plan: DocTypePlan, doc: Document): string {
  const { canRead } = accessTo(ctx, plan, 'read');
  const members = [JSON.stringify(presentRow({ canRead, plan, row: doc })).slice(1, -1)];
  for (const { field, child } of storedTables(ctx.snapshot, plan)) {
    if (!canRead(field.fieldname)) continue;
    const within = accessTo(ctx, child, 'read', plan);
    const rows = rowsOf(doc, field.fieldname).map((row) =>
      JSON.stringify(presentRow({ canRead: within.canRead, plan: child, row })),
    );
    members.push(`${JSON.stringify(field.fieldname)}:[${rows.join(', ')}]`);
  }
  return `{${members.join(',')}}`;
}

function presented(ctx: WriteContext, plan: DocTypePlan, doc: Document): Document {
  const { canRead } = accessTo(ctx, plan, 'read');
  const answer = presentRow({ canRead, plan, row: doc });
  for (const { field, child } of storedTables(ctx.snapshot, plan)) {
    if (!canRead(field.fieldname)) continue;
    const within = accessTo(ctx, child, 'read', plan);
    answer[field.fieldname] = rowsOf(doc, field.fieldname).map((row) =>
      presentRow({ canRead: within.canRead, plan: child, row }),
    );
  }
  return answer;
}

function presentRow(q: { canRead(fieldname: string): boolean; plan: DocTypePlan; row: Document }): Document {
  const { plan, row } = q;
  const answer = newDocument([['doctype', plan.name]]);
  for (const field of plan.columns)
    if (q.canRead(field.fieldname)) answer[field.fieldname] = presentValue(field, row[field.fieldname]);
  return answer;
}

const MASK = '********';

function presentValue(field: FieldPlan, value: Value | undefined): Value {
  if (field.type.secret) return value ? MASK : null;
  return value ?? null;
}
