/** Where this package lies and which release it is. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** `schemas/`, `migrations/` and `seeds/` are in it, in a checkout and in `dist/` alike. */
export const PACKAGE_ROOT = path.resolve(import.meta.dirname, '..');

export function readVersion(): string {
  return (JSON.parse(readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}
