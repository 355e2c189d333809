/**
 * Files on the local disk: `<folder>/<space>/ab/cd/<hash>`, names that only the server makes. A draft is flushed
 * before it is moved into place and the folder after it, so that what a File row names is there after a power cut.
 */
import { mkdir, open, opendir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { AppError } from '../kernel/error.ts';
import { isAbsent, onDisk } from './disk-errors.ts';
import { beginDraft, type LocalDraft } from './local-draft.ts';
import { type ContentKey, checkKey, type FileStore } from './store.ts';

const DRAFTS = 'drafts';
const ORPHANS = 'orphans';
const OWN: ReadonlySet<string> = new Set([DRAFTS, ORPHANS]);
/** Folders are made as they are needed; only the server's user comes in. */
const FOLDER = { recursive: true, mode: 0o700 } as const;

export function openLocalStore(folder: string): FileStore {
  const root = path.resolve(folder);
  const drafts = path.join(root, DRAFTS);
  const pathOf = (key: ContentKey): string => {
    checkKey(key);
    return path.join(root, key.space, key.hash.slice(0, 2), key.hash.slice(2, 4), key.hash);
  };
  const markOf = (key: ContentKey): string => {
    checkKey(key);
    return path.join(root, ORPHANS, `${key.space}.${key.hash}`);
  };
  return {
    async draft() {
      await onDisk(() => mkdir(drafts, FOLDER));
      return beginDraft(drafts);
    },
    keep: (draft, key) => onDisk(() => moveIntoPlace(draft as LocalDraft, pathOf(key), root)),
    sizeOf: (key) => sizeOf(pathOf(key)),
    open: (key, range) =>
      onDisk(async () => {
        const handle = await open(pathOf(key), 'r');
        // The stream closes the handle, whether it is read to its end or left.
        const stream = handle.createReadStream({ start: range.first, end: range.last });
        return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
      }),
    async remove(key) {
      await rm(pathOf(key), { force: true });
      await rm(markOf(key), { force: true });
    },
    list: () => listContent(root),
    async markOrphan(key, now) {
      const mark = markOf(key);
      await mkdir(path.dirname(mark), FOLDER);
      try {
        await writeFile(mark, '', { flag: 'wx', mode: 0o600 });
        await utimes(mark, now / 1000, now / 1000);
        return now;
      } catch (error) {
        // Another process has set the mark, or has taken it away meanwhile: then it begins anew.
        if (!['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
        return (await modifiedAt(mark)) ?? now;
      }
    },
    unmarkOrphan: (key) => rm(markOf(key), { force: true }),
    removeDrafts: (before) => removeOld(drafts, before),
  };
}

/** Content of the same length is there already: then it is the same, and nobody's reading of it is disturbed. */
async function moveIntoPlace(draft: LocalDraft, target: string, root: string): Promise<void> {
  const folder = path.dirname(target);
  await mkdir(folder, FOLDER);
  const [size, there] = [await sizeOf(draft.path), await sizeOf(target)];
  // Moved before, by a transaction that is run again.
  if (size !== undefined && size !== there) await rename(draft.path, target);
  else if (there === undefined)
    throw new AppError('unavailable', 'The upload was lost on the disk before it was kept. Send it again.');
  for (let each = folder; each.startsWith(root + path.sep); each = path.dirname(each)) await flushFolder(each);
  await rm(draft.path, { force: true });
  draft.wasKept();
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function modifiedAt(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** One inner folder at a time; what is no content of ours is left alone. */
async function* listContent(root: string): AsyncIterable<readonly ContentKey[]> {
  for (const space of await namesIn(root)) {
    if (OWN.has(space)) continue;
    for (const first of await namesIn(path.join(root, space)))
      for (const second of await namesIn(path.join(root, space, first))) {
        const names = await namesIn(path.join(root, space, first, second));
        const keys = names.filter((hash) => /^[0-9a-f]{64}$/.test(hash)).map((hash) => ({ space, hash }));
        if (keys.length > 0) yield keys;
      }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function removeOld(folder: string, before: number): Promise<number> {
  let removed = 0;
  try {
    for await (const entry of await opendir(folder)) {
      const file = path.join(folder, entry.name);
      const at = await modifiedAt(file);
      if (at === undefined || at >= before) continue;
      await rm(file, { force: true });
      removed += 1;
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  return removed;
}
