/**
 * Builds the desk when its sources are newer than what was built: those of a checkout, or those that the published
 * package brings for projects whose apps add to the desk (project-desk.ts).
 */
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** What the built files are made of. */
const SOURCES = [
  ...[
    'desk/src',
    'desk/index.html',
    'desk/vite.config.ts',
    'desk/app-frontends.ts',
    'desk/chunks.ts',
    'desk/icon-set.ts',
  ],
  ...['desk/compress.ts', 'desk/first-load.ts', 'desk/preloads.ts'],
  'server/expressions',
];
const CONFIG = 'desk/vite.config.ts';
/** Beside the built files, where nobody is served it: which apps are in them. */
const APPS = 'apps.json';

export interface DeskWish {
  /** Folders of apps, absolute, beside the demo's: what they bring to the desk is built into it. */
  apps?: readonly string[];
  /** Where to; default: where the server looks for it. */
  folder?: string;
}

export interface DeskBuild {
  ok: boolean;
  /** What the build printed. */
  output: string;
}

export function deskFolder(root: string): string {
  return path.join(root, 'desk/dist');
}

/** Whether there is something to build from, and something to build with. */
export function canBuildDesk(root: string): boolean {
  return existsSync(path.join(root, CONFIG)) && viteOf(root) !== undefined;
}

/** Only where it can be built. `apps`: folders of apps beside the demo's. */
export function isDeskStale(root: string, apps: readonly string[] = [], folder: string = deskFolder(root)): boolean {
  if (!canBuildDesk(root)) return false;
  const page = statSync(path.join(folder, 'index.html'), { throwIfNoEntry: false });
  if (!page) return true;
  const frontends = frontendsOf(root, apps);
  if (builtWith(folder) !== stampOf(root, apps)) return true;
  const sources = [...SOURCES, 'package-lock.json'].map((source) => path.join(root, source));
  return [...sources, ...frontends].some((source) => newestOf(source) > page.mtimeMs);
}

/** Builds beside the old one and puts it in its place whole: whoever is served meanwhile notices nothing. */
export async function buildDesk(
  root: string,
  { apps = [], folder = deskFolder(root) }: DeskWish = {},
): Promise<DeskBuild> {
  const started = new Date();
  const out = `${folder}-${process.pid}`;
  mkdirSync(path.dirname(folder), { recursive: true });
  const args = [viteOf(root) ?? 'vite', 'build', '--config', path.join(root, CONFIG), '--logLevel', 'warn'];
  const { code, output } = await runNode(args, {
    ...process.env,
    DESK_OUT: out,
    NODE_ENV: 'production',
    APPS: apps.join(','),
  });
  if (code !== 0) {
    rmSync(out, { recursive: true, force: true });
    return { ok: false, output };
  }
  // A source that was saved while this was built is newer than it.
  utimesSync(path.join(out, 'index.html'), started, started);
  writeFileSync(path.join(out, APPS), stampOf(root, apps));
  rmSync(folder, { recursive: true, force: true });
  renameSync(out, folder);
  return { ok: true, output };
}

/** AutoForm and AutoTable with their types and styles, as other programs import them. */
export async function buildDeskPackage(root: string, folder: string): Promise<DeskBuild> {
  const config = path.join(root, 'desk/vite.package.ts');
  const args = [viteOf(root) ?? 'vite', 'build', '--config', config, '--logLevel', 'warn'];
  const { code, output } = await runNode(args, { ...process.env, DESK_OUT: folder, NODE_ENV: 'production' });
  if (code === 0) {
    copyFileSync(path.join(root, 'desk/auto.d.ts'), path.join(folder, 'index.d.ts'));
    // A compiler asks for the types of a style sheet too.
    writeFileSync(path.join(folder, 'style.d.ts'), 'export {};\n');
  }
  return { ok: code === 0, output };
}

/** Where apps keep what they bring to the desk: those given, then the demo's. */
function frontendsOf(root: string, apps: readonly string[]): string[] {
  const seeds = path.join(root, 'seeds');
  const demo = existsSync(seeds) ? readdirSync(seeds).map((name) => path.join(seeds, name)) : [];
  return frontendFolders([...apps, ...demo]);
}

/** The `frontend/` of those apps that have one. */
export function frontendFolders(apps: readonly string[]): string[] {
  const folders = apps.map((folder) => path.join(folder, 'frontend'));
  return [...new Set(folders)].filter((folder) => existsSync(folder)).sort();
}

/** What the built files say of themselves. Another release is another desk: npm gives all its files the same old date. */
function stampOf(root: string, apps: readonly string[]): string {
  const manifest = path.join(root, 'package.json');
  const { version } = existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }) : {};
  return JSON.stringify({ version, frontends: frontendsOf(root, apps) });
}

function builtWith(folder: string): string | undefined {
  const file = path.join(folder, APPS);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Wherever npm has put it; undefined: it is not installed. */
function viteOf(root: string): string | undefined {
  try {
    const manifest = createRequire(path.join(root, 'package.json')).resolve('vite/package.json');
    return path.join(path.dirname(manifest), 'bin/vite.js');
  } catch {
    return undefined;
  }
}

function newestOf(source: string): number {
  const stat = statSync(source, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.mtimeMs ?? 0;
  const inside = readdirSync(source).map((name) => newestOf(path.join(source, name)));
  return Math.max(stat.mtimeMs, ...inside);
}

function runNode(args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
