import { expect, test } from 'vitest';
import { isPublishable, isShown, judgeContent, servedType } from '../../../server/files/kinds.ts';
import fc from '../../support/properties.ts';

const judge = (bytes: string) => judgeContent(Buffer.from(bytes, 'latin1'), true);

test.each([
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['GIF89a;<script>', 'image/gif'],
  ['RIFF\0\0\0\0WEBP', 'image/webp'],
  ['RIFX\0\0\0\0WEBP', 'application/octet-stream'],
  ['\0\0\0\x20ftypavif', 'image/avif'],
  ['\0\0\0\x20ftypisom', 'video/mp4'],
  ['\x1a\x45\xdf\xa3', 'video/webm'],
  ['%PDF-1.7', 'application/pdf'],
  [' %PDF-1.7', 'text/plain'],
  ['PK\x03\x04....word/document.xml', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['PK\x03\x04....', 'application/zip'],
  ['hello', 'text/plain'],
  ['a,b\n1,2', 'text/plain'],
  ['{"a": 1}', 'text/plain'],
  ['1 < 2 and 3 > 2', 'text/plain'],
  ['  <a/>', 'application/xml'],
  ['\xef\xbb\xbf<?xml version="1.0"?>', 'application/xml'],
  ['x <SVG\tonload=1>', 'image/svg+xml'],
  ['text <ScRiPt>', 'text/html'],
  ['<!DOCTYPE HTML>', 'text/html'],
  ['MIME-Version: 1.0', 'message/rfc822'],
  ['BM text', 'text/plain'],
  ['', 'application/octet-stream'],
  ['a\0b', 'application/octet-stream'],
  ['\xff\xfe<\0h\0', 'application/octet-stream'],
])('%j is %s', (bytes, type) => {
  expect(judge(bytes)).toBe(type);
});

test('a character that is cut by the end of the beginning is still text', () => {
  const head = Buffer.from('é'.repeat(10)).subarray(0, 19);
  expect([judgeContent(head, false), judgeContent(head, true)]).toEqual(['text/plain', 'application/octet-stream']);
});

test('what runs is neither shown nor published, and served as nothing', () => {
  for (const type of [
    'text/html',
    'image/svg+xml',
    'application/xml',
    'message/rfc822',
    'application/octet-stream',
    '',
  ])
    expect([isShown(type), isPublishable(type), servedType(type)]).toEqual([false, false, 'application/octet-stream']);
  expect([isShown('application/pdf'), isPublishable('application/pdf')]).toEqual([false, true]);
});

test('any bytes are judged, and what holds a tag is never shown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isWhole) => {
      expect(judgeContent(bytes, isWhole)).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/);
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.constantFrom('script', 'svg', 'html', 'iframe'), (before, tag) => {
      const type = judgeContent(Buffer.from(`${before}<${tag}>`), true);
      expect(type === 'text/plain').toBe(false);
    }),
  );
});
