/**
 * What others change, for whoever shows it: `useChanges(() => ({ doctype: 'Comment' }), (changes) => reload())`.
 * Follows all documents of a DocType or one (`name`), as long as its component is there. It says *that* something
 * changed, never what: read it again. Changes come together, at most one call in `everyMs`, the next one only when
 * the answer to the last is there, and none while the window is hidden.
 */
import { type MaybeRefOrGetter, onScopeDispose, toValue, watch } from 'vue';
import type { DocumentEvent, Heard, Topic } from '../api/stream-messages.ts';
import { stream } from './useStream.ts';

export type { DocumentEvent, Topic } from '../api/stream-messages.ts';

export interface Changes {
  /** By name: what became of each document last. */
  documents: ReadonlyMap<string, DocumentEvent>;
  /** Something else may be another too: read all of it again. */
  isAll: boolean;
  /** It is not followed any more: it is gone, or may not be read. */
  isLost: boolean;
}

const GATHER_MS = 150;

export function useChanges(
  topic: MaybeRefOrGetter<Topic | undefined>,
  take: (changes: Changes) => unknown,
  { everyMs = 1_000 }: { everyMs?: number } = {},
): { again(): void } {
  let gathered = new Map<string, DocumentEvent>();
  let isAll = false;
  let isLost = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isTaking = false;
  let last = 0;
  let leave = (): void => {};

  const isWaiting = (): boolean => isAll || isLost || gathered.size > 0;

  function hear(heard: Heard): void {
    if (heard.kind === 'document') gathered.set(heard.name, heard);
    else if (heard.kind === 'all') isAll = true;
    else isLost = true;
    soon();
  }

  function soon(): void {
    if (timer !== undefined || isTaking || document.hidden || !isWaiting()) return;
    timer = setTimeout(hand, Math.max(GATHER_MS, last + everyMs - Date.now()));
  }

  async function hand(): Promise<void> {
    timer = undefined;
    const changes = { documents: gathered, isAll, isLost };
    forget();
    isTaking = true;
    try {
      await take(changes);
    } catch {
      // What could not be read now is read with the next change, or when the window gets the focus.
    } finally {
      last = Date.now();
      isTaking = false;
      soon();
    }
  }

  function forget(): void {
    gathered = new Map();
    isAll = false;
    isLost = false;
  }

  watch(
    () => {
      const of = toValue(topic);
      return of && JSON.stringify([of.doctype, of.name]);
    },
    begin,
    { immediate: true },
  );

  function begin(): void {
    leave();
    forget();
    const of = toValue(topic);
    leave = of ? stream.follow({ ...of }, hear) : () => {};
  }

  document.addEventListener('visibilitychange', soon);
  onScopeDispose(() => {
    leave();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', soon);
  });
  return {
    /** After `isLost`: it is there again. */
    again: begin,
  };
}
