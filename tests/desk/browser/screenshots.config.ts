/** `npm run screenshots`: the main pages as pictures in .screenshots, to be looked at. */
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const ROOT = path.resolve(import.meta.dirname, '../../..');

export default defineConfig({
  root: ROOT,
  cacheDir: 'node_modules/.vite',
  test: {
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 120_000,
    include: ['tests/desk/browser/screenshots.ts'],
    globalSetup: [path.join(ROOT, 'tests/support/postgres-setup.ts'), path.join(ROOT, 'tests/desk/browser/setup.ts')],
  },
});
