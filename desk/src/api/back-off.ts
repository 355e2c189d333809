/** When to try again what failed: later each time, and by chance, so that many do not come at once. Pure. */

const FIRST_MS = 500;
const MOST_MS = 30_000;
/** All windows of everybody have lost the server in the same moment: they spread over so long. */
const AFTER_STOP_MS = 4_000;

export interface Failure {
  /** How often it failed in a row, from 0. */
  attempt: number;
  /** The server said that it stops, or that it has too much to do. */
  isStopping: boolean;
}

/** `chance` from 0 to 1. */
export function delayOf({ attempt, isStopping }: Failure, chance: number): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  const delay = most / 2 + (most / 2) * chance;
  return isStopping ? delay + AFTER_STOP_MS * chance : delay;
}
