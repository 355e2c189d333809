/**
 * How the tests run: `plain` ones need nothing but themselves, `database` ones share a throw-away
 * PostgreSQL that support/postgres-setup.ts starts only when one of them is wanted, `desk` ones run in a made-up
 * browser, and `browser` ones in a real one against a real server.
 */
import path from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import { iconSet } from '../desk/icon-set.ts';

const PLAIN = ['tests/unit/**/*.test.ts', 'tests/fieldtypes/**/*.test.ts', 'tests/arch/**/*.test.ts'];
const DESK = ['tests/desk/unit/**/*.test.ts'];
const BROWSER = ['tests/desk/browser/**/*.test.ts'];
const ROOT = path.resolve(import.meta.dirname, '..');
const POSTGRES = path.resolve(import.meta.dirname, 'support/postgres-setup.ts');

export default defineConfig({
  root: ROOT,
  resolve: { alias: { '@expressions': path.join(ROOT, 'server/expressions') } },
  // The result cache belongs beside the other generated things.
  cacheDir: 'node_modules/.vite',
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // A second, which is what it is else, a busy machine may need for one step.
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default', path.resolve(import.meta.dirname, 'support/figures-reporter.ts')],
    projects: [
      { extends: true, test: { name: 'plain', include: PLAIN } },
      {
        extends: true,
        test: {
          name: 'database',
          include: ['tests/**/*.test.ts'],
          exclude: [...PLAIN, ...DESK, ...BROWSER, '**/node_modules/**'],
          globalSetup: POSTGRES,
        },
      },
      {
        extends: true,
        plugins: [vue(), iconSet()],
        test: { name: 'desk', include: DESK, environment: 'happy-dom' },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: BROWSER,
          // After the others: a page that waits for a busy machine looks like a page that is broken.
          sequence: { groupOrder: 1 },
          globalSetup: [POSTGRES, path.resolve(import.meta.dirname, 'desk/browser/setup.ts')],
        },
      },
    ],
  },
});
