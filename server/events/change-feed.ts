/**
 * The feed of committed changes: what this process writes is heard here at once and in the other processes
 * some milliseconds later. Best effort: what a process that was killed had not sent yet nobody hears, and who
 * may have missed something is told so.
 */
import { randomUUID } from 'node:crypto';
import type { Database } from '../db/pool.ts';
import type { Changes, DocumentChange } from '../kernel/changes.ts';
import type { Logger } from '../kernel/ports.ts';
import { ANYTHING, type ChangeBatch, createChangeBuffer } from './change-buffer.ts';
import { openChannel } from './change-channel.ts';
import { decodePayload, encodeNote, encodePayload } from './payload.ts';

/** Gets what was committed, in order, of all tenants: see heardBy. Called without waiting for it. */
export type ChangeListener = (batch: ChangeBatch) => void;

export type NoteListener = (note: string, from: string) => void;

export interface ChangeFeed extends Changes {
  /** Gives the way to stop listening. */
  subscribe(listener: ChangeListener): () => void;
  /** Tells the other processes something of passing worth, in at most MAX_NOTE_BYTES: it may get lost. */
  sendNote(note: string): Promise<void>;
  /** Gets the notes of the other processes, with who sent each. Gives the way to stop. */
  onNote(listener: NoteListener): () => void;
  /** Sends what waits and lets go of the connection: each within a second, answered or not. */
  stop(): Promise<void>;
}

/** One notice in so many milliseconds. */
const NOTICE_MS = 25;
const STOP_MS = 1000;

export async function openChangeFeed(q: { db: Pick<Database, 'connect'>; log: Logger }): Promise<ChangeFeed> {
  const me = randomUUID();
  const listeners = new Set<{ hear: ChangeListener }>();
  const noteListeners = new Set<NoteListener>();
  const waiting = createChangeBuffer();
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let isStopped = false;

  const failed = (error: unknown): void =>
    q.log.error({ error: String(error) }, 'a listener of changes failed; the others go on');
  /** Who listens when it is said; who comes later has not missed it, and who has left meanwhile is left alone. */
  const tell = (batch: ChangeBatch, to = [...listeners]): void => {
    for (const listener of to) {
      if (!listeners.has(listener)) continue;
      try {
        const done: unknown = listener.hear(batch);
        if (done instanceof Promise) done.catch(failed);
      } catch (error) {
        failed(error);
      }
    }
  };
  const channel = await openChannel({
    ...q,
    onNotice(text) {
      const { from, batch, note } = decodePayload(text);
      if (from === me) return;
      if (note === undefined) tell(batch);
      else
        for (const hear of [...noteListeners]) {
          try {
            hear(note, from);
          } catch (error) {
            failed(error);
          }
        }
    },
    onReturn() {
      tell(ANYTHING);
      sendSoon();
    },
  });
  const sendSoon = (): void => {
    if (isStopped || waiting.isEmpty()) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      // The one that is under way sees to the rest.
      if (!sending) void send();
    }, NOTICE_MS).unref();
  };
  const send = (): Promise<void> => {
    const batch = waiting.take();
    if (!batch) return Promise.resolve();
    sending = channel
      .notify(encodePayload(me, batch))
      // Sent again by the next write or when the connection is back; others may hear it twice.
      .then(sendSoon, () => waiting.putBack(batch))
      .finally(() => {
        sending = undefined;
      });
    return sending;
  };
  return {
    publish(changes) {
      if (isStopped) return;
      const batch = { changes, isComplete: true };
      if (listeners.size > 0) setImmediate(tell, batch, [...listeners]);
      waiting.add(batch);
      sendSoon();
    },
    subscribe(listener) {
      const entry = { hear: listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    async sendNote(note) {
      if (!isStopped) await channel.notify(encodeNote(me, note)).catch(() => undefined);
    },
    onNote(listener) {
      noteListeners.add(listener);
      return () => void noteListeners.delete(listener);
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      const sent = Promise.resolve(sending).then(send);
      await atMost(STOP_MS, sent);
      await atMost(STOP_MS, channel.close());
    },
  };
}

/** What one tenant may hear of: its own, and what all have in common. Without tenants: everything. */
export function heardBy(tenant: string | undefined, { changes, isComplete }: ChangeBatch): ChangeBatch {
  return { changes: changes.filter((change) => isHeardBy(tenant, change)), isComplete };
}

export function isHeardBy(tenant: string | undefined, change: DocumentChange): boolean {
  return change.tenant === undefined || change.tenant === tenant;
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
