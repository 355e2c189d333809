/**
 * PostGraphile is installed by the benchmark when it is first needed, in a folder of its own with its own
 * lock file: what we compare with is no dependency of the product, and `npm ci` does not wait for it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(import.meta.dirname, '../postgraphile');

interface Manifest {
  version?: string;
  dependencies: { postgraphile: string };
}

/** False when it is neither there nor to be had. */
export function installPostGraphile(): boolean {
  if (isInstalled()) return true;
  console.log('installing PostGraphile for the comparison (npm ci in tests/bench/postgraphile) …');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  return status === 0 && isInstalled();
}

function isInstalled(): boolean {
  const wanted = manifestOf('package.json')?.dependencies.postgraphile;
  return manifestOf('node_modules/postgraphile/package.json')?.version === wanted;
}

function manifestOf(file: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}
