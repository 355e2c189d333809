/** What `npm ci` leaves out without a word: an optional package that the Node which runs npm is too old for. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

interface Locked {
  optional?: true;
  os?: readonly string[];
  cpu?: readonly string[];
  engines?: { node?: string };
}

/** The oldest that the README allows, as npm runs under it. */
const OLDEST: readonly [number, number] = [20, 19];

const lock = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};

function allows(range: string): boolean {
  return range.split('||').some((part) =>
    part
      .trim()
      .replace(/([<>=^~]+)\s+/g, '$1')
      .split(/\s+/)
      .every(allowsOne),
  );
}

function allowsOne(comparator: string): boolean {
  const [, sign = '', major = '', minor] = /^([<>=^~]*)v?(\d+|\*|x)?(?:\.(\d+|\*|x))?/.exec(comparator) ?? [];
  if (!/^\d+$/.test(major)) return true;
  const wanted = [Number(major), /^\d+$/.test(minor ?? '') ? Number(minor) : 0] as const;
  const isAtLeast = OLDEST[0] > wanted[0] || (OLDEST[0] === wanted[0] && OLDEST[1] >= wanted[1]);
  if (sign.startsWith('<')) return !isAtLeast;
  return sign.startsWith('>') ? isAtLeast : OLDEST[0] === wanted[0] && isAtLeast;
}

test('ranges are read', () => {
  expect(['>=20', '>= 12.0.0', '^20.19.0 || >=22.12.0', '6.* || >= 10.*', '*'].map(allows)).not.toContain(false);
  expect(['^22.18 || >=24.11', '>=22', '^18.0.0', '>=20.20 <21'].map(allows)).not.toContain(true);
});

test('every optional package that is for this system is installed by the oldest Node, too', () => {
  const left = Object.entries(lock.packages).filter(
    ([, { optional, os, cpu, engines }]) => optional && !os && !cpu && engines?.node && !allows(engines.node),
  );
  expect(left.map(([name, { engines }]) => `${name}: node ${engines?.node}`)).toEqual([]);
});
