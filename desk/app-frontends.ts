/**
 * A plugin of the build: finds the `frontend/index.ts` of apps and makes each a chunk of its own that the desk loads.
 * Which apps: the folders of APPS, and the demo apps in `seeds/`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

const MODULE = 'virtual:app-frontends';
const RESOLVED = `\0${MODULE}`;
const ROOT = path.join(import.meta.dirname, '..');
const STYLES = path.join(import.meta.dirname, 'src/styles/base.css');

export interface Frontend {
  app: string;
  folder: string;
  entry: string;
}

/** `folders`: of apps; those without a frontend are passed over. The first of a name wins. */
export function findFrontends(folders: readonly string[]): Frontend[] {
  const found = new Map<string, Frontend>();
  for (const given of folders) {
    const folder = path.join(path.resolve(given), 'frontend');
    const entry = ['index.ts', 'index.js'].map((name) => path.join(folder, name)).find((file) => existsSync(file));
    if (entry === undefined) continue;
    const { name } = JSON.parse(readFileSync(path.join(folder, '../app.json'), 'utf8')) as { name: string };
    if (!found.has(name)) found.set(name, { app: name, folder, entry });
  }
  return [...found.values()];
}

/** Those of APPS before the demo's, as the server has them. */
export function appFolders(given: string = process.env.APPS ?? ''): string[] {
  const seeds = path.join(ROOT, 'seeds');
  const demo = existsSync(seeds) ? readdirSync(seeds).sort() : [];
  const named = given
    .split(',')
    .map((folder) => folder.trim())
    .filter((folder) => folder !== '');
  return [...named, ...demo.map((name) => path.join(seeds, name))];
}

export function appFrontends(): Plugin {
  const frontends = findFrontends(appFolders());
  return {
    name: 'desk-app-frontends',
    enforce: 'pre',
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return undefined;
      const lines = frontends.map(
        ({ app, entry }) => `  { app: ${JSON.stringify(app)}, load: () => import(${JSON.stringify(entry)}) },`,
      );
      return `export const frontends = [\n${lines.join('\n')}\n];\n`;
    },
    /** Their classes are looked for, too. */
    transform(code, id) {
      if (path.normalize(id.split('?')[0] ?? '') !== STYLES) return undefined;
      const sources = frontends.map(({ folder }) => `@source ${JSON.stringify(folder)};`);
      return { code: `${code}\n${sources.join('\n')}\n`, map: null };
    },
  };
}
