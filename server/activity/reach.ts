/** Whether others may read a document: asked with their own rights, before something is put before them; and who is told. */
import { noteChange } from '../documents/changes.ts';
import type { Context, WriteContext } from '../documents/contract.ts';
import type { Actor } from '../kernel/actor.ts';
import { CONCERNED } from '../kernel/changes.ts';
import { mayDo } from '../sharing/rows.ts';
import { type Address, type Subject, subjectOf } from './subject.ts';

/** Who somebody is, with their rights; undefined when there is no such enabled user. */
export type PersonOf = (user: string) => Promise<Actor | undefined>;

export async function mayReadToo(ctx: Context, { plan, name }: Subject, person: Actor): Promise<boolean> {
  return mayDo({ ...ctx, actor: person }, { plan, name, action: 'read' });
}

/** Those of the users for whom the document is not there: a mention does not reach them. */
export async function cannotRead(
  ctx: Context,
  q: Address & { users: readonly string[]; personOf: PersonOf },
): Promise<string[]> {
  if (q.users.length === 0) return [];
  const subject = await subjectOf(ctx, q);
  const blind: string[] = [];
  for (const user of q.users) {
    const person = await q.personOf(user);
    if (!person || !(await mayReadToo(ctx, subject, person))) blind.push(user);
  }
  return blind;
}

/** They have something to look at, or something less, once this is committed: their windows ask then what it is. */
export function noteConcerned(
  ctx: WriteContext,
  { plan }: Pick<Subject, 'plan'>,
  users: Iterable<string | null>,
): void {
  const about = plan.tenancy === undefined ? { name: CONCERNED } : { name: CONCERNED, tenancy: plan.tenancy };
  for (const name of new Set(users)) if (name) noteChange(ctx, about, { name, event: 'activity' });
}

/** The same of a comment, to those whom it reaches. */
export async function noteMentioned(
  ctx: WriteContext,
  subject: Subject,
  { users, personOf }: { users: readonly string[]; personOf: PersonOf },
): Promise<void> {
  const reached: string[] = [];
  for (const user of users) {
    const person = await personOf(user);
    if (person && (await mayReadToo(ctx, subject, person))) reached.push(user);
  }
  noteConcerned(ctx, subject, reached);
}
