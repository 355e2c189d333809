/**
 * One file on disk: read again when it changed, replaced as a whole or not at all. Knows what is not to
 * be said to the outside: the path and the system's error go to the log.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../kernel/error.ts';
import type { Logger } from '../../kernel/ports.ts';
import { toTimestamp } from '../../kernel/time.ts';

export const MAX_FILE_BYTES = 50 * 1024 * 1024;

export interface Loaded<T> {
  /** When the file was changed, RFC 3339. */
  changed: string;
  content: T;
}

export interface FileOnDisk<T> {
  /** What the file holds now, parsed once per change. Throws `unavailable`. */
  read(log: Logger): Promise<Loaded<T>>;
  /** The whole file anew: other readers see the old one or the new one. Throws `unavailable`, `too_large`. */
  replace(log: Logger, text: string): Promise<void>;
}

export function openFile<T>(file: string, parse: (text: string) => T): FileOnDisk<T> {
  let known: { stamp: string; loaded: Promise<Loaded<T>> } | undefined;
  const label = path.basename(file);
  return {
    async read(log) {
      return explaining({ log, file, what: `The file ${label} cannot be read` }, async () => {
        const { stamp, size, mtimeMs } = await stampOf(file);
        if (size > MAX_FILE_BYTES)
          throw new AppError('unavailable', `it has ${size} bytes, and ${MAX_FILE_BYTES} are the most`);
        if (known?.stamp !== stamp) {
          const loaded = readFile(file, 'utf8').then((text) => ({
            changed: toTimestamp(mtimeMs),
            content: parse(text),
          }));
          known = { stamp, loaded };
          loaded.catch(() => {
            if (known?.loaded === loaded) known = undefined;
          });
        }
        return known.loaded;
      });
    },
    async replace(log, text) {
      const bytes = Buffer.byteLength(text);
      if (bytes > MAX_FILE_BYTES)
        throw new AppError(
          'too_large',
          `The file ${label} would have ${bytes} bytes, and ${MAX_FILE_BYTES} are the most.`,
        );
      await explaining({ log, file, what: `The file ${label} cannot be written` }, () => replaceFile(file, text));
      known = undefined;
    },
  };
}

async function stampOf(file: string): Promise<{ stamp: string; size: number; mtimeMs: number }> {
  const { mtimeNs, size, ino, mtimeMs } = await stat(file, { bigint: true });
  return { stamp: `${mtimeNs} ${size} ${ino}`, size: Number(size), mtimeMs: Number(mtimeMs) };
}

/** Beside the file and then in its place; a link to the file stays a link. */
async function replaceFile(file: string, text: string): Promise<void> {
  const target = await realpath(file);
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const { mode } = await stat(target);
    await withFile(await open(temporary, 'wx', mode & 0o777), async (handle) => {
      await handle.writeFile(text);
      await handle.sync();
    });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // The new name itself must outlive a crash; Windows opens no folders and needs none of it.
  if (process.platform !== 'win32') await withFile(await open(path.dirname(target), 'r'), (handle) => handle.sync());
}

async function withFile(handle: FileHandle, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it is not there'],
  ['EACCES', 'this server may not'],
  ['EPERM', 'this server may not'],
  ['EROFS', 'its disk is read-only'],
  ['ENOSPC', 'its disk is full'],
  ['EISDIR', 'it is a folder'],
]);

async function explaining<T>(q: { log: Logger; file: string; what: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason =
      error instanceof AppError
        ? error.message
        : (REASONS.get((error as { code?: string }).code ?? '') ?? 'of an error in the system');
    q.log.error({ file: q.file, error: String(error) }, q.what);
    throw new AppError('unavailable', `${q.what}: ${reason}. Mend the file and try again.`, { cause: error });
  }
}
