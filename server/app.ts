/**
 * The application as one value: services, sign-in and the HTTP routes over them. `createApp` is for the
 * server and for every test alike; nothing here listens or reads the environment.
 */
import path from 'node:path';
import { type Accounts, createAccounts } from './auth/accounts.ts';
import { createTrustedProxies } from './auth/addresses.ts';
import { createIdentities, type Identities, purgeIdentities } from './auth/identity.ts';
import { type Auth, createAuth, hasPassword, setPassword } from './auth/login.ts';
import type { OidcSettings } from './auth/oauth-providers.ts';
import { createSecondFactor } from './auth/second-factor.ts';
import { compileAhead } from './doctypes/compile-ahead.ts';
import { createFiles, type Files } from './files/files.ts';
import { ensureGivenRecords, randomPassword } from './first-start.ts';
import { DEFAULT_LIMITS, type Limits } from './graphql/limits.ts';
import { createLive, type Live, type LiveTimes } from './graphql/live/live.ts';
import { createPersisted } from './graphql/persisted.ts';
import { graphqlRoutes } from './graphql/route.ts';
import { graphqlDoor } from './graphql/socket/door.ts';
import { createHttp, toServed } from './http/app.ts';
import { purgeIdempotency } from './http/idempotency.ts';
import type { Lasting } from './http/listen.ts';
import type { Gauge } from './http/metrics.ts';
import { createConnections } from './http/socket/admission.ts';
import { createSockets, type SocketTimes } from './http/socket/sockets.ts';
import { type Actor, ADMINISTRATOR } from './kernel/actor.ts';
import { type AuthWay, DEFAULT_CHAIN } from './kernel/auth-ways.ts';
import { SIGNED_OUT, signedOut } from './kernel/changes.ts';
import { createMailer } from './mail/mailer.ts';
import { createRealtime, type Realtime, type RealtimeTimes } from './realtime/realtime.ts';
import { type OpenServices, openServices, type ServicesInput } from './services.ts';

export interface AppInput extends ServicesInput {
  /** First password of Administrator; random when absent. */
  adminPassword?: string;
  /** Ways to sign in, in their order; default: DEFAULT_CHAIN. */
  authChain?: readonly AuthWay[];
  /** Origins of other sites' pages that may call the API; default: none. */
  corsOrigins?: readonly string[];
  /** Addresses and CIDR ranges; default: none. */
  trustedProxies?: readonly string[];
  /** Where the built desk lies; without it there is none. */
  deskFolder?: string;
  bodyLimitBytes?: number;
  /** Where the content of files is kept; default: `.data/files` under the root. */
  filesDir?: string;
  /** Bytes of one file; default: 25 MiB. */
  fileLimitBytes?: number;
  /** A sender of a file that is silent for longer has gone; default: 30 s. */
  fileIdleMs?: number;
  isProduction?: boolean;
  version?: string;
  /** The front of every link in a mail; without it none is sent. */
  publicUrl?: string;
  /** Without it mails stand in the log, and in production nowhere. */
  smtpUrl?: string;
  mailFrom?: string;
  /** What a GraphQL request may be at most; default: DEFAULT_LIMITS. */
  graphqlLimits?: Partial<Limits>;
  /** When live queries are asked again, and how long sockets may be silent. */
  liveTimes?: Partial<LiveTimes & SocketTimes & RealtimeTimes>;
  /** A provider to sign in with, beside those that are documents. */
  oidc?: OidcSettings;
}

export interface Application extends OpenServices {
  auth: Auth;
  identities: Identities;
  accounts: Accounts;
  files: Files;
  http: ReturnType<typeof createHttp>;
  live: Live;
  realtime: Realtime;
  /** For listen(): sockets and streams, which have no end of their own. */
  lasting: Lasting;
  /** Set when this start made the first password. */
  firstPassword: string | undefined;
}

export async function createApp(input: AppInput): Promise<Application> {
  const open = await openServices(input);
  const { db, principals, services } = open;
  const { clock, ids, log } = services;
  const secondFactor = createSecondFactor(services);
  const signedOutHere = (user: string): void => services.changes.publish([signedOut(user)]);
  const auth = createAuth({ db, clock, ids, principals, signedOut: signedOutHere, secondFactor: secondFactor.ask });
  const { isProduction = false, publicUrl, oidc, smtpUrl, mailFrom = 'no-reply@localhost' } = input;
  const mailer = createMailer({ smtpUrl, from: mailFrom, isProduction, log });
  const snapshot = () => open.store.current();
  const accounts = createAccounts({
    services,
    snapshot,
    principals,
    mailer,
    publicUrl,
    oidc,
    isProduction,
    secondFactor,
    auth,
  });
  const proxies = createTrustedProxies(input.trustedProxies ?? []);
  const { authChain: chain = DEFAULT_CHAIN } = input;
  const identities = createIdentities({
    ...services,
    db,
    auth,
    principals,
    signedOut: signedOutHere,
    chain,
    proxies,
    publicUrl,
  });
  // Before anybody who listens asks again who somebody is.
  open.changes.subscribe(({ changes, isComplete }) => {
    if (isComplete && !changes.some(({ doctype }) => doctype === SIGNED_OUT)) return;
    auth.sessions.forget();
    identities.apiKeys.forget();
  });
  await ensureGivenRecords(open);
  const firstPassword = await ensurePassword(open, input.adminPassword);
  const files = createFiles({
    folder: input.filesDir ?? path.join(input.root, '.data', 'files'),
    limit: input.fileLimitBytes ?? 25 * 1024 * 1024,
    idleMs: input.fileIdleMs,
    db,
    tenancy: input.tenancy ?? 'single',
    clock,
    log,
  });
  const settings = {
    limits: { ...DEFAULT_LIMITS, ...input.graphqlLimits },
    ports: { profileOf: (actor: Actor) => auth.profileOf(actor) },
    isProduction,
  };
  const live = createLive({ ...open, settings, times: input.liveTimes });
  const { userSockets, allSockets } = settings.limits;
  const connections = createConnections({ user: userSockets, all: allSockets });
  const edge = { ...settings, live, persisted: createPersisted() };
  const realtime = createRealtime({ ...open, connections, times: input.liveTimes });
  const served = toServed({
    files,
    services: open.services,
    store: open.store,
    schema: open.schema,
    tenants: open.tenants,
    proxies,
    identities,
    dictionaries: open.dictionaries,
    publicUrl,
    corsOrigins: input.corsOrigins ?? [],
    principals,
    auth,
    accounts,
    functions: new Map((input.apps ?? []).flatMap((app) => Object.entries(app.functions ?? {}))),
    deskFolder: input.deskFolder,
    bodyLimit: input.bodyLimitBytes ?? 10 * 1024 * 1024,
    isProduction,
    version: input.version ?? '0.0.0',
    isReady: () => isReady(open),
    more: [...graphqlRoutes(edge), ...realtime.routes],
    streamCursor: realtime.cursor,
    gauges: () => gaugesOf(live, realtime),
  });
  const doors = [graphqlDoor(edge), realtime.door];
  const sockets = createSockets({ http: served, doors, connections, times: input.liveTimes });
  const lasting: Lasting = {
    upgrade: sockets.upgrade,
    end() {
      live.end();
      realtime.end();
      sockets.end();
    },
  };
  const purgeNow = (): void => void purge(open, accounts, files);
  const stopCompiling = compileAhead(open.store);
  const timers = [setTimeout(purgeNow, PURGE_FIRST_MS), setInterval(purgeNow, PURGE_EVERY_MS)];
  for (const timer of timers) timer.unref();
  return {
    ...open,
    auth,
    identities,
    accounts,
    files,
    http: createHttp(served),
    live,
    realtime,
    lasting,
    firstPassword,
    async close() {
      lasting.end();
      for (const timer of timers) clearTimeout(timer);
      stopCompiling();
      await accounts.settle();
      await open.close();
    },
  };
}

const PURGE_EVERY_MS = 3_600_000;
/** Not in the way of a start, and soon after one: a process may not live for an hour. */
const PURGE_FIRST_MS = 5 * 60_000;

/** What has had its day: repeated requests' answers, sessions that have ended, content that no file names. */
async function purge(open: OpenServices, accounts: Accounts, files: Files): Promise<void> {
  const now = open.services.clock.now();
  try {
    await Promise.all([purgeIdempotency(open.db, now), purgeIdentities(open.db, now), accounts.purge(now)]);
    await files.sweep();
  } catch (error) {
    open.services.log.warn({ error: String(error) }, 'what has had its day could not be purged; it will be in an hour');
  }
}

/** Only when Administrator has none: a password in the environment does not overwrite a changed one. */
async function ensurePassword(open: OpenServices, given: string | undefined): Promise<string | undefined> {
  if (await hasPassword(open.db, ADMINISTRATOR)) return undefined;
  const password = given ?? randomPassword();
  await setPassword(open.db, ADMINISTRATOR, password);
  return password;
}

/** Ready when the database answers. */
async function isReady(open: OpenServices): Promise<boolean> {
  try {
    await open.db.query({ name: 'ready', text: 'select 1', values: [] });
    return true;
  } catch {
    return false;
  }
}

function gaugesOf(live: Live, realtime: Realtime): Gauge[] {
  return [
    { name: 'graphql_live_queries', help: 'Live queries that are followed now.', value: live.figures().followers },
    { name: 'stream_listeners', help: 'Streams of changes that are open now.', value: realtime.figures().listeners },
  ];
}
