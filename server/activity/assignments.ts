/**
 * Assignments: ToDos about a document. Who may read it assigns it to anybody who may read it too; who it is for, who
 * assigned it and who may write the document change it.
 */
import { asSystem, inTransaction } from '../documents/context.ts';
import type { Context, WriteContext } from '../documents/contract.ts';
import { createDocument } from '../documents/create.ts';
import { updateDocument } from '../documents/update.ts';
import { GUEST } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { mayDo } from '../sharing/rows.ts';
import { mayReadToo, noteConcerned, type PersonOf } from './reach.ts';
import { type Address, lockActivity, noteActivity, type Subject, subjectForWrite, subjectOf } from './subject.ts';
import { prepared, TODO, tableOf, timeSql } from './tables.ts';

export interface Assignment {
  id: string;
  name: string;
  allocated_to: string | null;
  assigned_by: string | null;
  status: 'Open' | 'Closed' | 'Cancelled';
  priority: string | null;
  date: string | null;
  description: string;
  creation: string;
  modified: string;
}

export type AssignmentState = Assignment['status'];

export interface AssignWish extends Address {
  users: readonly string[];
  description?: unknown;
  priority?: unknown;
  date?: unknown;
}

const WHY = 'an assignment of a document that the user may read';
const MOST_ASSIGNED = 50;

/** Newest first, at most 200. Throws `not_found`. */
export async function assignmentsOf(ctx: Context, q: Address & { status?: AssignmentState }): Promise<Assignment[]> {
  return assignmentRows(ctx, await subjectOf(ctx, q), { status: q.status });
}

/** The same for a document that was read already. */
export async function assignmentRows(
  ctx: Context,
  { plan, name }: Subject,
  q: { status?: AssignmentState; key?: string } = {},
): Promise<Assignment[]> {
  if (q.key?.includes('\0')) return [];
  const table = tableOf(ctx, TODO);
  const rows = await (ctx.tx ?? ctx.services.db).query(
    prepared({
      text: `select ${assignmentColumns(ctx)} from ${table.name} t where ${table.isAbout('$1', '$2', 't')}
      and ($3::text is null or t.${table.column('status')} = $3) and ($4::text is null or t.name = $4 or t.id::text = $4)
      order by t.creation desc, t.id desc limit 200`,
      values: [plan.name, name, q.status ?? null, q.key ?? null],
    }),
  );
  return rows as unknown as Assignment[];
}

/** Of an alias `t`. */
export function assignmentColumns(ctx: Context): string {
  const { column } = tableOf(ctx, TODO);
  const plain = ['allocated_to', 'assigned_by', 'status', 'priority'].map((field) => `t.${column(field)} as ${field}`);
  return `t.id::text as id, t.name, ${plain.join(', ')}, t.${column('date')}::text as date,
    coalesce(t.${column('description')}, '') as description, ${timeSql('t.creation')} as creation, ${timeSql('t.modified')} as modified`;
}

/**
 * Assigns to each of the users; who has an open assignment keeps that. Gives the open ones.
 * Throws `validation` for who is not there or may not read the document, `not_found`.
 */
export async function assign(ctx: Context, q: AssignWish, personOf: PersonOf): Promise<Assignment[]> {
  const users = [...new Set(q.users)];
  if (users.length === 0 || users.length > MOST_ASSIGNED)
    throw refusal(`Say to whom: one user or up to ${MOST_ASSIGNED}.`);
  return inTransaction(ctx, async (within) => {
    const subject = await subjectForWrite(within, q);
    for (const user of users) await refuseAssignee(within, { subject, user, personOf });
    lockActivity(within, subject);
    const open = new Set((await assignmentRows(within, subject, { status: 'Open' })).map((each) => each.allocated_to));
    const added = users.filter((user) => !open.has(user));
    for (const user of added) await create(within, { ...q, subject, user });
    noteActivity(within, subject);
    noteConcerned(within, subject, added);
    return assignmentRows(within, subject, { status: 'Open' });
  });
}

/** Closes, cancels or opens it again, or says more of it. Throws `forbidden` for who has no part in it, `not_found`. */
export async function changeAssignment(
  ctx: Context,
  q: Address & { id: string; given: Readonly<Record<string, unknown>> },
): Promise<Assignment> {
  return inTransaction(ctx, async (within) => {
    const subject = await subjectForWrite(within, q);
    const [found] = await assignmentRows(within, subject, { key: q.id });
    if (!found) throw new AppError('not_found', `There is no assignment ${JSON.stringify(q.id.slice(0, 140))} here.`);
    await refuseStranger(within, subject, found);
    await updateDocument(asSystem(within, WHY), { doctype: TODO.doctype, name: found.name, given: q.given });
    noteActivity(within, subject);
    noteConcerned(within, subject, [found.allocated_to]);
    const [changed] = await assignmentRows(within, subject, { key: found.id });
    return changed as Assignment;
  });
}

/** Takes the open assignments of a user back; none is no fault. Throws `forbidden`, `not_found`. */
export async function unassign(ctx: Context, q: Address & { user: string }): Promise<Assignment[]> {
  return inTransaction(ctx, async (within) => {
    const subject = await subjectForWrite(within, q);
    lockActivity(within, subject);
    const open = await assignmentRows(within, subject, { status: 'Open' });
    const theirs = open.filter((each) => each.allocated_to === q.user);
    for (const each of theirs) {
      await refuseStranger(within, subject, each);
      const given = { status: 'Cancelled' };
      await updateDocument(asSystem(within, WHY), { doctype: TODO.doctype, name: each.name, given });
    }
    if (theirs.length > 0) {
      noteActivity(within, subject);
      noteConcerned(within, subject, [q.user]);
    }
    return open.filter((each) => each.allocated_to !== q.user);
  });
}

async function create(ctx: WriteContext, q: AssignWish & { subject: Subject; user: string }): Promise<void> {
  const { subject, user, priority, date } = q;
  const described = typeof q.description === 'string' && q.description.trim() !== '';
  const given = {
    [TODO.typeField]: subject.plan.name,
    [TODO.nameField]: subject.name,
    allocated_to: user,
    assigned_by: ctx.actor.user,
    description: described ? q.description : `${subject.plan.name} ${subject.name}`,
    ...(priority === undefined || priority === '' ? {} : { priority }),
    ...(date === undefined || date === '' ? {} : { date }),
  };
  await createDocument(asSystem(ctx, WHY), { doctype: TODO.doctype, given });
}

async function refuseAssignee(
  ctx: WriteContext,
  q: { subject: Subject; user: string; personOf: PersonOf },
): Promise<void> {
  const { subject, user } = q;
  const person = user === GUEST ? undefined : await q.personOf(user);
  if (!person) throw refusal(`There is no enabled user called ${JSON.stringify(user.slice(0, 140))}.`);
  if (await mayReadToo(ctx, subject, person)) return;
  const { plan, name } = subject;
  const share = JSON.stringify({ doctype: plan.name, name, user });
  throw refusal(
    `${user} may not read ${plan.name} ${name}, so it cannot be assigned to them. Share it first (POST /api/v1/share ${share}), then assign it.`,
    'cannot_read',
  );
}

async function refuseStranger(ctx: WriteContext, subject: Subject, found: Assignment): Promise<void> {
  const { user } = ctx.actor;
  if (found.allocated_to === user || found.assigned_by === user) return;
  if (await mayDo(ctx, { plan: subject.plan, name: subject.name, action: 'write' })) return;
  throw new AppError(
    'forbidden',
    'An assignment is changed by whom it is for, by who assigned it, and by who may write the document.',
  );
}

function refusal(message: string, code = 'bad_assignee'): AppError {
  return new AppError('validation', message, { errors: [{ field: 'users', code, message }] });
}
