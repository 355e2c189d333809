/**
 * Changes that wait to be sent, kept small: of too many documents only the DocTypes are remembered, and of
 * too many DocTypes only that there was something.
 */
import { addChange, type ChangeMap, type DocumentChange, someOf } from '../kernel/changes.ts';

export interface ChangeBatch {
  changes: readonly DocumentChange[];
  /** False: there may have been any others too. Who keeps something up to date asks for it again. */
  isComplete: boolean;
}

export const ANYTHING: ChangeBatch = { changes: [], isComplete: false };

export interface ChangeBuffer {
  isEmpty(): boolean;
  add(batch: ChangeBatch): void;
  /** What was never sent, put back before what came since. */
  putBack(batch: ChangeBatch): void;
  /** Everything in it; undefined when that is nothing. */
  take(): ChangeBatch | undefined;
}

/** More names than this do not fit into one notice anyway. */
const MAX_CHANGES = 500;

export function createChangeBuffer(): ChangeBuffer {
  let changes: ChangeMap = new Map();
  let isComplete = true;
  const isEmpty = (): boolean => isComplete && changes.size === 0;
  const add = (batch: ChangeBatch): void => {
    isComplete &&= batch.isComplete;
    for (const change of isComplete ? batch.changes : []) {
      addChange(changes, change);
      if (changes.size <= MAX_CHANGES) continue;
      changes = mapOf(docTypesOf([...changes.values()]));
      // Folded again at every second change, it would be no buffer.
      if (changes.size > MAX_CHANGES / 2) isComplete = false;
      if (!isComplete) break;
    }
    if (!isComplete) changes = new Map();
  };
  const take = (): ChangeBatch | undefined => {
    if (isEmpty()) return undefined;
    const batch = { changes: [...changes.values()], isComplete };
    changes = new Map();
    isComplete = true;
    return batch;
  };
  return {
    isEmpty,
    add,
    take,
    putBack(batch) {
      const since = take();
      add(batch);
      if (since) add(since);
    },
  };
}

/** The same changes without the names of documents. */
export function docTypesOf(changes: readonly DocumentChange[]): DocumentChange[] {
  return [...mapOf(changes.map(({ doctype, tenant }) => someOf(doctype, tenant))).values()];
}

function mapOf(changes: readonly DocumentChange[]): ChangeMap {
  const map: ChangeMap = new Map();
  for (const change of changes) addChange(map, change);
  return map;
}
