/**
 * A real server in a process of its own, that a test may kill: `m start` on a database of the test's. What it
 * logs as an error is kept, so that an answer 500 can be explained.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ADMIN_PASSWORD, type Client, clientOf } from '../app.ts';
import { ROOT } from '../sources.ts';

export interface ServerProcess extends Client {
  url: string;
  pid: number;
  /** What it has written to the log and to the terminal, the newest 200 kB. */
  output(): string;
  /** Log lines of level error. */
  errors(): string[];
  /** kill -9: resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and -9 should that hang. */
  stop(): Promise<void>;
}

const KEPT = 200_000;
const PATIENCE_MS = 20_000;

/** Resolves when it serves and Administrator is signed in. Rejects with what it printed when it does not start. */
export async function startServer(databaseUrl: string, env: Record<string, string> = {}): Promise<ServerProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), 'framework-m-reliability-'));
  writeFileSync(path.join(folder, 'package.json'), '{}');
  const child = spawn(process.execPath, [path.join(ROOT, 'server/cli/m.ts'), 'start'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      PORT: '0',
      APP_SECRET: 'a secret of the reliability tests, long enough',
      ADMIN_PASSWORD,
      DEMO: '0',
      LOG_LEVEL: 'warn',
      NODE_COMPILE_CACHE: path.join(ROOT, 'node_modules/.cache/m'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void ended.then(() => rmSync(folder, { recursive: true, force: true }));
  const output = gather(child);
  const url = await addressOf(child, output);
  const { body } = await clientOf(url, '').json('POST', '/api/v1/auth/login', {
    user: 'Administrator',
    password: ADMIN_PASSWORD,
  });
  const client = clientOf(url, body.token);
  return {
    token: client.token,
    json: (method, target, ask, headers) => soon(client.json(method, target, ask, headers), `${method} ${target}`),
    url,
    pid: child.pid as number,
    output,
    errors: () =>
      output()
        .split('\n')
        .filter((line) => line.includes('"level":"error"')),
    kill() {
      child.kill('SIGKILL');
      return ended;
    },
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 12_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** A request that hangs fails the test with its name, not with the test's own time limit. */
function soon<T>(answer: Promise<T>, ask: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} s: ${ask}`)), PATIENCE_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function gather(child: ChildProcess): () => string {
  let output = '';
  const add = (chunk: Buffer): void => {
    output = (output + chunk).slice(-KEPT);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => output;
}

function addressOf(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = / is at (http:\S+) after /.exec(output())?.[1];
      if (found) resolve(found);
    });
    child.once('close', (code) => reject(new Error(`the server ended with ${code}: ${output()}`)));
  });
}
