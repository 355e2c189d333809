/**
 * The benchmark's world: a throw-away PostgreSQL, and servers over it in processes of their own: ours, and
 * those that it is compared with.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../server/db/embedded.ts';
import { silentLog } from '../support/silent-log.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const PASSWORD = 'bench-password-of-administrator';

export interface World {
  databaseUrl: string;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'framework-m-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
  return {
    databaseUrl: postgres.url,
    async stop() {
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface Server {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Runs a script of this folder as a server; it prints its address as its first line. */
export function startServer(script: string, env: Record<string, string>): Promise<Server> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, script)], {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it was ready`)));
    child.stdout.once('data', (line: Buffer) => {
      resolve({ url: line.toString().trim(), pid: child.pid as number, stop: () => stop(child) });
    });
  });
}

/** Resident memory in MB, from /proc. */
export function memoryOf(server: Server): number {
  const pages = Number(readFileSync(`/proc/${server.pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4096) / 1e6;
}

export async function signIn(url: string, user = 'Administrator', password = PASSWORD): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  return ((await answer.json()) as { token: string }).token;
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 5000).unref();
  });
}
