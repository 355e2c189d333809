/**
 * The last changes that this process heard of, numbered: a client that was away for a moment says the last number
 * that it has, and gets what came after it. A number is worth nothing in another process, nor after a gap.
 */
import { randomBytes } from 'node:crypto';
import type { DocumentChange } from '../kernel/changes.ts';

export interface NumberedChange extends DocumentChange {
  number: number;
}

export interface Ring {
  add(change: DocumentChange): NumberedChange;
  /** Something was missed here: nobody can go on from before. */
  breakOff(): number;
  cursorOf(number: number): string;
  /** Of the newest. */
  cursor(): string;
  /** What came after; undefined when it cannot be told. */
  since(cursor: string): readonly NumberedChange[] | undefined;
}

const MOST = 10_000;
const CURSOR = /^([0-9a-f]{16})\.(\d{1,15})$/;

export function createRing(most = MOST): Ring {
  // Of this start of this process: the next one knows nothing of it.
  const me = randomBytes(8).toString('hex');
  let kept: NumberedChange[] = [];
  let last = 0;
  const cursorOf = (number: number): string => `${me}.${number}`;
  return {
    cursorOf,
    cursor: () => cursorOf(last),
    add(change) {
      const numbered = { ...change, number: ++last };
      kept.push(numbered);
      // Not at each one: the rest would be moved each time.
      if (kept.length >= 2 * most) kept = kept.slice(-most);
      return numbered;
    },
    breakOff() {
      kept = [];
      return ++last;
    },
    since(cursor) {
      const [, process, digits] = CURSOR.exec(cursor) ?? [];
      const number = Number(digits);
      if (process !== me || number > last) return undefined;
      if (number === last) return [];
      const [oldest] = kept;
      // The one after it is the first that was missed.
      return oldest === undefined || oldest.number > number + 1 ? undefined : kept.slice(number + 1 - oldest.number);
    },
  };
}
