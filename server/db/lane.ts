/**
 * A lane for reads by key: a few connections that many requests share, their statements pipelined. Such a
 * read is bounded work, so nobody waits long behind another, and a pool full of slow lists leaves it free.
 */
import type pg from 'pg';
import { batchWrites } from './batched-writes.ts';
import { type AskedFor, isDoubtful, queryAs } from './tenant-setting.ts';
import { isAnswer } from './transaction.ts';

export interface Lane {
  /** `tenant`: for whom it asks. */
  query(tenant: AskedFor, query: pg.QueryConfig): Promise<pg.QueryResult>;
  close(): Promise<void>;
}

/** A connection that has prepared so many statements is replaced: they cost PostgreSQL memory (23 kB each). */
export const MAX_PREPARED = 500;

interface Slot {
  client: pg.Client | undefined;
  connecting: Promise<pg.Client> | undefined;
  inFlight: number;
  prepared: Set<string>;
}

export function openLane(q: { size: number; connect(): Promise<pg.Client> }): Lane {
  const slots: Slot[] = Array.from({ length: q.size }, emptySlot);
  let isClosed = false;
  let chosen: Slot | undefined;
  // What is asked in one turn of the event loop leaves in one packet, if it goes the same way.
  const slotOfTurn = (): Slot => {
    if (chosen) return chosen;
    chosen = leastBusy(slots);
    setImmediate(() => {
      chosen = undefined;
    });
    return chosen;
  };
  const clientOf = (slot: Slot): Promise<pg.Client> | pg.Client => {
    if (slot.client) return slot.client;
    slot.connecting ??= connect(slot, q.connect);
    return slot.connecting;
  };
  return {
    async query(tenant, query) {
      const slot = slotOfTurn();
      slot.inFlight++;
      let client: pg.Client | undefined;
      try {
        client = await clientOf(slot);
        if (isClosed) throw new Error('connection ended');
        if (query.name) slot.prepared.add(query.name);
        batchWrites(client);
        return await queryAs(client, tenant, query);
      } catch (error) {
        // Lost, it may be a moment until the connection says so itself; another one may be in its place already.
        if (isDoubtful(error) || (client && client === slot.client && !isAnswer(error))) retire(slot);
        throw error;
      } finally {
        slot.inFlight--;
        if (slot.prepared.size > MAX_PREPARED && slot.inFlight === 0) retire(slot);
      }
    },
    async close() {
      isClosed = true;
      await Promise.all(slots.map(end));
    },
  };
}

function emptySlot(): Slot {
  return { client: undefined, connecting: undefined, inFlight: 0, prepared: new Set() };
}

function leastBusy(slots: readonly Slot[]): Slot {
  let best = slots[0] as Slot;
  for (const slot of slots) if (slot.inFlight < best.inFlight) best = slot;
  return best;
}

async function connect(slot: Slot, open: () => Promise<pg.Client>): Promise<pg.Client> {
  try {
    const client = await open();
    client.on('error', () => undefined);
    client.once('end', () => {
      if (slot.client === client) slot.client = undefined;
    });
    slot.client = client;
    slot.prepared.clear();
    return client;
  } finally {
    slot.connecting = undefined;
  }
}

async function end(slot: Slot): Promise<void> {
  await slot.connecting?.catch(() => undefined);
  await slot.client?.end();
}

function retire(slot: Slot): void {
  const { client } = slot;
  slot.client = undefined;
  slot.prepared.clear();
  void client?.end().catch(() => undefined);
}
