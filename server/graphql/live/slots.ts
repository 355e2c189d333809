/**
 * How much live queries do at once: so many pieces of work, the others wait. A slot is handed on in a later turn
 * of the event loop, so that requests come in between, however long the line is.
 */
export interface Slots {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createSlots(atOnce: number): Slots {
  const line: (() => void)[] = [];
  let taken = 0;
  const handOn = (): void => {
    const next = line.shift();
    if (next) setImmediate(next);
    else taken--;
  };
  return {
    async run(work) {
      if (taken < atOnce) taken++;
      else await new Promise<void>((resolve) => void line.push(resolve));
      try {
        return await work();
      } finally {
        handOn();
      }
    },
  };
}

/** One run for all who ask for the same before it begins, and no two runs of the same at once. */
export function createShared<T>(slots: Slots): (key: string, run: () => Promise<T>) => Promise<T> {
  const waiting = new Map<string, Promise<T>>();
  const running = new Map<string, Promise<void>>();
  return (key, run) => {
    const known = waiting.get(key);
    if (known) return known;
    const begin = (): Promise<T> => {
      // Who asks from now on may know of a change that this run does not see.
      waiting.delete(key);
      const answer = run();
      const ended = answer.then(nothing, nothing);
      running.set(key, ended);
      void ended.then(() => running.get(key) === ended && running.delete(key));
      return answer;
    };
    // Not even the first begins at once: those who ask with it share it.
    const asked = Promise.resolve(running.get(key)).then(() => slots.run(begin));
    waiting.set(key, asked);
    return asked;
  };
}

function nothing(): void {}
