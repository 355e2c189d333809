/** Likes: who may read a document says so once, and takes back what is their own. */
import { asSystem, inTransaction } from '../documents/context.ts';
import type { Context, WriteContext } from '../documents/contract.ts';
import { createDocument } from '../documents/create.ts';
import { removeDocument } from '../documents/remove.ts';
import { type Address, lockActivity, noteActivity, type Subject, subjectForWrite } from './subject.ts';
import { LIKE, prepared, tableOf } from './tables.ts';

export interface Likes {
  /** Whether the caller does. */
  liked: boolean;
  count: number;
  /** The newest, at most 100. */
  users: string[];
}

const WHY = 'a like of a document that the user may read';
const MOST_SHOWN = 100;

/** Of a document that was read already. */
export async function likesOf(ctx: Context, { plan, name }: Subject): Promise<Likes> {
  const table = tableOf(ctx, LIKE);
  const user = table.column('user');
  const [row] = await (ctx.tx ?? ctx.services.db).query(
    prepared({
      text: `select count(*)::int as count, coalesce(bool_or(l.${user} = $3), false) as liked,
        coalesce((array_agg(l.${user} order by l.creation desc, l.id desc))[1:${MOST_SHOWN}], '{}') as users
      from ${table.name} l where ${table.isAbout('$1', '$2', 'l')}`,
      values: [plan.name, name, ctx.actor.user],
    }),
  );
  return row as unknown as Likes;
}

/** Repeating it changes nothing. Throws `not_found` for a document that the caller may not read. */
export async function setLike(ctx: Context, q: Address & { likes: boolean }): Promise<Likes> {
  return inTransaction(ctx, async (within) => {
    const subject = await subjectForWrite(within, q);
    lockActivity(within, subject);
    const mine = await myLikes(within, subject);
    if (q.likes !== mine.length > 0) {
      if (q.likes) await like(within, subject);
      for (const name of mine) await removeDocument(asSystem(within, WHY), { doctype: LIKE.doctype, name, hard: true });
      noteActivity(within, subject);
    }
    return likesOf(within, subject);
  });
}

async function like(ctx: WriteContext, { plan, name }: Subject): Promise<void> {
  const given = { user: ctx.actor.user, [LIKE.typeField]: plan.name, [LIKE.nameField]: name };
  await createDocument(asSystem(ctx, WHY), { doctype: LIKE.doctype, given });
}

async function myLikes(ctx: WriteContext, { plan, name }: Subject): Promise<string[]> {
  const table = tableOf(ctx, LIKE);
  const rows = await ctx.tx.query(
    prepared({
      text: `select l.name from ${table.name} l where ${table.isAbout('$1', '$2', 'l')} and l.${table.column('user')} = $3`,
      values: [plan.name, name, ctx.actor.user],
    }),
  );
  return rows.map((row) => String(row.name));
}
