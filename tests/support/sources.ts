/** The project's files as text, for tests that judge how the code is written. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Source {
  /** From the root, with forward slashes. */
  path: string;
  text: string;
}

/** Every TypeScript file below a folder of the root, or every file with one of these endings. */
export function sourcesOf(folder: string, endings: readonly string[] = ['.ts']): Source[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => endings.some((ending) => file.endsWith(ending)) && !file.includes('node_modules'))
    .map((file) => `${folder}/${file.replaceAll(path.sep, '/')}`)
    .sort()
    .map((file) => ({ path: file, text: readFileSync(path.join(ROOT, file), 'utf8') }));
}

/** The text with its comments blanked: same length, same lines. */
export function withoutComments(text: string): string {
  const comment = /\/\*[\s\S]*?\*\/|(?<=^|[\s;{(,])\/\/[^\n]*/g;
  return text.replace(comment, (match) => match.replace(/[^\n]/g, ' '));
}

/** `server/query/plan.ts:12` for each match of a pattern outside comments. */
export function places(sources: readonly Source[], pattern: RegExp): { at: string; match: string }[] {
  return sources.flatMap(({ path: file, text }) =>
    [...withoutComments(text).matchAll(pattern)].map((match) => ({
      at: `${file}:${text.slice(0, match.index).split('\n').length}`,
      match: match[0],
    })),
  );
}
