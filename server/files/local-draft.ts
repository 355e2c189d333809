/** A draft as a file of a folder beside the kept ones: written in order, flushed, then moved or removed. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { onDisk } from './disk-errors.ts';
import type { Draft } from './store.ts';

export interface LocalDraft extends Draft {
  path: string;
  /** It has been moved away: there is nothing to discard. */
  wasKept(): void;
}

export async function beginDraft(folder: string): Promise<LocalDraft> {
  const file = path.join(folder, randomUUID());
  // Never over another one, and for nobody else to read.
  let handle: FileHandle | undefined = await onDisk(() => open(file, 'wx', 0o600));
  let isKept = false;
  const letGo = async (): Promise<void> => {
    const held = handle;
    handle = undefined;
    await held?.close();
  };
  return {
    path: file,
    write: (chunk) =>
      onDisk(async () => {
        for (let at = 0; at < chunk.byteLength; ) {
          const { bytesWritten } = await (handle as FileHandle).write(chunk, at);
          at += bytesWritten;
        }
      }),
    finish: () =>
      onDisk(async () => {
        await handle?.sync();
        await letGo();
      }),
    async discard() {
      if (isKept) return;
      await letGo().catch(() => undefined);
      await rm(file, { force: true }).catch(() => undefined);
    },
    wasKept() {
      isKept = true;
    },
  };
}
