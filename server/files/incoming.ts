/** Bytes on their way into the store, counted, hashed and judged as they pass: only the beginning is ever held. */
import { createHash } from 'node:crypto';
import { AppError } from '../kernel/error.ts';
import { HEAD_BYTES, judgeContent } from './kinds.ts';
import type { Draft, FileStore } from './store.ts';

export interface Incoming {
  draft: Draft;
  /** As the sender calls it. */
  fileName: string;
  size: number;
  hash: string;
  /** Judged by the content. */
  type: string;
}

/** Throws `too_large` at the byte that is one too many, and whatever the source throws; then nothing is left of it. */
export async function takeIn(q: {
  store: FileStore;
  fileName: string;
  source: AsyncIterable<Uint8Array>;
  limit: number;
}): Promise<Incoming> {
  const { store, fileName, limit } = q;
  const draft = await store.draft();
  try {
    const hash = createHash('sha256');
    const head = Buffer.alloc(HEAD_BYTES);
    let size = 0;
    for await (const chunk of q.source) {
      if (size < HEAD_BYTES) head.set(chunk.subarray(0, HEAD_BYTES - size), size);
      size += chunk.byteLength;
      if (size > limit) throw fileTooLarge(limit);
      hash.update(chunk);
      await draft.write(chunk);
    }
    await draft.finish();
    const type = judgeContent(head.subarray(0, Math.min(size, HEAD_BYTES)), size <= HEAD_BYTES);
    return { draft, fileName, size, hash: hash.digest('hex'), type };
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

export function fileTooLarge(limit: number): AppError {
  return new AppError(
    'too_large',
    `A file may have at most ${limit} bytes here. Send a smaller one, or ask the operator to raise FILE_LIMIT_BYTES.`,
  );
}
