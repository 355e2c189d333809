/** Comments on a document: who may read it reads and writes them; one's own are changed, a System Manager deletes any. */
import { asSystem, inTransaction } from '../documents/context.ts';
import type { Context, WriteContext } from '../documents/contract.ts';
import { createDocument } from '../documents/create.ts';
import { removeDocument } from '../documents/remove.ts';
import { updateDocument } from '../documents/update.ts';
import { sanitizeHtml } from '../fieldtypes/sanitize.ts';
import { AppError } from '../kernel/error.ts';
import { isManager } from '../rights/grants.ts';
import { mentionedUsers } from './mentions.ts';
import { beforeSql, cut, type PageWish, type Place, placeBefore } from './page.ts';
import { type Face, facesOf } from './people.ts';
import { noteMentioned, type PersonOf } from './reach.ts';
import { type Address, noteActivity, type Subject, subjectForWrite, subjectOf } from './subject.ts';
import { COMMENT, plainTable, prepared, tableOf, timeSql } from './tables.ts';

export interface Comment {
  id: string;
  name: string;
  by: string;
  /** Sanitised HTML. */
  content: string;
  creation: string;
  modified: string;
  is_edited: boolean;
  mentions: string[];
  may_edit: boolean;
  may_delete: boolean;
}

export interface CommentPage {
  items: Comment[];
  next: string | null;
  total: number;
  users: Record<string, Face>;
}

const LONGEST = 50_000;
const WHY = 'a comment on a document that the user may read';

/** Newest first. Throws `not_found` for a document that the caller may not read. */
export async function commentsOf(ctx: Context, q: Address & PageWish): Promise<CommentPage> {
  return commentPage(ctx, await subjectOf(ctx, q), q);
}

/** The same for a document that was read already. */
export async function commentPage(ctx: Context, subject: Subject, q: PageWish): Promise<CommentPage> {
  const { items: rows, next } = cut(await commentRows(ctx, subject, q), q.limit);
  const items = rows.map((row) => shown(ctx, row));
  const users = await facesOf(
    ctx,
    items.flatMap((item) => [item.by, ...item.mentions]),
  );
  return { items, next, total: rows[0]?.total ?? 0, users };
}

/** Throws `validation` for an empty or overlong text, `not_found`. */
export async function addComment(
  ctx: Context,
  q: Address & { content: unknown },
  personOf: PersonOf,
): Promise<Comment> {
  return inTransaction(ctx, async (within) => {
    const subject = await subjectForWrite(within, q);
    const content = acceptContent(q.content);
    const made = await createDocument(asSystem(within, WHY), {
      doctype: COMMENT.doctype,
      given: {
        comment_type: 'Comment',
        [COMMENT.typeField]: subject.plan.name,
        [COMMENT.nameField]: subject.name,
        content,
        mentions: await mentionRows(within, content),
      },
    });
    noteActivity(within, subject);
    const comment = await findComment(within, subject, made.name);
    await noteMentioned(within, subject, { users: comment.mentions, personOf });
    return comment;
  });
}

/** Throws `forbidden` for another's comment, `not_found` for one that does not hang on this document. */
export async function editComment(
  ctx: Context,
  q: Address & { id: string; content: unknown },
  personOf: PersonOf,
): Promise<Comment> {
  return inTransaction(ctx, async (within) => {
    const subject = await subjectForWrite(within, q);
    const { name, by, mentions: before } = await findComment(within, subject, q.id);
    if (by !== within.actor.user) throw new AppError('forbidden', 'Only who wrote a comment may change it.');
    const content = acceptContent(q.content);
    const given = { content, mentions: await mentionRows(within, content) };
    await updateDocument(asSystem(within, WHY), { doctype: COMMENT.doctype, name, given });
    noteActivity(within, subject);
    const comment = await findComment(within, subject, name);
    await noteMentioned(within, subject, { users: [...before, ...comment.mentions], personOf });
    return comment;
  });
}

/** For good. Throws as editComment; a System Manager who may read the document may delete every comment on it. */
export async function removeComment(ctx: Context, q: Address & { id: string }, personOf: PersonOf): Promise<void> {
  await inTransaction(ctx, async (within) => {
    const subject = await subjectForWrite(within, q);
    const { name, may_delete, mentions: users } = await findComment(within, subject, q.id);
    if (!may_delete) throw new AppError('forbidden', 'Only who wrote a comment, or a System Manager, may delete it.');
    await removeDocument(asSystem(within, WHY), { doctype: COMMENT.doctype, name, hard: true });
    noteActivity(within, subject);
    await noteMentioned(within, subject, { users, personOf });
  });
}

/** On which document a comment is, which says nothing yet of who may read that. Throws `not_found`. */
export async function commentPlace(ctx: Context, key: string): Promise<Address> {
  const table = tableOf(ctx, COMMENT);
  const [row] = key.includes('\0')
    ? []
    : await (ctx.tx ?? ctx.services.db).query(
        prepared({
          text: `select c.${table.column(COMMENT.typeField)} as doctype, c.${table.column(COMMENT.nameField)} as name
          from ${table.name} c where c.name = $1 and c.${table.column(COMMENT.nameField)} is not null`,
          values: [key],
        }),
      );
  if (!row) throw noComment(key);
  try {
    const { plan, name } = await subjectOf(ctx, row as unknown as Address);
    return { doctype: plan.name, name };
  } catch (error) {
    // What hangs on a document that the caller may not read is not there either, by the same words.
    throw error instanceof AppError ? noComment(key) : error;
  }
}

function noComment(key: string): AppError {
  return new AppError('not_found', `There is no comment ${JSON.stringify(key.slice(0, 140))}.`);
}

interface Row extends Place {
  name: string;
  by: string;
  content: string | null;
  modified: string;
  version: number;
  mentions: string[];
  total: number;
}

/** One more than the page has; `total` is of all. */
async function commentRows(ctx: Context, { plan, name }: Subject, q: PageWish): Promise<Row[]> {
  const table = tableOf(ctx, COMMENT);
  const values: (string | number | null)[] = [plan.name, name, q.limit + 1];
  const before = beforeSql('c', placeBefore(q.before), values);
  const isOne = `${table.isAbout('$1', '$2', 'c')} and c.${table.column('comment_type')} = 'Comment'`;
  const rows = await (ctx.tx ?? ctx.services.db).query(
    prepared({
      text: `select ${columnsSql(ctx)}, (select count(*)::int from ${table.name} c where ${isOne}) as total
      from ${table.name} c where ${isOne}${before} order by c.creation desc, c.id desc limit $3`,
      values,
    }),
  );
  return rows as unknown as Row[];
}

/** Of an alias `c`. */
export function columnsSql(ctx: Context): string {
  const mention = plainTable(ctx, 'Comment Mention');
  const { column } = tableOf(ctx, COMMENT);
  const users = `select json_agg(m.${mention.column('user')} order by m.idx) from ${mention.name} m where m.parent_id = c.id`;
  return `c.id::text as id, c.name, c.owner as by, c.${column('content')} as content, ${timeSql('c.creation')} as at,
    ${timeSql('c.modified')} as modified, c._version::int as version, coalesce((${users}), '[]'::json) as mentions`;
}

async function findComment(ctx: WriteContext, subject: Subject, key: string): Promise<Comment> {
  const table = tableOf(ctx, COMMENT);
  const [row] = key.includes('\0')
    ? []
    : await ctx.tx.query(
        prepared({
          text: `select ${columnsSql(ctx)}, 0 as total from ${table.name} c
          where ${table.isAbout('$1', '$2', 'c')} and (c.name = $3 or c.id::text = $3) and c.${table.column('comment_type')} = 'Comment'`,
          values: [subject.plan.name, subject.name, key],
        }),
      );
  if (row) return shown(ctx, row as unknown as Row);
  throw noComment(key);
}

function shown(ctx: Context, row: Row): Comment {
  const isOwn = row.by === ctx.actor.user;
  return {
    id: row.id,
    name: row.name,
    by: row.by,
    content: row.content ?? '',
    creation: row.at,
    modified: row.modified,
    is_edited: row.version > 1,
    mentions: row.mentions,
    may_edit: isOwn,
    may_delete: isOwn || isManager(ctx.actor),
  };
}

async function mentionRows(ctx: WriteContext, content: string): Promise<{ user: string }[]> {
  return (await mentionedUsers(ctx, content)).map((user) => ({ user }));
}

/** As it will be stored: something must be left to see when what runs is taken away. */
function acceptContent(given: unknown): string {
  const refuse = (message: string) =>
    new AppError('validation', message, { errors: [{ field: 'content', code: 'bad_comment', message }] });
  if (typeof given !== 'string') throw refuse('content must be a text, plain or HTML.');
  if (given.length > LONGEST)
    throw refuse(`A comment has at most ${LONGEST} characters; this one has ${given.length}. Attach a file instead.`);
  if (given.includes('\0')) throw refuse('A comment cannot contain the character U+0000.');
  const clean = sanitizeHtml(given.toWellFormed());
  const text = clean.replace(/<(?!img\b)[^<>]*>/gi, '').replaceAll('&nbsp;', ' ');
  if (text.trim() === '') throw refuse('The comment is empty. Say something.');
  return clean;
}
