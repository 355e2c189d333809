/**
 * The first step of every npm script and of `m`: plain JavaScript for Node 20 and newer without any
 * dependency. Installs what the lock file asks for, finds Node 24 and runs the wanted file or tool
 * under it. Knows nothing of the product.
 *
 *   node server/cli/bootstrap.mjs <tool of node_modules/.bin, or path of a script> [arguments]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const RUNTIME = 24;
const ROOT = path.resolve(import.meta.dirname ?? path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Runs a script under Node 24 with these arguments; this process ends as that one does. */
export async function run(script, args) {
  if (isCheckout()) installMissing();
  followParent();
  if (majorOf(process.version) >= RUNTIME) {
    process.argv = [process.execPath, script, ...args];
    await import(pathToFileURL(script).href);
    return;
  }
  handOver(runtimeBinary(), [script, ...args]);
}

/** A published package brings its compiled files and leaves installing to whoever installed it. */
function isCheckout() {
  return existsSync(path.join(ROOT, 'package-lock.json'));
}

function installMissing() {
  if (isInstalled()) return;
  process.stderr.write('Installing dependencies (npm ci) …\n');
  // Without our own node_modules/.bin in PATH: npm runs under the machine's Node, not under the one it replaces.
  const ours = path.join(ROOT, 'node_modules');
  const PATH = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.startsWith(ours))
    .join(path.delimiter);
  const isWindows = process.platform === 'win32';
  const result = spawnSync('npm', ['ci'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: isWindows,
    env: { ...process.env, PATH },
  });
  if (result.status === 0) return;
  fail(
    `"npm ci" did not succeed (${result.error?.message ?? `exit code ${result.status}`}). Mend what it says above and start again.`,
  );
}

/** True when node_modules holds every package of the lock file in its version. */
function isInstalled() {
  const lock = path.join(ROOT, 'package-lock.json');
  const installed = path.join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  if (statSync(lock).mtimeMs <= statSync(installed).mtimeMs) return true;
  // A copy or a checkout may only have touched the file's date.
  const wanted = JSON.parse(readFileSync(lock, 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.keys(wanted).every((name) => {
    const { version, dev, optional, devOptional, peer } = wanted[name];
    if (name === '' || (!present[name] && (dev || optional || devOptional || peer))) return true;
    return present[name]?.version === version;
  });
}

/** The Node of the npm package `node-<platform>-<arch>`, wherever npm put it. */
function runtimeBinary() {
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve(`node-${platform}/package.json`));
    const binary = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(binary)) return binary;
  } catch {
    // Not among the optional dependencies of this platform.
  }
  return fail(
    `This needs Node ${RUNTIME} or newer; this is ${process.version}, and no Node ${RUNTIME} comes from npm for ${platform}. ` +
      `Install Node ${RUNTIME} (https://nodejs.org) and start again; if you installed with --omit=optional, run "${isCheckout() ? 'npm ci' : 'npm i --include=optional'}" first.`,
  );
}

/**
 * `npm run` and `npx` put a shell between npm and us that dies of SIGTERM without telling us. When the
 * parent is gone, we take it as our own SIGTERM. (`npm start` says `exec`, so that npm itself waits.)
 */
function followParent() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

/** Stays as a thin parent: hands signals down, and ends with the child's exit code or signal. */
function handOver(binary, args) {
  const child = spawn(binary, args, { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C in a terminal reaches the whole group: the child has had it already.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`Cannot run ${binary}: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** A tool of an installed package by the name of its command, or a script by its path. */
function scriptOf(name) {
  const file = path.resolve(ROOT, name);
  if (/\.[cm]?[jt]s$/.test(name)) return file;
  if (isCheckout()) installMissing();
  const tool = path.join(ROOT, 'node_modules/.bin', name);
  return existsSync(tool) ? realpathSync(tool) : fail(`There is no tool "${name}" in node_modules/.bin. Run "npm ci".`);
}

function majorOf(version) {
  return Number.parseInt(version.slice(1), 10);
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const isMain = process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isMain) {
  const [name, ...args] = process.argv.slice(2);
  if (!name) fail('Usage: node server/cli/bootstrap.mjs <tool or script> [arguments]');
  await run(scriptOf(name), args);
}
