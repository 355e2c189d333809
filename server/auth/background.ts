/**
 * Work that an answer does not wait for, so that its duration tells the caller nothing: mails, above all.
 * Few run at once and few wait; what fails is in the log.
 */
import type { Logger } from '../kernel/ports.ts';

export interface Background {
  /** Runs the work soon. Dropped, and said so in the log, when too much waits already. */
  run(what: string, work: () => Promise<void>): void;
  /** Resolves when nothing is left to do, or after five seconds: a server that stops does not wait for mails for ever. */
  settle(): Promise<void>;
}

const AT_ONCE = 4;
const MAX_WAITING = 1000;
const SETTLE_MS = 5000;

export function createBackground(log: Logger): Background {
  const waiting: (() => Promise<void>)[] = [];
  const running = new Set<Promise<void>>();
  const next = (): void => {
    const work = running.size < AT_ONCE ? waiting.shift() : undefined;
    if (!work) return;
    const done = work().finally(() => {
      running.delete(done);
      next();
    });
    running.add(done);
  };
  return {
    run(what, work) {
      if (waiting.length >= MAX_WAITING) {
        log.error({ what }, 'too much waits to be done; this was dropped');
        return;
      }
      waiting.push(() => work().catch((error: unknown) => log.error({ error, what }, 'work in the background failed')));
      next();
    },
    async settle() {
      let timer: NodeJS.Timeout | undefined;
      let isLate = false;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          isLate = true;
          resolve();
        }, SETTLE_MS);
      });
      while (running.size > 0 && !isLate) await Promise.race([Promise.all(running), late]);
      clearTimeout(timer);
    },
  };
}
