/**
 * How the tests run: `plain` ones need nothing but themselves, `database` ones share a throw-away
 * PostgreSQL that support/postgres-setup.ts starts only when one of them is wanted.
 */
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const PLAIN = ['tests/unit/**/*.test.ts', 'tests/fieldtypes/**/*.test.ts', 'tests/arch/**/*.test.ts'];

export default defineConfig({
  root: path.resolve(import.meta.dirname, '..'),
  // The result cache belongs beside the other generated things.
  cacheDir: 'node_modules/.vite',
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    reporters: ['default', path.resolve(import.meta.dirname, 'support/figures-reporter.ts')],
    projects: [
      { extends: true, test: { name: 'plain', include: PLAIN } },
      {
        extends: true,
        test: {
          name: 'database',
          include: ['tests/**/*.test.ts'],
          exclude: [...PLAIN, '**/node_modules/**'],
          globalSetup: path.resolve(import.meta.dirname, 'support/postgres-setup.ts'),
        },
      },
    ],
  },
});
