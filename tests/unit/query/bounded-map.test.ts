import { expect, test } from 'vitest';
import { boundedMap } from '../../../server/query/bounded-map.ts';

test('what was not used for longest goes first, by weight', () => {
  const map = boundedMap<number>(10);
  map.set('a', 1, 4);
  map.set('b', 2, 4);
  expect(map.get('a')).toBe(1);
  map.set('c', 3, 4);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
});

test('a key set again weighs what it weighs now', () => {
  const map = boundedMap<number>(10);
  for (let round = 0; round < 100; round++) map.set('a', round, 6);
  map.set('b', 1, 4);
  expect([map.get('a'), map.get('b')]).toEqual([99, 1]);
});

test('what alone is too heavy stays until the next comes', () => {
  const map = boundedMap<number>(10);
  map.set('a', 1, 50);
  expect(map.get('a')).toBe(1);
  map.set('b', 2, 1);
  expect([map.get('a'), map.get('b')]).toEqual([undefined, 2]);
});
