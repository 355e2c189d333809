/** The insert itself, for everything that makes a document: create, amend, duplicate, restore. */
import { violatedConstraint } from '../db/errors.ts';
import { type Document, isEmpty } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { isUniqueIndexOf } from '../schema/tables.ts';
import { accessTo } from './context.ts';
import type { Context, WriteContext } from './contract.ts';
import { expectVersion } from './expect-version.ts';
import { namesFiles } from './file-fields.ts';
import { confirmRights } from './rights.ts';
import { INSERT, INSERT_UNHOOKED } from './steps.ts';
import { runSteps, type Write } from './write.ts';

/** The steps of an insert for a document that is accepted already. */
export async function insertDocument(
  ctx: WriteContext,
  q: { plan: DocTypePlan; doc: Document; requestedName?: string },
): Promise<Write> {
  expectVersion(ctx, q.plan);
  const write: Write = {
    ctx,
    plan: q.plan,
    action: 'insert',
    before: undefined,
    doc: q.doc,
    now: toTimestamp(ctx.now),
    defaulted: new Map(),
    requestedName: q.requestedName,
  };
  await runSteps(write, isWatched(ctx, q) ? INSERT : INSERT_UNHOOKED);
  await confirmRights(ctx, { plan: q.plan, doc: write.doc, action: 'create' });
  return write;
}

/** Whether code of apps or a guard looks at it: files go with what names them, and with an amendment. */
function isWatched(ctx: Context, { plan, doc }: { plan: DocTypePlan; doc: Document }): boolean {
  const { controllers, guards } = ctx.services;
  if (controllers.of(plan.name).length > 0 || guards.has(plan.name)) return true;
  return namesFiles(ctx.snapshot, plan, doc) || (plan.isSubmittable && !isEmpty(doc.amended_from));
}

export function refuseChild(plan: DocTypePlan): void {
  if (plan.storage !== 'child') return;
  throw new AppError(
    'wrong_state',
    `${plan.name} rows live in a parent document and are written with it. Write the parent with its rows.`,
  );
}

/** Which field was not unique, in words: the constraint's name says it, the plan (or a child table's) knows it. */
export function explainDuplicate(error: unknown, q: { plan: DocTypePlan; ctx: Context }): unknown {
  const violated = violatedConstraint(error);
  if (violated?.code !== '23505') return error;
  const children = q.plan.tables.map((table) => q.ctx.snapshot.find(table.childDocType as string));
  const plan = [q.plan, ...children].find((candidate) => candidate?.table === violated.table);
  const field = plan?.columns.find(
    (candidate) => candidate.column && isUniqueIndexOf(plan, candidate.column, violated.constraint),
  );
  if (!plan || !field) return error;
  // That somebody has this value is no news for who may not read the field.
  if (!accessTo(q.ctx, plan, 'read', plan === q.plan ? undefined : q.plan).canRead(field.fieldname)) return error;
  const message =
    field.fieldname === 'name'
      ? `A ${plan.name} of this name exists already. Choose another name.`
      : `Another ${plan.name} has the same ${field.label} (${field.fieldname}), which must be unique. Choose another value.`;
  return new AppError('duplicate', message, {
    errors: [{ field: field.fieldname, code: 'duplicate', message }],
    cause: error,
  });
}
