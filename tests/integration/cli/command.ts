/** The real command line as a child process, in a project folder of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const M = path.resolve(import.meta.dirname, '../../../server/cli/m.mjs');

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Project {
  folder: string;
  /** Runs `m` with these arguments in the folder, with a text on standard input. */
  m(args: readonly string[], more?: { env?: Record<string, string>; input?: string; cwd?: string }): Promise<Outcome>;
  /** Begins a command; what it prints is gathered. */
  launch(args: readonly string[], env?: Record<string, string>): { child: ChildProcess; output(): string };
  /** Starts the server on a free port; resolves when it has printed its address. */
  start(env?: Record<string, string>): Promise<Server>;
  /** Writes a file into the folder and gives its path. */
  write(name: string, content: unknown): Promise<string>;
  remove(): Promise<void>;
}

export interface Server {
  url: string;
  child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

/** `env` is all that the commands see beside PATH: no setting of the machine reaches them. */
export async function createProject(env: Record<string, string>): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), 'framework-m-cli-'));
  await writeFile(path.join(folder, 'package.json'), '{}');
  const servers: Server[] = [];
  const launch = (args: readonly string[], more: Record<string, string> = {}, cwd = folder): ChildProcess =>
    spawn(process.execPath, [M, ...args], { cwd, env: { PATH: process.env.PATH, ...env, ...more } });
  return {
    folder,
    m: (args, more = {}) => toEnd(launch(args, more.env, more.cwd), more.input ?? ''),
    launch(args, more = {}) {
      const child = launch(args, more);
      return { child, output: gather(child) };
    },
    async start(more = {}) {
      const server = await whenUp(launch(['start'], { PORT: '0', ...more }));
      servers.push(server);
      return server;
    },
    async write(name, content) {
      const file = path.join(folder, name);
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    },
    async remove() {
      for (const { child, ended } of servers) {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function toEnd(child: ChildProcess, input: string): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => (stdout += chunk));
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function gather(child: ChildProcess): () => string {
  let output = '';
  const add = (chunk: Buffer): void => {
    output += chunk;
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => output;
}

async function whenUp(child: ChildProcess): Promise<Server> {
  const output = gather(child);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = / is at (http:\S+) after /.exec(output())?.[1];
      if (found) resolve(found);
    });
    void ended.then(({ code }) => reject(new Error(`the server ended with ${code}: ${output()}`)));
  });
  return { url, child, ended, output };
}

/** A token of Administrator. */
export async function login(url: string, password: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'Administrator', password }),
  });
  if (response.status !== 200) throw new Error(`login: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { token: string }).token;
}
