/**
 * The document that something hangs on, found with the caller's own right to read it: nothing in this room is
 * read or written before that. And what is told when something on it has changed.
 */
import { noteChange } from '../documents/changes.ts';
import { planOf } from '../documents/context.ts';
import type { Context, WriteContext } from '../documents/contract.ts';
import { readDocument } from '../documents/read.ts';
import { AppError } from '../kernel/error.ts';
import type { DocTypePlan } from '../schema/plan.ts';

export interface Address {
  doctype: string;
  /** Name or id. */
  name: string;
}

export interface Subject {
  plan: DocTypePlan;
  name: string;
  /** Undefined for a Single that nobody has saved, and for what has no table. */
  id: string | undefined;
  owner: string | null;
  modifiedBy: string | null;
  creation: string | null;
  docstatus: number;
}

/** Throws `not_found` when it is not there or not the caller's to see. */
export async function subjectOf(ctx: Context, q: Address): Promise<Subject> {
  const plan = planOf(ctx, q.doctype);
  const fields = plan.storage === 'virtual' ? undefined : IDENTITY;
  const read = await readDocument(ctx, { doctype: plan.name, name: q.name, fields });
  const doc = JSON.parse(read.text) as Partial<Record<string, string | number>>;
  const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    plan,
    name: read.name,
    id: isKept(plan) ? (textOf(doc.id) ?? undefined) : undefined,
    owner: textOf(doc.owner),
    modifiedBy: textOf(doc.modified_by),
    creation: textOf(doc.creation),
    docstatus: Number(doc.docstatus ?? 0),
  };
}

const IDENTITY = ['id', 'name', 'owner', 'modified_by', 'creation', 'docstatus'];

/** The same for a write. Throws `wrong_state` for documents that come from elsewhere: nothing can hang on them. */
export async function subjectForWrite(ctx: WriteContext, q: Address): Promise<Subject> {
  const subject = await subjectOf(ctx, q);
  if (isKept(subject.plan)) return subject;
  throw new AppError(
    'wrong_state',
    `${subject.plan.name} documents are not kept here, so nothing can be hung on them: no comment, tag, like or assignment.`,
  );
}

/** Whether anything can hang on documents of the DocType. */
export function isKept(plan: DocTypePlan): boolean {
  return plan.storage === 'table' || plan.storage === 'single';
}

/** Who has the document open may look again; the document itself is as it was. */
export function noteActivity(ctx: WriteContext, { plan, name }: Pick<Subject, 'plan' | 'name'>): void {
  noteChange(ctx, plan, { name, event: 'activity' });
}

/** Two who hang the same on one document wait for each other: the second sees what the first has done. */
export function lockActivity(ctx: WriteContext, { plan, name }: Subject): void {
  ctx.tx.send({
    name: 'lock_activity',
    text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
    values: [`activity of ${plan.name} ${name}`],
  });
}
