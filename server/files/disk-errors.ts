/** Errors of the disk in words for people: what the operator can mend is "unavailable", the rest stays a bug. */
import { AppError } from '../kernel/error.ts';

/** Full, over quota, larger than the system lets a file be, read-only, or an error of the device. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const AWAY: ReadonlySet<string> = new Set(['EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE', 'ENOTDIR']);

export function toFileError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (FULL.has(code))
    return new AppError('unavailable', 'The file store is full, so nothing was kept. Ask the operator to make room.', {
      cause: error,
    });
  if (AWAY.has(code))
    return new AppError(
      'unavailable',
      'The file store cannot be used at the moment, so nothing was kept. Ask the operator to look at FILES_DIR.',
      { cause: error },
    );
  return error;
}

/** Runs it with errors of the disk told so. */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toFileError(error);
  }
}

/** There is nothing at that path, nor can there be. */
export function isAbsent(error: unknown): boolean {
  const { code } = (error as NodeJS.ErrnoException | undefined) ?? {};
  return code === 'ENOENT' || code === 'ENOTDIR';
}
