/**
 * Received files become File documents: in one transaction, under the rights of the sender, all or none. Content
 * goes to its place last, so that what a rule refuses leaves nothing behind.
 */
import { inTransaction } from '../documents/context.ts';
import type { Context, WriteContext } from '../documents/contract.ts';
import { createDocument } from '../documents/create.ts';
import type { ReadDocument } from '../documents/read.ts';
import { AppError } from '../kernel/error.ts';
import { admit } from './admitted.ts';
import { cleanFileName, newAddress } from './file-name.ts';
import type { Incoming } from './incoming.ts';
import { holdContent } from './locks.ts';
import { FILE, spaceOf } from './rows.ts';
import type { ContentKey, FileStore } from './store.ts';
import { type Attachment, requireTarget } from './target.ts';

export interface UploadWish {
  isPrivate: boolean;
  /** For one file: another name than it came with. */
  fileName?: string;
  /** A File that is a folder. */
  folder?: string;
  attachTo?: Attachment;
}

/** The documents as their sender reads them. Throws what a rule refuses; the drafts are still the caller's. */
export function saveUploads(
  ctx: Context,
  store: FileStore,
  q: UploadWish & { files: readonly Incoming[] },
): Promise<ReadDocument[]> {
  if (q.files.length === 0) throw new AppError('bad_request', 'No file came. Send one as a part with a file name.');
  if (q.fileName !== undefined && q.files.length > 1)
    throw new AppError('bad_request', 'One name was given for several files. Leave file_name out: each has its own.');
  return inTransaction(ctx, async (within) => {
    const attachTo = q.attachTo && (await requireTarget(within, q.attachTo));
    const saved: ReadDocument[] = [];
    for (const file of q.files) saved.push(await createFile(within, { ...q, attachTo }, file));
    const space = spaceOf(within.actor.tenant);
    for (const { draft, hash } of q.files) await keepContent(within, store, { draft, key: { space, hash } });
    return saved;
  });
}

function createFile(ctx: WriteContext, q: UploadWish, file: Incoming): Promise<ReadDocument> {
  const name = cleanFileName(q.fileName ?? file.fileName);
  const address = newAddress(name, q.isPrivate);
  admit(ctx.tx, address, { content_hash: file.hash, file_size: file.size, file_type: file.type });
  const given = {
    file_name: name,
    is_private: q.isPrivate,
    file_url: address,
    folder: q.folder ?? null,
    attached_to_doctype: q.attachTo?.doctype ?? null,
    attached_to_name: q.attachTo?.name ?? null,
    attached_to_field: q.attachTo?.field ?? null,
  };
  return createDocument(ctx, { doctype: FILE, given });
}

/** Nobody sweeps it away before the row that names it is committed. */
async function keepContent(
  ctx: WriteContext,
  store: FileStore,
  q: { draft: Incoming['draft']; key: ContentKey },
): Promise<void> {
  await holdContent(ctx.tx, q.key);
  await store.keep(q.draft, q.key);
}
