/**
 * Plans are compiled when they are first asked for. A server that has nothing else to do compiles the rest too, a
 * little at a time: whoever first looks at all of them, as an introspection or a deletion does, does not wait for it.
 */
import type { Snapshot } from '../schema/plan.ts';
import type { SnapshotStore } from './store.ts';

/** Not in the way of a start. */
const FIRST_MS = 1000;
const PAUSE_MS = 25;
/** So long nobody else waits. */
const SLICE_MS = 2;

/** Also after each edit: nearly all plans are those from before. Gives the way to stop. */
export function compileAhead(store: SnapshotStore): () => void {
  let timer: NodeJS.Timeout | undefined;
  const after = (ms: number, snapshot: Snapshot, from: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const next = compileSlice(snapshot, from);
      if (next < snapshot.names.length) after(PAUSE_MS, snapshot, next);
    }, ms).unref();
  };
  const begin = (): void => after(FIRST_MS, store.current(), 0);
  begin();
  const leave = store.follow(begin);
  return () => {
    clearTimeout(timer);
    leave();
  };
}

/** The place of the first name that is still to come. */
function compileSlice(snapshot: Snapshot, from: number): number {
  const since = performance.now();
  let at = from;
  while (at < snapshot.names.length && performance.now() - since < SLICE_MS) {
    try {
      snapshot.find(snapshot.names[at++] as string);
    } catch {
      // A stored definition that cannot be read is told to whoever asks for it; nobody has asked yet.
    }
  }
  return at;
}
