/**
 * What one reader gets, the newest only: a value that nobody has taken yet gives way to the next, so that a slow
 * reader costs one value, however long it sleeps.
 */
export interface Latest<T> extends AsyncIterableIterator<T> {
  /** `mark`: the same for the same value. What equals the one that was taken last is nothing new. */
  offer(value: T, mark: string): void;
  /** What waits is still to be had, or the last value in its place; then nothing more. */
  end(last?: T): void;
  /** Nothing more at once: it is the reader who goes. */
  return(): Promise<IteratorResult<T>>;
}

/** `begin`: when somebody reads for the first time. `leave`: when it has ended, once, whoever ended it. */
export function createLatest<T>(on: { begin(): void; leave(): void }): Latest<T> {
  let waiting: { value: T; mark: string | undefined } | undefined;
  let taken: string | undefined;
  let isBegun = false;
  let isEnded = false;
  let wake: () => void = () => undefined;
  const end = (): void => {
    if (isEnded) return;
    isEnded = true;
    on.leave();
    wake();
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    offer(value, mark) {
      if (isEnded) return;
      waiting = mark === taken ? undefined : { value, mark };
      wake();
    },
    end(last) {
      if (!isEnded && last !== undefined) waiting = { value: last, mark: undefined };
      end();
    },
    async next() {
      if (!isBegun && !isEnded) {
        isBegun = true;
        on.begin();
      }
      while (!waiting) {
        if (isEnded) return { done: true, value: undefined };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const { value, mark } = waiting;
      waiting = undefined;
      taken = mark;
      return { done: false, value };
    },
    async return() {
      waiting = undefined;
      end();
      return { done: true, value: undefined };
    },
  };
}

/** Each value as another. No generator: one that waits for a value cannot be ended. */
export function mapped<A, B>(source: AsyncIterableIterator<A>, to: (value: A) => B): AsyncIterableIterator<B> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const { done, value } = await source.next();
      return done ? { done, value: undefined } : { done: false, value: to(value) };
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}
