import { describe, expect, test } from 'vitest';
import { parseObject, readBody } from '../../../server/http/body.ts';

const LIMIT = 1000;

function post(
  body: RequestInit['body'] | null,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Request {
  return new Request('http://test/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
}

const stream = (chunks: number, size: number): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (let i = 0; i < chunks; i++) controller.enqueue(new Uint8Array(size).fill(32));
      controller.close();
    },
  });

describe('what is read', () => {
  test('an object, with its text', async () => {
    expect(await readBody(post('{"a": [1, "]"]}'), LIMIT)).toEqual({ text: '{"a": [1, "]"]}', given: { a: [1, ']'] } });
  });

  test('nothing at all is an empty object, whatever its type', async () => {
    expect((await readBody(post(null, { 'content-type': 'text/plain' }), LIMIT)).given).toEqual({});
    expect((await readBody(post('', {}), LIMIT)).given).toEqual({});
  });

  test.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', ''])(
    'content type %s',
    async (type) => {
      const bytes = new TextEncoder().encode('{"a":1}');
      expect((await readBody(post(bytes, type ? { 'content-type': type } : {}), LIMIT)).given).toEqual({ a: 1 });
    },
  );
});

const REFUSED: [string, () => Request, string, RegExp][] = [
  ['another type', () => post('{}', { 'content-type': 'text/plain' }), 'unsupported_media_type', /application\/json/],
  [
    'another charset',
    () => post('{}', { 'content-type': 'application/json; charset=latin1' }),
    'unsupported_media_type',
    /UTF-8/,
  ],
  [
    'a form',
    () => post('a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    'unsupported_media_type',
    /form-urlencoded/,
  ],
  [
    'an announced length over the limit',
    () => post('{}', { 'content-type': 'application/json', 'content-length': '1001' }),
    'too_large',
    /1000 bytes/,
  ],
  ['a stream over the limit', () => post(stream(11, 100)), 'too_large', /1000 bytes/],
  ['invalid UTF-8', () => post(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 'bad_request', /UTF-8/],
  ['no JSON', () => post('{"a":'), 'bad_request', /not valid JSON/],
  ['a list', () => post('[{}]'), 'bad_request', /a list/],
  ['null', () => post('null'), 'bad_request', /null/],
  ['a number', () => post('1'), 'bad_request', /a number/],
];

test.each(REFUSED)('%s is refused', async (_, request, code, message) => {
  const error = await readBody(request(), LIMIT).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
});

describe('depth', () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;

  test('64 levels are read, 65 are not', () => {
    expect(parseObject(nested(64))).toBeTypeOf('object');
    expect(() => parseObject(nested(65))).toThrow(/deeper than 64/);
  });

  test('a million brackets are refused before anything parses them', () => {
    expect(() => parseObject(`{"a":${'['.repeat(1_000_000)}`)).toThrow(/deeper than 64/);
  });

  test('brackets in texts do not count, quotes and backslashes in them do not confuse', () => {
    const texts = { a: '['.repeat(200), b: '\\"{'.repeat(100), c: '\\', d: '"', e: `\\\\"${'{'.repeat(99)}` };
    expect(parseObject(JSON.stringify(texts))).toEqual(texts);
  });
});

describe('__proto__', () => {
  test.each([
    '{"__proto__":{"x":1}}',
    '{"a":[{"__proto__":1}]}',
    '{"\\u005f_proto__":1}',
    '{"a":{"\\u005F\\u005fproto\\u005f\\u005f":1}}',
  ])('as a key is refused: %s', (text) => {
    expect(() => parseObject(text)).toThrow(/__proto__/);
  });

  test('as a value is a text like any other', () => {
    expect(parseObject('{"a":"__proto__"}')).toEqual({ a: '__proto__' });
  });
});
