/**
 * The embedded PostgreSQL: started on a free port of 127.0.0.1, shared by every process of the same
 * data folder, and stopped by the last one that leaves. Knows nothing of what is stored in it.
 *
 * Who stops it: each process that uses it holds a shared advisory lock on a connection of its own.
 * stop() gives that up and asks for the lock alone; it is granted only when nobody else is there, and
 * then the server is stopped while the lock is held, so that a newcomer waits, fails and starts it
 * again. A process that dies loses its connection, and with it its say; the server it leaves behind
 * is taken over by the next process. A process that lives and loses its connection, as when PostgreSQL
 * crashes, takes its share again, and starts the server again on the port that its pool knows.
 */
import { mkdir, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../kernel/error.ts';
import type { Logger } from '../kernel/ports.ts';
import {
  clusterPassword,
  DATABASE,
  ensureCluster,
  hasStopped,
  portBefore,
  ROLE,
  runningPostmaster,
  type Settings,
  writeSettings,
} from './embedded-cluster.ts';
import { type Binaries, type DatabaseUser, databaseUser, findBinaries } from './embedded-system.ts';

export interface EmbeddedOptions {
  /** The folder of the cluster, such as `<root>/.data/postgres`; its password lies beside it. */
  dataDir: string;
  log: Logger;
  /** PostgreSQL settings over the usual ones. They take effect when this call starts the server. */
  settings?: Settings;
}

export interface EmbeddedPostgres {
  url: string;
  /** Leaves the server; stops it when no other process uses it. May be called twice. */
  stop(): Promise<void>;
}

const USERS_LOCK = 7_012_250_418;
const START_SECONDS = 60;
const STOP_SECONDS = 8;
const AGAIN_MS = 100;
const LONGEST_WAIT_MS = 5000;
const LOG_BYTES = 5_000_000;

interface Cluster {
  dataDir: string;
  password: string;
  binaries: Binaries;
  user: DatabaseUser;
  log: Logger;
  settings: Settings;
}

/** Starts or joins the server of this folder, making the cluster first when there is none. Throws AppError. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(options);
  const deadline = Date.now() + START_SECONDS * 1000;
  let lastProblem = '';
  while (Date.now() < deadline) {
    const running = await runningPostmaster(cluster.dataDir);
    if (!running) {
      lastProblem = await startServer(cluster);
      if (lastProblem) await sleep(200);
      continue;
    }
    const keeper = await join(cluster, running.port);
    if (keeper) return present(cluster, { keeper, port: running.port });
    await sleep(25);
  }
  const why = lastProblem || 'its port does not answer';
  throw new AppError('unavailable', `The embedded PostgreSQL in ${cluster.dataDir} did not start: ${why}`);
}

async function openCluster({ dataDir, log, settings }: EmbeddedOptions): Promise<Cluster> {
  const home = path.resolve(dataDir);
  await mkdir(path.dirname(home), { recursive: true });
  const binaries = await findBinaries();
  const user = await databaseUser([path.dirname(home), binaries.postgres]);
  const password = await clusterPassword(home);
  const durable = settings?.fsync !== 'off';
  await ensureCluster({ dataDir: home, password, binaries, user, durable });
  return { dataDir: home, password, binaries, user, log, settings: settings ?? {} };
}

/** Returns "" when the server runs, or why it does not; the caller tries again. On the port that it had, if that is free. */
async function startServer({ dataDir, binaries, user, settings }: Cluster): Promise<string> {
  const logFile = path.join(dataDir, 'server.log');
  const size = await stat(logFile).then(
    (entry) => entry.size,
    () => 0,
  );
  if (size > LOG_BYTES) await rename(logFile, `${logFile}.1`);
  await writeSettings(dataDir, { ...settings, port: await freePort(await portBefore(dataDir)) });
  const args = ['start', '-w', '-s', '-t', String(START_SECONDS), '-D', dataDir, '-l', logFile];
  const { code, output } = await user.run(binaries.pg_ctl, args);
  return code === 0 ? '' : `${output.trim()} (see ${logFile})`;
}

/**
 * A connection that holds our share of the lock, or undefined when the server is on its way up or
 * down. SCRAM proves both sides: a stranger's server on that port cannot answer to our password.
 */
async function join({ dataDir, password }: Cluster, port: number): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: ROLE,
    password,
    database: DATABASE,
    application_name: 'framework-m keeper',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1)', [USERS_LOCK]);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    const { code } = error as { code?: string };
    if (code === '28P01' || code === '28000') {
      throw new AppError(
        'unavailable',
        `The PostgreSQL of ${dataDir} does not take the password in ${dataDir}.password: that file belongs to another cluster.`,
        { cause: error },
      );
    }
    if (code === '53300')
      throw new AppError('unavailable', `The PostgreSQL of ${dataDir} has no connection left.`, { cause: error });
    return undefined;
  }
}

function present(cluster: Cluster, { keeper: first, port }: { keeper: pg.Client; port: number }): EmbeddedPostgres {
  cluster.log.debug({ dataDir: cluster.dataDir, port }, 'embedded PostgreSQL is up');
  let keeper: pg.Client | undefined = first;
  let isLeaving = false;
  let returning: Promise<void> | undefined;
  const watch = (client: pg.Client): void => {
    unrefKeeper(client);
    client.once('end', () => {
      keeper = undefined;
      if (!isLeaving) returning = comeBack();
    });
  };
  const comeBack = async (): Promise<void> => {
    keeper = await takeAgain(cluster, port, () => isLeaving);
    if (keeper) watch(keeper);
  };
  watch(first);
  let stopped: Promise<void> | undefined;
  return {
    url: `postgres://${ROLE}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`,
    stop() {
      isLeaving = true;
      stopped ??= Promise.resolve(returning).then(() => keeper && leave(cluster, keeper));
      return stopped;
    },
  };
}

/** Our share again, when its connection was lost: without it another process would stop the server that we use. */
async function takeAgain(cluster: Cluster, port: number, isLeaving: () => boolean): Promise<pg.Client | undefined> {
  const { dataDir, log } = cluster;
  log.warn({ dataDir }, 'the embedded PostgreSQL ended our connection');
  for (let wait = AGAIN_MS; !isLeaving(); wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      if (!(await runningPostmaster(dataDir))) {
        const problem = await startServer(cluster);
        log.warn({ dataDir, problem }, `the embedded PostgreSQL ${problem ? 'does not start' : 'was started again'}`);
      }
      const running = await runningPostmaster(dataDir);
      const keeper = running?.port === port ? await join(cluster, port) : undefined;
      if (keeper) return keeper;
    } catch (error) {
      log.warn({ dataDir, error }, 'the embedded PostgreSQL cannot be joined');
    }
    await sleep(wait, undefined, { ref: false });
  }
  return undefined;
}

async function leave(cluster: Cluster, keeper: pg.Client): Promise<void> {
  refKeeper(keeper);
  const isLast = await isAlone(keeper);
  if (isLast) await stopServer(cluster);
  await keeper.end().catch(() => {});
}

/** Waits for this very process: pg_ctl's own wait would go on when a newcomer has started the next one. */
async function stopServer({ dataDir, binaries, user, log }: Cluster): Promise<void> {
  const running = await runningPostmaster(dataDir);
  if (!running) return;
  const { output } = await user.run(binaries.pg_ctl, ['stop', '-m', 'fast', '-W', '-s', '-D', dataDir]);
  const deadline = Date.now() + STOP_SECONDS * 1000;
  while (!(await hasStopped(dataDir, running.pid))) {
    if (Date.now() > deadline) return log.warn({ output: output.trim() }, 'embedded PostgreSQL did not stop in time');
    await sleep(10);
  }
}

/** Gives up our share and takes the lock alone if nobody else has a share. False when the server is gone. */
async function isAlone(keeper: pg.Client): Promise<boolean> {
  try {
    await keeper.query('select pg_advisory_unlock_shared($1)', [USERS_LOCK]);
    const { rows } = await keeper.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [USERS_LOCK]);
    return rows[0]?.alone === true;
  } catch {
    return false;
  }
}

// Both exist in pg and are missing from its types. A command that forgets stop() still ends.
function unrefKeeper(client: pg.Client): void {
  (client as unknown as { unref(): void }).unref();
}

function refKeeper(client: pg.Client): void {
  (client as unknown as { ref(): void }).ref();
}

/** The wanted one where nobody listens on it. */
function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', (error) => (wanted === 0 ? reject(error) : resolve(freePort())));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
