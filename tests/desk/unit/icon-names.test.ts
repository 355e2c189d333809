/** Icons by a part of their names, and that there are some. */
import icons from 'virtual:icon-set';
import { expect, test } from 'vitest';
import { matchingIcons } from '../../../desk/src/meta/icon-names.ts';

const names = ['alarm-clock', 'bell', 'clock', 'clock-alert', 'star'];

test.each([
  ['', names],
  ['clock', ['clock', 'clock-alert', 'alarm-clock']],
  ['Clock alarm', ['alarm-clock']],
  ['  clock-a', ['clock-alert', 'alarm-clock']],
  ['nothing', []],
])('%j', (text, found) => {
  expect(matchingIcons(names, text)).toEqual(found);
});

test('all are there, each with something to draw and nothing that is no drawing', () => {
  const all = Object.entries(icons);
  expect(all.length).toBeGreaterThan(1_800);
  const tags = new Set(all.flatMap(([, parts]) => parts.map(([tag]) => tag)));
  expect([...tags].sort()).toEqual(['circle', 'ellipse', 'line', 'path', 'polygon', 'polyline', 'rect']);
  const attributes = new Set(all.flatMap(([, parts]) => parts.flatMap(([, given]) => Object.keys(given))));
  expect([...attributes].filter((name) => name === 'style' || name === 'key' || name.startsWith('on'))).toEqual([]);
  expect(all.every(([name, parts]) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && parts.length > 0)).toBe(true);
});
