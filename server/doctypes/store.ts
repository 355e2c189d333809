/**
 * The current Snapshot of this process. Swapped whole: after an edit of our own at commit, after one of
 * another process on its notice. Refreshing is single-flight and reads only what the history names.
 */
import type { Database, Queryable } from '../db/pool.ts';
import type { Registry } from '../fieldtypes/registry.ts';
import type { Logger } from '../kernel/ports.ts';
import type { TenancyMode } from '../kernel/tenancy.ts';
import { createSnapshot, type PlanSource, type SnapshotData } from '../schema/snapshot.ts';
import { noLayers, planSource } from './record.ts';
import { readLayerings, readRecords, readSchemaVersion } from './rows.ts';

export interface SnapshotStore {
  current(): SnapshotData;
  /** Brings the snapshot to the database's version as of now; concurrent calls share reads that begin after them. */
  refresh(): Promise<SnapshotData>;
  /** The same through a transaction that holds the schema lock: it must not wait for another connection. */
  refreshWithin(tx: Queryable): Promise<SnapshotData>;
  /** Takes a snapshot that a committed edit made. */
  adopt(snapshot: SnapshotData): void;
  /** Calls back when a newer one has taken its place. Gives the way to stop that. */
  follow(listener: () => void): () => void;
}

export interface StoreInput {
  db: Database;
  registry: Registry;
  log: Logger;
  /** Default: `single`. */
  tenancy?: TenancyMode;
}

export async function openSnapshotStore(input: StoreInput): Promise<SnapshotStore> {
  let current = await loadAll(input, input.db);
  let running: Promise<SnapshotData> | undefined;
  let next: Promise<SnapshotData> | undefined;
  const followers = new Set<{ hear(): void }>();
  const take = (snapshot: SnapshotData): SnapshotData => {
    const isNewer = snapshot.version > current.version;
    if (snapshot.version >= current.version) current = snapshot;
    if (isNewer) for (const { hear } of [...followers]) setImmediate(hear);
    return current;
  };
  const read = (): Promise<SnapshotData> => {
    running = loadNewer(input, input.db, current)
      .then(take)
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  const begin = (): Promise<SnapshotData> => {
    next = undefined;
    return read();
  };
  return {
    current: () => current,
    // Not adopted: what the transaction sees may include what it has not committed yet.
    refreshWithin: (tx) => loadNewer(input, tx, current),
    adopt: (snapshot) => void take(snapshot),
    follow(hear) {
      const entry = { hear };
      followers.add(entry);
      return () => void followers.delete(entry);
    },
    refresh() {
      if (!running) return read();
      // The read that runs may have begun before the change that the caller knows of: theirs comes after it.
      next ??= running.then(begin, begin);
      return next;
    },
  };
}

async function loadAll(input: StoreInput, db: Queryable): Promise<SnapshotData> {
  // The version is read first: rows that a later edit changes are read again by the next refresh.
  const version = await readSchemaVersion(db);
  const [records, layerings] = await Promise.all([readRecords(db), readLayerings(db)]);
  return createSnapshot(
    version,
    records.map((record) =>
      planSource({
        record,
        layering: layerings.get(record.name) ?? noLayers(),
        registry: input.registry,
        tenancy: input.tenancy,
      }),
    ),
  );
}

async function loadNewer(input: StoreInput, db: Queryable, current: SnapshotData): Promise<SnapshotData> {
  const version = await readSchemaVersion(db);
  if (version === current.version) return current;
  if (version < current.version) return loadAll(input, db); // An older dump was restored under us.
  const rows = await db.query({
    name: 'doctype_changed',
    text: 'select distinct doctype from m_doctype_history where schema_version > $1',
    values: [current.version],
  });
  const names = rows.map((row) => row.doctype as string);
  const [records, layerings] = await Promise.all([readRecords(db, names), readLayerings(db, names)]);
  const changes = new Map<string, PlanSource | undefined>(names.map((name) => [name, undefined]));
  for (const record of records) {
    changes.set(
      record.name,
      planSource({
        record,
        layering: layerings.get(record.name) ?? noLayers(),
        registry: input.registry,
        tenancy: input.tenancy,
      }),
    );
  }
  return current.with(version, changes);
}

/** Keeps the store fresh: refreshes on every notice, on reconnect, and every few seconds in case one was missed. */
export async function followSchema(input: StoreInput & { store: SnapshotStore }): Promise<{ stop(): Promise<void> }> {
  let stopped = false;
  let close: () => Promise<void> = async () => undefined;
  let refreshing: Promise<unknown> = Promise.resolve();
  const refresh = (): void => {
    if (stopped) return;
    refreshing = input.store
      .refresh()
      .catch((error: unknown) => input.log.warn({ error: String(error) }, 'the schema could not be refreshed'));
  };
  const listen = async (): Promise<void> => {
    const client = await input.db.connect();
    client.on('notification', refresh);
    client.on('error', () => undefined);
    client.once('end', () => {
      if (!stopped) setTimeout(() => void listen().catch(() => retry()), 500).unref();
    });
    const { rows } = await client.query(`select 'm_schema_' || current_schema() as channel`);
    await client.query(`listen "${String(rows[0].channel).replaceAll('"', '""')}"`);
    close = () => client.end();
    refresh();
  };
  const retry = (): void => {
    if (!stopped) setTimeout(() => void listen().catch(() => retry()), 1000).unref();
  };
  await listen();
  const timer = setInterval(refresh, 5000);
  timer.unref();
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await close().catch(() => undefined);
      await refreshing;
    },
  };
}
