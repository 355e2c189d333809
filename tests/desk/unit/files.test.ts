import { describe, expect, test } from 'vitest';
import { fileNameOf, formatBytes, isFileAddress, isPicture, isPrivateAddress } from '../../../desk/src/meta/files.ts';

describe('addresses of files', () => {
  test.each([
    ['/private/files/report-0123456789abcdef.pdf', 'report.pdf'],
    ['/files/a_b-vvvvvvvvvvvvvvvv', 'a_b'],
    ['/files/old-name.pdf', 'old-name.pdf'],
    ['https://example.test/files/report-0123456789abcdef.pdf?x=1', 'report-0123456789abcdef.pdf'],
    ['/files/r%C3%A9sum%C3%A9.pdf', 'résumé.pdf'],
    ['/files/broken%E9.pdf', 'broken%E9.pdf'],
    ['https://example.test/', 'https://example.test/'],
  ])('%s is called %s', (address, name) => {
    expect(fileNameOf(address)).toBe(name);
  });

  test.each([
    ['/files/a.png', true],
    ['/private/files/a.JPG?fid=1', true],
    ['/files/a.svg', false],
    ['/files/a.pdf', false],
    // The policy of the page lets no picture in from elsewhere.
    ['https://example.test/a.png', false],
    ['//example.test/files/a.png', false],
  ])('%s is a picture to be shown: %s', (address, is) => {
    expect(isPicture(address)).toBe(is);
  });

  test.each([
    ['https://example.test/a', true],
    ['/files/a', true],
    ['//example.test/a', false],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
  ])('%s may be a link: %s', (address, is) => {
    expect(isFileAddress(address)).toBe(is);
  });

  test('who may have it stands in the address', () => {
    expect([isPrivateAddress('/private/files/a'), isPrivateAddress('/files/a')]).toEqual([true, false]);
  });
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1200, '1.2 kB'],
  [26_214_400, '26.2 MB'],
  [5e9, '5 GB'],
  [5e12, '5,000 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes, 'en')).toBe(text);
});
