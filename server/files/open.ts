/** The content of a File, for whom it may be given to: found by the document's name or by its address. */
import { asSystem } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { GUEST } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { and, condition, type Filter, or } from '../kernel/filter.ts';
import { isUuid } from '../query/values.ts';
import { type FileRow, filesWhere, spaceOf, withTails } from './rows.ts';
import type { ContentKey, FileStore } from './store.ts';

export interface FileContent {
  row: FileRow;
  key: ContentKey;
  size: number;
}

export type Wanted = { name: string } | { tail: string };

/**
 * Throws `not_found` alike for what is not there and what the actor may not read, `unauthenticated` for a guest,
 * `unavailable` when the store has not what the document says.
 */
export async function findContent(ctx: Context, store: FileStore, wanted: Wanted): Promise<FileContent> {
  const row = await findRow(ctx, wanted);
  if (row.is_folder || row.content_hash === null)
    throw new AppError('wrong_state', 'This is a folder or a link to elsewhere: nothing of it is kept here.');
  const key = { space: spaceOf(ctx.actor.tenant), hash: row.content_hash };
  const size = await store.sizeOf(key);
  if (size === Number(row.file_size)) return { row, key, size };
  ctx.services.log.error(
    { file: row.name, hash: key.hash, expected: row.file_size, found: size ?? null },
    'the store has not the content of a file',
  );
  throw new AppError('unavailable', 'The content of this file is missing in the file store. Tell the operator.');
}

async function findRow(ctx: Context, wanted: Wanted): Promise<FileRow> {
  const asked = filterOf(wanted);
  if (asked) {
    // Everybody may have what is public, whether or not they may look at File documents.
    const openly = asSystem(ctx, 'a public file is for everybody');
    const [open] = await filesWhere(openly, and(asked, condition('is_private', '=', false)));
    if (open) return open;
  }
  if (ctx.actor.user === GUEST && ctx.actor.reason === undefined) return forGuest(ctx, asked);
  const [own] = asked ? await filesWhere(ctx, asked) : [];
  return own ?? absent();
}

/** As far as the role Guest has a right on File; else the same answer, whatever is there. */
async function forGuest(ctx: Context, asked: Filter | undefined): Promise<FileRow> {
  const [row] = asked ? await filesWhere(ctx, asked) : [];
  if (row) return row;
  throw new AppError('unauthenticated', 'You are not signed in. Sign in to open files that are not public.');
}

function filterOf(wanted: Wanted): Filter | undefined {
  if ('tail' in wanted) return wanted.tail.includes('\0') ? undefined : withTails([wanted.tail]);
  const { name } = wanted;
  if (name.includes('\0')) return undefined;
  const byName = condition('name', '=', name);
  return isUuid(name) ? or(byName, condition('id', '=', name)) : byName;
}

function absent(): never {
  throw new AppError('not_found', 'There is no such file.');
}
