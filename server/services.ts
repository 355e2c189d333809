/**
 * Puts the rooms together: database, migrations, built-in DocTypes, snapshot, services. Everything that
 * runs (server, command line, tests, benchmark) begins here; nothing else constructs a pool.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { v7 } from 'uuid';
import { ACTIVITY_GUARDS, ACTIVITY_RULES } from './activity/guards.ts';
import { createPrincipals, type Principals } from './auth/principals.ts';
import { createCipher } from './cipher.ts';
import { openMigrations } from './db/migrate.ts';
import { type Database, openDatabase } from './db/pool.ts';
import { syncCore } from './doctypes/core.ts';
import type { SchemaServices } from './doctypes/edits.ts';
import { docTypeRepository } from './doctypes/repository.ts';
import { docTypeRowsRepository, ROW_DOCTYPES } from './doctypes/rows-repository.ts';
import { followSchema, openSnapshotStore, type SnapshotStore } from './doctypes/store.ts';
import { createSchemaSync } from './doctypes/sync.ts';
import { readTenancy, switchToColumn } from './doctypes/tenancy-mode.ts';
import { servicesFor } from './documents/actor-services.ts';
import { doors } from './documents/all-doors.ts';
import type { App, Context, Repository, Services } from './documents/contract.ts';
import { createControllers } from './documents/controllers.ts';
import { joinGuards } from './documents/guard.ts';
import { createRepositories } from './documents/repository.ts';
import { type ChangeFeed, openChangeFeed } from './events/change-feed.ts';
import { builtinFieldTypes, createRegistry } from './fieldtypes/registry.ts';
import { FILE_GUARDS } from './files/guards.ts';
import { FILE } from './files/rows.ts';
import { fileFollowing, fileRule } from './files/rule.ts';
import { createDictionaries, type Dictionaries } from './i18n/dictionaries.ts';
import { I18N_GUARDS } from './i18n/guards.ts';
import type { Actor } from './kernel/actor.ts';
import type { Clock, IdSource, Logger } from './kernel/ports.ts';
import { EVERY_TENANT, OPERATOR, type TenancyMode } from './kernel/tenancy.ts';
import { createHttpPolicy, type HttpPolicySettings } from './policy/http-engine.ts';
import { RIGHTS_GUARDS } from './rights/guards.ts';
import { SHARING_GUARDS } from './sharing/guards.ts';
import { TENANT_GUARD } from './tenancy/tenant-guard.ts';
import { createTenants, type Tenants } from './tenancy/tenants.ts';
import { VIEWS_GUARDS, VIEWS_RULES } from './views/saved-views.ts';
import { WORKSPACE_GUARDS, WORKSPACE_RULES } from './views/workspaces.ts';

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
  /** Default: `single`. */
  tenancy?: TenancyMode;
  /** An engine that is asked beside the built-in permissions; absent: those alone. */
  policy?: HttpPolicySettings;
}

export interface OpenServices {
  services: Services;
  schema: SchemaServices;
  store: SnapshotStore;
  /** For the server's own work: the rows of all tenants. A request's is in its Context. */
  db: Database;
  principals: Principals;
  /** What documents were written, here and in the other processes. */
  changes: ChangeFeed;
  /** Translations, as they are now in any process. */
  dictionaries: Dictionaries;
  /** Undefined with a single tenant. */
  tenants: Tenants | undefined;
  close(): Promise<void>;
}

/** What the product's own DocTypes say of their rows, beside the rules of apps. */
const BUILT_IN_RULES: App = { controllers: { ...ACTIVITY_RULES, ...VIEWS_RULES, ...WORKSPACE_RULES } };

/** Migrates, brings the built-in DocTypes up to date, loads the snapshot and follows its changes. */
export async function openServices(input: ServicesInput): Promise<OpenServices> {
  const { log, tenancy = 'single' } = input;
  await migrate({ url: input.databaseUrl, root: input.root, log });
  const pool = openDatabase({
    url: input.databaseUrl,
    size: input.poolSize ?? 10,
    statementTimeoutMs: input.statementTimeoutMs ?? 5000,
    log,
    tenancy,
  });
  const db = pool.forTenant(EVERY_TENANT);
  const letGo = async (error: unknown): Promise<never> => {
    await pool.close();
    throw error;
  };
  const stored = await readTenancy(pool, tenancy).catch(letGo);
  const changes = await openChangeFeed({ db, log }).catch(letGo);
  const registry = createRegistry(builtinFieldTypes);
  const clock = input.clock ?? { now: () => Date.now() };
  const ids = input.ids ?? { uuid: () => v7() };
  const folder = path.join(input.root, 'schemas');
  if (stored !== tenancy) await becomeMany({ db, registry, clock, ids, log, changes }, folder);
  const store = await openSnapshotStore({ db, registry, log, tenancy });
  const operator = pool.forTenant(OPERATOR);
  const schema: SchemaServices = { db: operator, store, registry, clock, ids, log, changes, tenancy };
  const apps = input.apps ?? [];
  const principals = createPrincipals({ db, clock, snapshot: () => store.current() });
  const tenants = tenancy === 'column' ? createTenants({ db, clock }) : undefined;
  const following = fileFollowing((doctype) => controllers.rowRules(doctype));
  const own: App = { controllers: { [FILE]: { rowRule: fileRule(following) } } };
  const controllers = createControllers([BUILT_IN_RULES, own, ...apps]);
  const services: Services = {
    // It asks for nobody: servicesFor gives each actor the database of their tenant.
    db: pool,
    registry,
    clock,
    ids,
    log,
    cipher: createCipher(input.secret),
    controllers,
    repositories: createRepositories([
      ['DocType', docTypeRepository(() => schema)] as const,
      ...ROW_DOCTYPES.map((doctype) => [doctype, docTypeRowsRepository] as const),
      ...apps.flatMap((app) => Object.entries<Repository>(app.repositories ?? {})),
    ]),
    doors,
    schema: createSchemaSync(() => schema),
    guards: joinGuards([
      ...RIGHTS_GUARDS,
      ...SHARING_GUARDS,
      ...FILE_GUARDS,
      ...ACTIVITY_GUARDS,
      ...VIEWS_GUARDS,
      ...WORKSPACE_GUARDS,
      ...I18N_GUARDS,
      ['Tenant', TENANT_GUARD],
    ]),
    following: new Map([[FILE, following]]),
    policy: input.policy && createHttpPolicy(input.policy, log),
    rightsChanged() {
      principals.forget();
      tenants?.forget();
    },
    changes,
  };
  await syncCore(schema, folder);
  const dictionaries = createDictionaries({ clock, subscribe: changes.subscribe });
  const follower = await followSchema({ db, registry, log, store, tenancy });
  return {
    services,
    schema,
    store,
    db,
    principals,
    changes,
    dictionaries,
    tenants,
    async close() {
      dictionaries.stop();
      await changes.stop();
      await follower.stop();
      await db.close();
    },
  };
}

/** The built-in DocTypes first: they say what is common to all tenants. */
async function becomeMany(q: Omit<SchemaServices, 'store'>, folder: string): Promise<void> {
  const single: SchemaServices = { ...q, store: await openSnapshotStore(q) };
  if (single.store.current().names.length > 0) await syncCore(single, folder);
  const store = await openSnapshotStore({ ...q, tenancy: 'column' });
  const tables = await switchToColumn({ ...q, store, tenancy: 'column' });
  q.log.info({ tables }, 'the database has many tenants from now on');
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
  return {
    services: servicesFor(open.services, actor),
    actor,
    snapshot: open.store.current(),
    requestId,
    now: open.services.clock.now(),
  };
}
