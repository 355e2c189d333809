/** What a process hears, for tests to wait for and to look at. */
import type { ChangeBatch } from '../../../server/events/change-buffer.ts';
import type { ChangeListener } from '../../../server/events/change-feed.ts';

export interface Ear {
  /** Each change as `event DocType name @tenant`, without what it does not have. */
  heard: string[];
  batches: ChangeBatch[];
  /** Resolves when something like it was heard, with all that was until then. */
  until(wanted: (heard: readonly string[]) => boolean): Promise<string[]>;
  forget(): void;
  close(): void;
}

/** What anything is written as. */
export const ANYTHING_HEARD = 'anything';

export function listenTo(feed: { subscribe(listener: ChangeListener): () => void }): Ear {
  const heard: string[] = [];
  const batches: ChangeBatch[] = [];
  const waiting = new Set<() => void>();
  const close = feed.subscribe((batch) => {
    batches.push(batch);
    for (const { doctype, name, event, tenant } of batch.changes)
      heard.push([event, doctype, name, tenant && `@${tenant}`].filter(Boolean).join(' '));
    if (!batch.isComplete) heard.push(ANYTHING_HEARD);
    for (const look of [...waiting]) look();
  });
  return {
    heard,
    batches,
    close,
    forget() {
      heard.length = 0;
      batches.length = 0;
    },
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`not heard in time; heard: ${heard.slice(0, 50).join(', ')}`));
        }, 10_000);
        const look = (): void => {
          if (!wanted(heard)) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve([...heard]);
        };
        waiting.add(look);
        look();
      }),
  };
}
