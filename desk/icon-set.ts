/**
 * A plugin of the build: all icons of Lucide as data, `virtual:icon-set`, for names that people choose. Its own modules
 * are made for icons that the program names: taken all together they would move those into one file with it.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

const NAME = 'virtual:icon-set';
const RESOLVED = `\0${NAME}`;

type Part = [tag: string, attributes: Record<string, string>];

interface IconModule {
  __iconData?: { name: string; node: Part[] };
}

export function iconSet(): Plugin {
  return {
    name: 'desk-icon-set',
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    async load(id) {
      if (id !== RESOLVED) return undefined;
      // As text: it is read faster than as a program, and only when it is wanted.
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(await readIcons()))});`;
    },
  };
}

/** By name, without what only a framework needs. A name of before leads to the same module and is no other icon. */
async function readIcons(): Promise<Record<string, Part[]>> {
  const main = createRequire(import.meta.url).resolve('@lucide/vue');
  const folder = path.join(main.slice(0, main.lastIndexOf(`${path.sep}dist${path.sep}`)), 'dist/esm/icons');
  const files = readdirSync(folder).filter((file) => file.endsWith('.mjs') && file !== 'index.mjs');
  const icons: Record<string, Part[]> = {};
  for (const file of files.sort()) {
    const { __iconData: data } = (await import(pathToFileURL(path.join(folder, file)).href)) as IconModule;
    if (data) icons[data.name] = data.node.map(([tag, { key: _, ...attributes }]) => [tag, attributes]);
  }
  return icons;
}
