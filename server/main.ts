/**
 * The server as one value: database, apps, demo, HTTP, in the order in which they start and the reverse
 * in which they stop. Prints nothing and knows no signals; cli/start.ts does both.
 */
import path from 'node:path';
import { findActiveApps } from './active-apps.ts';
import { type Application, createApp } from './app.ts';
import type { Config } from './config.ts';
import { openRunningDatabase } from './database.ts';
import { isDemoWanted, loadDemo, readUnfinishedDemo } from './demo.ts';
import { type Listening, listen } from './http/listen.ts';
import { installDocTypes } from './install-app.ts';
import { AppError } from './kernel/error.ts';
import type { Logger } from './kernel/ports.ts';
import { PACKAGE_ROOT, readVersion } from './package-folder.ts';

export interface RunningServer {
  url: string;
  /** Finishes running requests, then stops everything. May be called twice. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** An aborted signal ends the start at its next step. */
  signal?: AbortSignal;
  /** Called with the password of Administrator when this start made one up: to be shown, once. */
  onPasswordMade?(password: string): void;
  /** Where the built desk lies; default: the package's own. */
  deskFolder?: string;
}

interface Start extends ServeOptions {
  config: Config;
  log: Logger;
  /** How to end what has begun, newest last. */
  ends: (() => Promise<void>)[];
}

/** Starts everything. Throws AppError with a sentence for the operator, having stopped what it had begun. */
export async function serve(config: Config, log: Logger, options: ServeOptions = {}): Promise<RunningServer> {
  const start: Start = { ...options, config, log, ends: [] };
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= endAll(start);
    return stopped;
  };
  try {
    const app = await startApp(start);
    const { url } = await startListening(start, app);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startApp({ config, log, signal, ends, onPasswordMade, deskFolder }: Start): Promise<Application> {
  const database = await openRunningDatabase(config, log);
  ends.push(database.stop);
  signal?.throwIfAborted();
  const unfinished = await readUnfinishedDemo(config);
  const apps = await findActiveApps({
    root: PACKAGE_ROOT,
    folders: config.apps,
    installed: database.apps,
    isDemoWanted: isDemoWanted(config, database) || unfinished.size > 0,
  });
  const app = await createApp({
    databaseUrl: database.url,
    secret: config.appSecret,
    log,
    root: PACKAGE_ROOT,
    apps: apps.modules,
    tenancy: config.tenancy,
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    authChain: config.authChain,
    poolSize: config.poolSize,
    statementTimeoutMs: config.statementTimeoutMs,
    adminPassword: config.adminPassword,
    bodyLimitBytes: config.bodyLimitBytes,
    filesDir: config.filesDir,
    fileLimitBytes: config.fileLimitBytes,
    policy: config.policy,
    graphqlLimits: config.graphqlLimits,
    isProduction: config.isProduction,
    publicUrl: config.publicUrl ?? ownUrl(config),
    smtpUrl: config.smtpUrl,
    mailFrom: config.mailFrom,
    oidc: config.oidc,
    version: readVersion(),
    deskFolder: deskFolder ?? path.join(PACKAGE_ROOT, 'desk/dist'),
  });
  ends.push(app.close);
  // At once: what fails after this must not leave a password that nobody has seen.
  if (app.firstPassword && config.adminPassword === undefined) onPasswordMade?.(app.firstPassword);
  for (const folder of apps.given) {
    signal?.throwIfAborted();
    await installDocTypes(app, folder);
  }
  await loadDemo(app, { config, apps, unfinished, signal });
  signal?.throwIfAborted();
  return app;
}

/** For a developer's own links; in production people come by another address than the one that is listened on. */
function ownUrl({ host, port, isProduction }: Config): string | undefined {
  if (isProduction || port === 0) return undefined;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function startListening({ config, ends }: Start, app: Application): Promise<Listening> {
  try {
    const listening = await listen(app.http, {
      host: config.host,
      port: config.port,
      lasting: app.lasting,
      largestBody: config.fileLimitBytes,
    });
    ends.push(listening.close);
    return listening;
  } catch (error) {
    throw toListenError(error, config);
  }
}

async function endAll({ ends, log }: Start): Promise<void> {
  for (const end of ends.splice(0).reverse()) {
    await end().catch((error: unknown) => log.warn({ error }, 'a part of the server did not stop well'));
  }
}

function toListenError(error: unknown, { host, port }: Config): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const refuse = (sentence: string) => new AppError('unavailable', sentence, { cause: error });
  if (code === 'EADDRINUSE')
    return refuse(`Something listens on ${host}:${port} already. Stop it, or set PORT to a free port (0 takes any).`);
  if (code === 'EACCES') return refuse(`This user may not listen on ${host}:${port}. Set PORT to 1024 or more.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return refuse(`HOST ${host} is no address of this machine. Set it to one, such as 127.0.0.1 or 0.0.0.0.`);
  }
  return error;
}
