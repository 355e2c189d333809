/**
 * Puts the rooms together: database, migrations, built-in DocTypes, snapshot, services. Everything that
 * runs (server, command line, tests, benchmark) begins here; nothing else constructs a pool.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { v7 } from 'uuid';
import { createCipher } from './cipher.ts';
import { openMigrations } from './db/migrate.ts';
import { type Database, openDatabase } from './db/pool.ts';
import { syncCore } from './doctypes/core.ts';
import type { SchemaServices } from './doctypes/edits.ts';
import { docTypeRepository } from './doctypes/repository.ts';
import { docTypeRowsRepository, ROW_DOCTYPES } from './doctypes/rows-repository.ts';
import { followSchema, openSnapshotStore, type SnapshotStore } from './doctypes/store.ts';
import { createSchemaSync } from './doctypes/sync.ts';
import { doors } from './documents/all-doors.ts';
import type { App, Context, Repository, Services } from './documents/contract.ts';
import { createControllers } from './documents/controllers.ts';
import { createRepositories } from './documents/repository.ts';
import { builtinFieldTypes, createRegistry } from './fieldtypes/registry.ts';
import type { Actor } from './kernel/actor.ts';
import type { Clock, IdSource, Logger } from './kernel/ports.ts';

export interface ServicesInput {
  databaseUrl: string;
  secret: string;
  log: Logger;
  /** The project or package folder: where `schemas/` and `migrations/` are. */
  root: string;
  apps?: readonly App[];
  poolSize?: number;
  statementTimeoutMs?: number;
  clock?: Clock;
  ids?: IdSource;
}

export interface OpenServices {
  services: Services;
  schema: SchemaServices;
  store: SnapshotStore;
  db: Database;
  close(): Promise<void>;
}

/** Migrates, brings the built-in DocTypes up to date, loads the snapshot and follows its changes. */
export async function openServices(input: ServicesInput): Promise<OpenServices> {
  const { log } = input;
  await migrate({ url: input.databaseUrl, root: input.root, log });
  const db = openDatabase({
    url: input.databaseUrl,
    size: input.poolSize ?? 10,
    statementTimeoutMs: input.statementTimeoutMs ?? 5000,
    log,
  });
  const registry = createRegistry(builtinFieldTypes);
  const store = await openSnapshotStore({ db, registry, log });
  const clock = input.clock ?? { now: () => Date.now() };
  const ids = input.ids ?? { uuid: () => v7() };
  const schema: SchemaServices = { db, store, registry, clock, ids, log };
  const apps = input.apps ?? [];
  const services: Services = {
    db,
    registry,
    clock,
    ids,
    log,
    cipher: createCipher(input.secret),
    controllers: createControllers(apps),
    repositories: createRepositories([
      ['DocType', docTypeRepository(() => schema)] as const,
      ...ROW_DOCTYPES.map((doctype) => [doctype, docTypeRowsRepository] as const),
      ...apps.flatMap((app) => Object.entries<Repository>(app.repositories ?? {})),
    ]),
    doors,
    schema: createSchemaSync(() => schema),
  };
  await syncCore(schema, path.join(input.root, 'schemas'));
  const follower = await followSchema({ db, registry, log, store });
  return {
    services,
    schema,
    store,
    db,
    async close() {
      await follower.stop();
      await db.close();
    },
  };
}

async function migrate(q: { url: string; root: string; log: Logger }): Promise<void> {
  const migrations = openMigrations({ url: q.url, folder: path.join(q.root, 'migrations') });
  try {
    const ran = await migrations.latest();
    if (ran.length > 0) q.log.info({ migrations: ran }, 'migrated');
  } finally {
    await migrations.close();
  }
}

/** A context for work that no request asked for, or for one that an edge has identified. */
export function createContext(
  open: Pick<OpenServices, 'services' | 'store'>,
  actor: Actor,
  requestId: string = randomUUID(),
): Context {
  return { services: open.services, actor, snapshot: open.store.current(), requestId, now: open.services.clock.now() };
}
