/**
 * A plugin of the build: writes which files each page of the desk needs, so that the server can tell the browser with
 * the page itself. Without that it hears of them one after another: those of a list when the main script has run.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin, Rolldown } from 'vite';

/** Beside the built files, where nobody is served it. By view, as `ListView`. */
export const PRELOADS = 'preloads.json';

const INSIDE = ['HomeView', 'ListView', 'FormView', 'SettingsView'];
const OUTSIDE = ['LoginView', 'DocsView'];
/** What stands around the first of them, and what takes in the parts of apps. */
const AROUND = ['ShellView', 'registration'];

export function preloads(): Plugin {
  let folder = '';
  return {
    name: 'desk-preloads',
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    writeBundle(_, bundle) {
      const byView = Object.fromEntries([
        ...INSIDE.map((view) => [view, filesOf(bundle, [...AROUND, view])]),
        ...OUTSIDE.map((view) => [view, filesOf(bundle, [view])]),
      ]);
      writeFileSync(path.join(folder, PRELOADS), JSON.stringify(byView));
    },
  };
}

/** The scripts of these parts and all that they import at once, but for those that the page names itself. */
function filesOf(bundle: Rolldown.OutputBundle, parts: readonly string[]): string[] {
  const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
  const found = new Set<string>();
  const follow = (file: string, into: Set<string>): void => {
    const chunk = bundle[file];
    if (chunk?.type !== 'chunk' || into.has(file)) return;
    into.add(file);
    for (const next of chunk.imports) follow(next, into);
  };
  const named = new Set<string>();
  for (const { isEntry, fileName } of chunks) if (isEntry) follow(fileName, named);
  for (const part of parts) {
    const isOf = (id: string): boolean => id.replace(/\.(ts|vue)$/, '').endsWith(`/${part}`);
    const chunk = chunks.find(({ moduleIds }) => moduleIds.some(isOf));
    if (chunk) follow(chunk.fileName, found);
  }
  return [...found].filter((file) => !named.has(file));
}
