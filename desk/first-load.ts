/**
 * What a browser must fetch before a list can be used: its budget, which a browser test holds it to, and a plugin of the
 * build that prints what it weighs.
 */
import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/** Bytes as they travel, packed with gzip. */
export const BUDGET = { js: 150_000, css: 12_000 } as const;

/** The page itself, what stands around every page, the list, and what takes in the apps' own parts. */
const PARTS = ['main', 'ShellView', 'ListView', 'registration'];

export function firstLoad(): Plugin {
  let line = '';
  return {
    name: 'desk-first-load',
    apply: 'build',
    writeBundle(_, bundle) {
      const { js, css } = filesOf(bundle);
      const weigh = (files: Iterable<string>): number =>
        [...files].reduce((sum, file) => sum + gzipSync(contentOf(bundle[file]), { level: 9 }).byteLength, 0);
      const say = (kind: keyof typeof BUDGET, bytes: number, name: string): string =>
        `${kb(bytes)} kB of ${name}${bytes > BUDGET[kind] ? ` (over the budget of ${kb(BUDGET[kind])} kB)` : ''}`;
      line = `First load (shell and list), gzip: ${say('js', weigh(js), 'JavaScript')} in ${js.size} files, ${say('css', weigh(css), 'CSS')}\n`;
    },
    closeBundle() {
      process.stdout.write(line);
    },
  };
}

function filesOf(bundle: Rolldown.OutputBundle): Record<keyof typeof BUDGET, Set<string>> {
  const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
  const found = { js: new Set<string>(), css: new Set<string>() };
  const follow = (file: string): void => {
    const chunk = bundle[file];
    if (chunk?.type !== 'chunk' || found.js.has(file)) return;
    found.js.add(file);
    for (const style of chunk.viteMetadata?.importedCss ?? []) found.css.add(style);
    chunk.imports.forEach(follow);
  };
  for (const part of PARTS) {
    const chunk = chunks.find(({ moduleIds }) =>
      moduleIds.some((id) => id.replace(/\.(ts|vue)$/, '').endsWith(`/${part}`)),
    );
    if (chunk) follow(chunk.fileName);
  }
  return found;
}

function contentOf(file: Rolldown.OutputBundle[string] | undefined): string | Uint8Array {
  return file?.type === 'chunk' ? file.code : (file?.source ?? '');
}

function kb(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
