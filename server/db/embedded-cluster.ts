/**
 * The files of one embedded cluster: made whole or not at all, its password, its settings, and what
 * its postmaster.pid says. Starts nothing; embedded.ts does.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../kernel/error.ts';
import type { Binaries, DatabaseUser } from './embedded-system.ts';

/** The role that the product signs in with (no superuser), and the database that it owns. */
export const ROLE = 'framework';
export const DATABASE = 'framework';
const VERSION = '18';

export type Settings = Readonly<Record<string, string | number>>;

const SETTINGS: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  max_connections: 100,
  shared_buffers: '128MB',
  // A large import creates more than a thousand tables in one transaction, each of them a lock.
  max_locks_per_transaction: 1024,
  idle_in_transaction_session_timeout: '60s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  jit: 'off',
  fsync: 'on',
  // Errors of single statements are the caller's to log; here they would only grow the file.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

/** The password of this cluster, made once, readable by this user only, kept beside the data. */
export async function clusterPassword(dataDir: string): Promise<string> {
  const file = `${dataDir}.password`;
  const existing = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new AppError(
      'unavailable',
      `Cannot read ${file} (${error.code}): start as the user who made it, or set DATABASE_URL.`,
    );
  });
  if (existing) return existing.trim();
  // link() is atomic and refuses an existing name: of two first starts at once, one password wins.
  const draft = `${file}.${unique()}`;
  await writeFile(draft, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return (await readFile(file, 'utf8')).trim();
}

interface Creation {
  dataDir: string;
  password: string;
  binaries: Binaries;
  user: DatabaseUser;
  /** False for throw-away clusters, whose settings say fsync off. */
  durable: boolean;
}

/** Makes the cluster with its role and database when there is none. Throws AppError for another version's. */
export async function ensureCluster(creation: Creation): Promise<void> {
  const { dataDir } = creation;
  const version = await readFile(path.join(dataDir, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version?.trim() === VERSION) return;
  if (version) {
    throw new AppError(
      'unavailable',
      `${dataDir} was made by PostgreSQL ${version.trim()}, and this is ${VERSION}. Dump it with the old one and load it here, or move the folder away.`,
    );
  }
  await removeAbandoned(dataDir);
  // Made under another name and renamed when it is whole: a start that is killed half-way leaves no half cluster.
  const fresh = `${dataDir}.new-${unique()}`;
  await createCluster(fresh, creation);
  await rename(fresh, dataDir).catch(async (error: NodeJS.ErrnoException) => {
    await rm(fresh, { recursive: true, force: true });
    const lostTheRace = error.code === 'ENOTEMPTY' || error.code === 'EEXIST' || error.code === 'EPERM';
    if (!lostTheRace) throw error;
  });
}

/** Writes postgresql.conf, which is ours alone. Replaced whole, since another process may be reading it. */
export async function writeSettings(dataDir: string, settings: Settings): Promise<void> {
  const lines = Object.entries({ ...SETTINGS, ...settings }).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`,
  );
  const draft = path.join(dataDir, `postgresql.conf.${unique()}`);
  await writeFile(draft, `# Written at every start. Settings of your own: ALTER SYSTEM.\n${lines.join('\n')}\n`, {
    mode: 0o644,
  });
  await rename(draft, path.join(dataDir, 'postgresql.conf'));
}

/** The port of the last start; undefined before the first. */
export async function portBefore(dataDir: string): Promise<number | undefined> {
  const written = await readFile(path.join(dataDir, 'postgresql.conf'), 'utf8').catch(() => '');
  const port = /^port = '(\d+)'$/m.exec(written)?.[1];
  return port === undefined ? undefined : Number(port);
}

export interface Postmaster {
  pid: number;
  port: number;
}

/** True when the process no longer runs on this cluster. A dead child that nobody reaps still counts as alive, its file does not. */
export async function hasStopped(dataDir: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return true;
  const [pidLine] = (await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(pidLine) !== pid;
}

/** The server that runs on this cluster, as its postmaster.pid says; undefined when it is certainly not running. */
export async function runningPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const file = path.join(dataDir, 'postmaster.pid');
  const [pidLine, , , portLine] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(pidLine);
  if (!pid || !isAlive(pid)) return undefined;
  if (await isForeign(pid, dataDir)) {
    // Our server died and another process has the number now, or the folder is a copy of a running one.
    // PostgreSQL itself would refuse to start.
    await rm(file, { force: true });
    return undefined;
  }
  return portLine ? { pid, port: Number(portLine) } : undefined;
}

/** Begins with the process id, by which removeAbandoned tells what a dead process left. */
function unique(): string {
  return `${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** True only when the process certainly is not the server of this folder; a server's working directory is its data. */
async function isForeign(pid: number, dataDir: string): Promise<boolean> {
  const workingDirectory = await realpath(`/proc/${pid}/cwd`).catch(() => undefined);
  if (workingDirectory) return workingDirectory !== (await realpath(dataDir));
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return commandLine !== undefined && !commandLine.includes('postgres');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function createCluster(folder: string, { password, binaries, user, durable }: Creation): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  await user.give(folder, 0o700);
  const passwordFile = `${folder}.pw`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  await user.give(passwordFile, 0o600);
  try {
    const options = [
      '--pgdata',
      folder,
      '--username',
      'postgres',
      '--pwfile',
      passwordFile,
      '--auth',
      'scram-sha-256',
      '--encoding',
      'UTF8',
      '--locale',
      'C',
      '--locale-provider',
      'builtin',
      '--builtin-locale',
      'C.UTF-8',
      '--data-checksums',
    ];
    refuse('initdb', await user.run(binaries.initdb, durable ? options : [...options, '--no-sync']));
    // Single-user mode reads one statement a line. The password is hexadecimal, so it needs no quoting.
    const statements = `CREATE ROLE ${ROLE} LOGIN CREATEDB PASSWORD '${password}'\nCREATE DATABASE ${DATABASE} OWNER ${ROLE}\n`;
    refuse('postgres --single', await user.run(binaries.postgres, ['--single', '-D', folder, 'postgres'], statements));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function refuse(step: string, { code, output }: { code: number; output: string }): void {
  if (code === 0 && !/(ERROR|FATAL|PANIC):/.test(output)) return;
  throw new AppError(
    'unavailable',
    `The embedded PostgreSQL could not be made (${step}): ${output.trim().slice(-2000)}`,
  );
}

async function removeAbandoned(dataDir: string): Promise<void> {
  const start = `${path.basename(dataDir)}.new-`;
  for (const name of await readdir(path.dirname(dataDir))) {
    const pid = Number.parseInt(name.slice(start.length), 10);
    if (name.startsWith(start) && !isAlive(pid)) {
      await rm(path.join(path.dirname(dataDir), name), { recursive: true, force: true });
    }
  }
}
