/** A plugin of the build: writes a .gz and a .br beside each text file, so that no server packs them anew. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Below this a packet is a packet. */
const SMALL = 1_000;
const TEXT = /\.(js|css|html|svg|json|txt)$/;

export function compress(): Plugin {
  let folder = '';
  return {
    name: 'desk-compress',
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    writeBundle() {
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => TEXT.test(name))) {
        const bytes = readFileSync(path.join(folder, file));
        if (bytes.byteLength < SMALL) continue;
        const br = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } });
        writeFileSync(path.join(folder, `${file}.gz`), gzipSync(bytes, { level: 9 }));
        writeFileSync(path.join(folder, `${file}.br`), br);
      }
    },
  };
}
