/** The insert itself, for everything that makes a document: create, amend, duplicate, restore. */
import { violatedConstraint } from '../db/errors.ts';
import type { Document } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { identifier } from '../kernel/names.ts';
import { toTimestamp } from '../kernel/time.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';
import type { WriteContext } from './contract.ts';
import { expectVersion } from './expect-version.ts';
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
  await runSteps(write, ctx.services.controllers.of(q.plan.name).length > 0 ? INSERT : INSERT_UNHOOKED);
  return write;
}

export function refuseChild(plan: DocTypePlan): void {
  if (plan.storage !== 'child') return;
  throw new AppError(
    'wrong_state',
    `${plan.name} rows live in a parent document and are written with it. Write the parent with its rows.`,
  );
}

/** Which field was not unique, in words: the constraint's name says it, the plan (or a child table's) knows it. */
export function explainDuplicate(error: unknown, q: { plan: DocTypePlan; snapshot: Snapshot }): unknown {
  const violated = violatedConstraint(error);
  if (violated?.code !== '23505') return error;
  const children = q.plan.tables.map((table) => q.snapshot.find(table.childDocType as string));
  const plan = [q.plan, ...children].find((candidate) => candidate?.table === violated.table);
  const field = plan?.columns.find(
    (candidate) => candidate.column && identifier(plan.table, candidate.column, 'key') === violated.constraint,
  );
  if (!plan || !field) return error;
  const message =
    field.fieldname === 'name'
      ? `A ${plan.name} of this name exists already. Choose another name.`
      : `Another ${plan.name} has the same ${field.label} (${field.fieldname}), which must be unique. Choose another value.`;
  return new AppError('duplicate', message, {
    errors: [{ field: field.fieldname, code: 'duplicate', message }],
    cause: error,
  });
}
