import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** A small project with the real start scripts, a command of one line, and an `npm` that only says that it ran. */
let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'framework-m-bootstrap-'));
  for (const folder of ['server/cli', 'node_modules', 'bin']) mkdirSync(path.join(root, folder), { recursive: true });
  for (const script of ['bootstrap.mjs', 'm.mjs'])
    copyFileSync(`server/cli/${script}`, path.join(root, 'server/cli', script));
  write('package.json', '{"type":"module"}');
  write(
    'server/cli/m.ts',
    'console.log("m:", ...process.argv.slice(2)); process.exit(Number(process.argv[3] ?? 0) as number);',
  );
  npm('touch ../npm-ran');
  lock('package-lock.json', '1.0.0');
  lock('node_modules/.package-lock.json', '1.0.0');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

function lock(file: string, version: string): void {
  const packages = {
    '': {},
    'node_modules/kept': { version },
    'node_modules/other-system': { version, optional: true },
  };
  write(
    file,
    JSON.stringify({ packages: file.startsWith('node_modules') ? { 'node_modules/kept': { version } } : packages }),
  );
}

function npm(command: string): void {
  write('bin/npm', `#!/bin/sh\ncd "${root}/bin"; ${command}\n`);
  chmodSync(path.join(root, 'bin/npm'), 0o755);
}

/** The lock file is changed after the last install. */
function touchLock(): void {
  const later = new Date(Date.now() + 60_000);
  utimesSync(path.join(root, 'package-lock.json'), later, later);
}

function m(...args: string[]) {
  const env = { PATH: `${path.join(root, 'bin')}:${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'server/cli/m.mjs'), ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, stdout: stdout.trim(), stderr: stderr.trim(), installed: existsSync(path.join(root, 'npm-ran')) };
}

test('arguments and the exit code pass through, and nothing is installed when all is there', () => {
  expect(m('start', '3')).toEqual({ status: 3, stdout: 'm: start 3', stderr: '', installed: false });
});

test('a fresh clone installs first', () => {
  rmSync(path.join(root, 'node_modules'), { recursive: true });
  expect(m('start')).toMatchObject({ status: 0, stdout: 'm: start', installed: true });
});

test('a lock file that asks for another version installs; one that is merely newer does not', () => {
  touchLock();
  expect(m('info').installed).toBe(false);
  lock('package-lock.json', '2.0.0');
  touchLock();
  expect(m('info').installed).toBe(true);
});

test('an install that fails stops with a sentence', () => {
  rmSync(path.join(root, 'node_modules'), { recursive: true });
  npm('exit 9');
  expect(m('start')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('"npm ci" did not succeed (exit code 9)'),
  });
});

test('the published package runs its compiled files and installs nothing', () => {
  rmSync(path.join(root, 'server/cli/m.ts'));
  rmSync(path.join(root, 'package-lock.json'));
  rmSync(path.join(root, 'node_modules'), { recursive: true });
  write('dist/server/cli/m.js', 'console.log("dist:", ...process.argv.slice(2));');
  expect(m('info')).toEqual({ status: 0, stdout: 'dist: info', stderr: '', installed: false });
});

test('a tool that is not there is named', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'server/cli/bootstrap.mjs'), 'no-such-tool'],
    { encoding: 'utf8' },
  );
  expect(status).toBe(1);
  expect(stderr).toContain('There is no tool "no-such-tool"');
});
