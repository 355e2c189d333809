import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { places, ROOT, sourcesOf } from '../support/sources.ts';

const TOP_LEVEL = [
  'server',
  'desk',
  'schemas',
  'migrations',
  'seeds',
  'tests',
  'package.json',
  'tsconfig.json',
  'kysely.config.ts',
  'README.md',
  'package-lock.json',
  'LICENSE',
  'CHANGELOG.md',
];
/** Made by tools and ignored by git. */
const GENERATED = /^(node_modules|dist|coverage|.*\.tgz)$/;
const MAX_LINES = 300;

test('the top level holds nothing beside what was agreed', () => {
  const entries = readdirSync(ROOT).filter((name) => !name.startsWith('.') && !GENERATED.test(name));
  expect(entries.filter((name) => !TOP_LEVEL.includes(name))).toEqual([]);
});

const DESK = ['.ts', '.vue', '.css'];

test(`no file of the server or the desk is longer than ${MAX_LINES} lines`, () => {
  const long = [...sourcesOf('server'), ...sourcesOf('desk/src', DESK)].filter(
    ({ text }) => text.split('\n').length - 1 > MAX_LINES,
  );
  expect(long.map((source) => source.path)).toEqual([]);
});

test('every file of the server and of the desk begins by saying what it owns', () => {
  const silent = sourcesOf('server').filter(({ text }) => !text.startsWith('/**') && !text.startsWith('#!'));
  const others = sourcesOf('desk/src', DESK).filter(({ text }) => !/^(\/\*|<!--)/.test(text));
  expect(others.map((source) => source.path)).toEqual([]);
  expect(silent.map((source) => source.path)).toEqual([]);
});

test('names of files are kebab-case', () => {
  const kebab = /^[a-z0-9-]+(\.(d|test|cases|config|property\.test))?\.ts$/;
  const odd = [...sourcesOf('server'), ...sourcesOf('tests')].filter(
    (source) => !kebab.test(path.basename(source.path)),
  );
  expect(odd.map((source) => source.path)).toEqual([]);
});

describe.skipIf(!existsSync(path.join(ROOT, 'README.md')))('README', () => {
  test('every file and folder that it names exists', () => {
    const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
    const named = [...readme.matchAll(/\]\(([\w./-]+)\)/g)].map((match) => match[1] as string);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });
});

test('the desk asks the server through its api folder alone', () => {
  // What it writes for others to copy asks for itself.
  const samples = 'desk/src/meta/sample-text.ts';
  const others = sourcesOf('desk/src', ['.ts', '.vue']).filter(
    ({ path: file }) => !file.startsWith('desk/src/api/') && file !== samples,
  );
  expect(places(others, /\bfetch\(|XMLHttpRequest/g)).toEqual([]);
});
