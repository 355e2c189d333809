/** Starts the throw-away PostgreSQL of a test run in a temporary folder, and removes both at its end. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../server/db/embedded.ts';
import { silentLog } from './silent-log.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** What is lost in a crash is a test's database, so nothing waits for the disk. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 200 };

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'framework-m-tests-'));
  guard(folder);
  const dataDir = path.join(folder, 'postgres');
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog, settings: FAST });
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** A shell that waits for our end of the pipe to close, which even a kill does, and then cleans up. */
function guard(folder: string): void {
  if (process.platform === 'win32') return;
  const script = path.resolve(import.meta.dirname, 'postgres-guard.ts');
  const wait = ['-c', 'cat >/dev/null; exec "$0" "$1" "$2"', process.execPath, script, folder];
  const child = spawn('/bin/sh', wait, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  (child.stdin as Socket).unref();
}
