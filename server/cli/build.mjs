/**
 * Makes `dist/`, what the published package runs (Node strips no types inside node_modules): the
 * compiled TypeScript in the layout of the checkout, with the data beside it, so that a path relative
 * to a file is the same in both. Run by npm before it packs.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyAppTypes } from './app-types.ts';
import { buildDesk, buildDeskPackage } from './desk.ts';
import { copyDeskSource } from './desk-source.ts';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const DIST = path.join(ROOT, 'dist');
const DATA = ['desk/dist', 'schemas', 'migrations', 'seeds', 'server'];

rmSync(DIST, { recursive: true, force: true });
compile();
await makeDesk();
for (const folder of DATA) copyData(folder);
copyAppTypes(ROOT, DIST);
copyDeskSource(ROOT, path.join(DIST, 'desk-source'));
writePackage(DIST);
writePackage(path.join(DIST, 'desk-source'));

function compile() {
  const typescript = path.dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  const args = [path.join(typescript, 'bin/tsc'), '-p', path.join(ROOT, '.tsconfig.build.json')];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: ROOT });
  if (status !== 0) process.exit(status ?? 1);
}

async function makeDesk() {
  for (const build of [buildDesk(ROOT), buildDeskPackage(ROOT, path.join(DIST, 'desk/package'))]) {
    const { ok, output } = await build;
    process.stdout.write(output);
    if (!ok) process.exit(1);
  }
}

/** All but TypeScript, which is compiled unless it is a template, and the two plain scripts that start everything. */
function copyData(folder) {
  const from = path.join(ROOT, folder);
  if (!existsSync(from)) return;
  cpSync(from, path.join(DIST, folder), { recursive: true, filter: isData });
}

function isData(file) {
  // The frontends of the demo are in the built desk.
  if (/[\\/]seeds[\\/][^\\/]+[\\/]frontend/.test(file)) return false;
  return path.basename(path.dirname(file)) === 'templates' || !/\.(ts|mjs)$/.test(file);
}

/** For code that asks for its own name and version two folders up, and for the build of a desk. */
function writePackage(folder) {
  const { name, version, type } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify({ name, version, type, private: true })}\n`);
}
