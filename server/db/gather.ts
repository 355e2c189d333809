/**
 * Work of several callers that one connection does together: who is alone does it by himself at once, and who comes
 * while another is at it waits for the next turn, which takes all that wait. Each has its own outcome.
 */
import type pg from 'pg';
import { toAppError } from './errors.ts';
import { MAX_PREPARED } from './lane.ts';
import { unknownOutcome } from './transaction.ts';

export interface Gathering<Work> {
  connect(): Promise<pg.Client>;
  alone(work: Work): Promise<unknown>;
  /**
   * What comes of each, in order. Undefined: nothing was written, and each is to be made alone. Throws when the connection
   * was lost. `prepared` is told the names of statements that stay on the connection.
   */
  together(client: pg.Client, works: readonly Work[], prepared: Set<string>): Promise<readonly unknown[] | undefined>;
}

export interface Gatherer<Work> {
  run(work: Work): Promise<unknown>;
  close(): Promise<void>;
}

interface Entry<Work> {
  work: Work;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Of one turn: who comes last waits for all of them. */
const MOST = 16;

export function openGatherer<Work>(q: Gathering<Work>): Gatherer<Work> {
  const waiting: Entry<Work>[] = [];
  const prepared = new Set<string>();
  let client: pg.Client | undefined;
  let isLoneUnderWay = false;
  let draining: Promise<void> | undefined;
  const forget = (): void => {
    void client?.end().catch(() => undefined);
    client = undefined;
    prepared.clear();
  };
  const connected = async (): Promise<pg.Client> => {
    if (client) return client;
    const opened = await q.connect();
    const leave = (): void => {
      if (client === opened) client = undefined;
    };
    opened.on('error', leave);
    opened.once('end', leave);
    client = opened;
    return opened;
  };
  /** Begins at once where there is a connection. Gives the way to tell what came of it. */
  const take = async (entries: readonly Entry<Work>[]): Promise<() => void> => {
    try {
      const works = entries.map(({ work }) => work);
      const done = await q.together(client ?? (await connected()), works, prepared);
      return () => {
        if (done) for (const [index, { resolve }] of entries.entries()) resolve(done[index]);
        else for (const { work, resolve, reject } of entries) q.alone(work).then(resolve, reject);
      };
    } catch (error) {
      forget();
      return () => {
        for (const { reject } of entries) reject(toAppError(unknownOutcome(error)));
      };
    }
  };
  const drain = async (): Promise<void> => {
    let tell = (): void => undefined;
    while (waiting.length > 0) {
      const taken = take(waiting.splice(0, MOST));
      // PostgreSQL is at it while those of the turn before are answered.
      tell();
      tell = await taken;
      if (prepared.size > MAX_PREPARED) forget();
    }
    draining = undefined;
    tell();
  };
  return {
    async run(work) {
      if (!draining && !isLoneUnderWay) {
        isLoneUnderWay = true;
        try {
          return await q.alone(work);
        } finally {
          isLoneUnderWay = false;
        }
      }
      return new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject });
        draining ??= drain();
      });
    },
    async close() {
      await draining;
      await client?.end();
    },
  };
}
