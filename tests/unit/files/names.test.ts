import { expect, test } from 'vitest';
import { cleanFileName, isWebAddress, newAddress, tailOf } from '../../../server/files/file-name.ts';
import { rangeOf } from '../../../server/http/ranges.ts';
import fc from '../../support/properties.ts';

test('whatever is given, a name is short, visible, and no path', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
      const name = cleanFileName(given);
      expect([...name].length).toBeGreaterThan(0);
      expect([...name].length).toBeLessThanOrEqual(140);
      expect(name).not.toMatch(/[\\/\p{Cc}\p{Bidi_Control}<>"]|^[. ]|[. ]$/u);
      expect(cleanFileName(name)).toBe(name);
    }),
  );
});

test('an address is its own, and is found again however it is written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.boolean(), (given, isPrivate) => {
      const address = newAddress(cleanFileName(given), isPrivate);
      expect(address).toMatch(
        isPrivate ? /^\/private\/files\/[\w-]{18,80}(\.\w+)?$/ : /^\/files\/[\w-]{18,80}(\.\w+)?$/,
      );
      const tail = tailOf(address);
      expect(tailOf(`${address}?fid=x`)).toBe(tail);
      expect(tailOf(` ${address}#x`)).toBe(tail);
      expect(newAddress(given, isPrivate)).not.toBe(address);
    }),
  );
  for (const other of ['', 'x', '/file/x', 'https://x.test/files/a', '//files/x', '/Files/x'])
    expect(tailOf(other)).toBeUndefined();
  expect(tailOf('/files/%E0%A4%A')).toBe('%E0%A4%A');
});

test('links to elsewhere', () => {
  expect(['https://a.test/x', 'http://a.test'].every(isWebAddress)).toBe(true);
  const others = [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://a/x',
    '//a.test',
    'https://u:p@a.test',
    'x',
  ];
  expect(others.some(isWebAddress)).toBe(false);
});

test('a range is within the file, or none', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.option(fc.nat(3000)), fc.option(fc.nat(3000)), (size, from, to) => {
      const range = rangeOf(`bytes=${from ?? ''}-${to ?? ''}`, size);
      if (range === undefined || range === 'none') return;
      expect(range.first).toBeGreaterThanOrEqual(0);
      expect(range.last).toBeGreaterThanOrEqual(range.first);
      expect(range.last).toBeLessThan(size);
    }),
  );
});
