/** After some failures in a row nobody is asked for a while, then one question is let through to see. */
export interface Circuit {
  isOpen(): boolean;
  succeeded(): void;
  failed(): void;
}

const MAX_FAILURES = 5;
const PAUSE_MS = 2000;

export function createCircuit(): Circuit {
  let failures = 0;
  let until = 0;
  return {
    isOpen() {
      if (failures < MAX_FAILURES) return false;
      const now = performance.now();
      if (now < until) return true;
      // Whoever comes while this one is asked waits for the next pause, or for its success.
      until = now + PAUSE_MS;
      return false;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures++;
      if (failures >= MAX_FAILURES) until = performance.now() + PAUSE_MS;
    },
  };
}
