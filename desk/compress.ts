/** A plugin of the build: writes a .gz and a .br beside each text file, and prints what the first load costs. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Below this a packet is a packet. */
const SMALL = 1_000;
const TEXT = /\.(js|css|html|svg|json|txt)$/;

export function compress(): Plugin {
  let folder = '';
  const sizes = new Map<string, number>();
  let first: string[] = [];
  return {
    name: 'desk-compress',
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    writeBundle(_, bundle) {
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => TEXT.test(name))) {
        const bytes = readFileSync(path.join(folder, file));
        const gzip = gzipSync(bytes, { level: 9 });
        sizes.set(file.replaceAll(path.sep, '/'), gzip.byteLength);
        if (bytes.byteLength < SMALL) continue;
        const br = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } });
        writeFileSync(path.join(folder, `${file}.gz`), gzip);
        writeFileSync(path.join(folder, `${file}.br`), br);
      }
      const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
      const entry = chunks.find((chunk) => chunk.isEntry);
      const known = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
      const seen = new Set<string>();
      const follow = (name: string): void => {
        if (seen.has(name)) return;
        seen.add(name);
        for (const next of known.get(name)?.imports ?? []) follow(next);
      };
      if (entry) follow(entry.fileName);
      for (const view of ['ShellView', 'ListView', 'registration']) {
        const chunk = chunks.find((part) => part.name === view);
        if (chunk) follow(chunk.fileName);
      }
      first = [...seen];
    },
    closeBundle() {
      if (first.length === 0) return;
      const js = first.reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0);
      const css = [...sizes].filter(([file]) => file.endsWith('.css')).reduce((sum, [, size]) => sum + size, 0);
      const kb = (bytes: number): string => (bytes / 1000).toFixed(1);
      process.stdout.write(`First load (shell and list), gzip: ${kb(js)} kB of JavaScript, ${kb(css)} kB of CSS\n`);
    },
  };
}
