/** Addresses of tiles: one host, whole, and nothing that a policy for content could read otherwise. */
import { expect, test } from 'vitest';
import { originOf, tilesOf } from '../../server/kernel/map-tiles.ts';

test.each([
  ['https://tiles.example.org/{z}/{x}/{y}.png', 'https://tiles.example.org'],
  ['http://127.0.0.1:8080/map/{z}/{x}/{y}.png?key=a', 'http://127.0.0.1:8080'],
])('%s', (template, origin) => {
  expect(tilesOf(template, ' © Somebody ')).toEqual({ url: template, attribution: '© Somebody' });
  expect(originOf(template)).toBe(origin);
});

test.each([
  '',
  'tiles.example.org/{z}/{x}/{y}.png',
  'javascript:alert(1)//{z}/{x}/{y}',
  'ftp://tiles.example.org/{z}/{x}/{y}.png',
  'https://{s}.example.org/{z}/{x}/{y}.png',
  'https://user:secret@example.org/{z}/{x}/{y}.png',
  'https://example.org;script-src/{z}/{x}/{y}.png',
  "https://example.org/ 'unsafe-inline'/{z}/{x}/{y}.png",
  'https://*.example.org/{z}/{x}/{y}.png',
  'https://example.org/{z}/{x}.png',
  'https://example.org/{z}/{z}/{x}/{y}.png',
  'https://example.org/{z}/{x}/{y}/{anything}.png',
  'https://example.org:99999999/{z}/{x}/{y}.png',
  `https://example.org/${'a'.repeat(600)}/{z}/{x}/{y}.png`,
  5,
  null,
])('%s is none', (template) => {
  expect(tilesOf(template, 'x')).toBeUndefined();
});
