import { expect, test } from 'vitest';
import { parseQuery, parseTarget, splitPath } from '../../../server/http/path.ts';

const PATHS: [string, string[]][] = [
  ['/', []],
  ['/health', ['health']],
  ['/api/v1/Sales%20Order/a%2Fb', ['api', 'v1', 'Sales Order', 'a/b']],
  ['/api/v1/Task/', ['api', 'v1', 'Task']],
  ['/api/v1/Task/%252F', ['api', 'v1', 'Task', '%2F']],
  ['/api/v1/Task/%2E%2E', ['api', 'v1', 'Task', '..']],
  ['/api/v1/Task/../User', ['api', 'v1', 'Task', '..', 'User']],
  ['/api/v1/Task/%3F%23%25', ['api', 'v1', 'Task', '?#%']],
  ['/api/v1/Task/%F0%9F%98%80', ['api', 'v1', 'Task', '😀']],
  ['/api/v1/Task/a+b', ['api', 'v1', 'Task', 'a+b']],
  ['//api', ['', 'api']],
];

test.each(PATHS)('the path %s is taken apart and decoded once', (path, segments) => {
  expect(splitPath(path)).toEqual(segments);
});

test.each(['/%', '/%zz', '/%C3%28', '/%ED%A0%80'])('the broken escape in %s is refused', (path) => {
  expect(() => splitPath(path)).toThrow(/percent escape/);
});

test('a query string is read as forms write it', () => {
  const query = parseQuery('q=a+b%2Bc&empty=&flag&filters=%5B%5D&__proto__=x&constructor=y&&');
  expect([...query]).toEqual([
    ['q', 'a b+c'],
    ['empty', ''],
    ['flag', ''],
    ['filters', '[]'],
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});

test('a repeated parameter is refused, also when its name is spelt differently', () => {
  expect(() => parseQuery('limit=1&limit=2')).toThrow(/more than once/);
  expect(() => parseQuery('limit=1&%6Cimit=2')).toThrow(/more than once/);
});

test('an absolute target loses its origin, and only that', () => {
  expect(parseTarget('http://host:1/api/v1/A%2FB?q=http://x').segments).toEqual(['api', 'v1', 'A/B']);
  expect(parseTarget('http://host').segments).toEqual([]);
});

test('a target beyond 16 KiB is refused', () => {
  expect(() => parseTarget(`/${'a'.repeat(20_000)}`)).toThrow(/at most 16384/);
});
