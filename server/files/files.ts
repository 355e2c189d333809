/** This room as one value: the store, what may come in, and the sweeping of what nothing names any more. */
import type { Database } from '../db/pool.ts';
import type { Clock, Logger } from '../kernel/ports.ts';
import type { TenancyMode } from '../kernel/tenancy.ts';
import { openLocalStore } from './local-store.ts';
import type { FileStore } from './store.ts';
import { type SweepTimes, type Swept, sweepFiles } from './sweep.ts';

export interface Files {
  store: FileStore;
  /** Bytes of one file. */
  limit: number;
  /** A sender that is silent for longer has gone. */
  idleMs: number;
  sweep(times?: Partial<SweepTimes>): Promise<Swept>;
}

export interface FilesInput {
  /** Made when the first file comes. */
  folder: string;
  limit: number;
  /** Default: 30 s. */
  idleMs?: number;
  /** For the rows of all tenants. */
  db: Database;
  tenancy: TenancyMode;
  clock: Clock;
  log: Logger;
}

const IDLE_MS = 30_000;
const DRAFT_MS = 6 * 3_600_000;
const GRACE_MS = 24 * 3_600_000;

export function createFiles(q: FilesInput): Files {
  const store = openLocalStore(q.folder);
  return {
    store,
    limit: q.limit,
    idleMs: q.idleMs ?? IDLE_MS,
    sweep: (times = {}) =>
      sweepFiles({ ...q, store }, { now: q.clock.now(), draftMs: DRAFT_MS, graceMs: GRACE_MS, ...times }),
  };
}
