/**
 * The port to where the bytes of files are kept: by the hash of their content, each once. The local disk is one
 * adapter (local-store.ts), an object store may be another. Types only; knows no DocType.
 */

/** Where content stands: `space` keeps tenants apart, `hash` is the SHA-256 in hex. */
export interface ContentKey {
  space: string;
  hash: string;
}

/** Bytes on their way in, seen by nobody. One that was kept is discarded without effect. */
export interface Draft {
  write(chunk: Uint8Array): Promise<void>;
  /** Everything is where a power cut does not reach it. */
  finish(): Promise<void>;
  /** May be called at any time, and again. */
  discard(): Promise<void>;
}

/** Bytes from the first to the last, both included. */
export interface ByteRange {
  first: number;
  last: number;
}

export interface FileStore {
  draft(): Promise<Draft>;
  /** Puts a finished draft in its place, whole or not at all; where the content is there already, it stays. */
  keep(draft: Draft, key: ContentKey): Promise<void>;
  /** Bytes that are there; undefined: none. */
  sizeOf(key: ContentKey): Promise<number | undefined>;
  /** Whoever reads it, or cancels it, lets go of what it holds. */
  open(key: ContentKey, range: ByteRange): Promise<ReadableStream<Uint8Array>>;
  /** Nothing happens where there is nothing. */
  remove(key: ContentKey): Promise<void>;
  /** Everything that is kept, some at a time. */
  list(): AsyncIterable<readonly ContentKey[]>;
  /** Notes that nothing names the content any more, and since when it is so. */
  markOrphan(key: ContentKey, now: number): Promise<number>;
  /** It is named again, or gone. */
  unmarkOrphan(key: ContentKey): Promise<void>;
  /** What was begun before that time and never kept. Gives their number. */
  removeDrafts(before: number): Promise<number>;
}

/** Throws an Error for what can be no key: a path is made of it. */
export function checkKey({ space, hash }: ContentKey): void {
  if (!/^[a-z0-9][a-z0-9-]{0,70}$/.test(space) || !/^[0-9a-f]{64}$/.test(hash))
    throw new Error('this is no key of a file');
}
