/**
 * Content that was received by this very transaction. The guard of File asks here: what a document says of its own
 * content counts only when the server has seen that content, or when another File says the same.
 */
import type { Transaction } from '../db/pool.ts';

export interface Content {
  content_hash: string;
  file_size: number;
  /** Judged by the content. */
  file_type: string;
}

const admitted = new WeakMap<Transaction, Map<string, Content>>();

/** By the address that the server has made for it. */
export function admit(tx: Transaction, address: string, content: Content): void {
  const known = admitted.get(tx) ?? new Map<string, Content>();
  admitted.set(tx, known.set(address, content));
}

export function admittedContent(tx: Transaction, address: unknown): Content | undefined {
  return typeof address === 'string' ? admitted.get(tx)?.get(address) : undefined;
}
