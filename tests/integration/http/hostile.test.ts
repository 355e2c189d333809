import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { scenarios } from './scenario.ts';
import { installTask } from './task.ts';

let app: TestApp;
const logged: object[] = [];
beforeAll(async () => {
  app = await createTestApp({
    bodyLimitBytes: 100_000,
    log: { debug() {}, info() {}, warn() {}, error: (data) => logged.push(data) },
  });
  await installTask(app);
});
afterAll(() => app?.close());

/** Bytes as they are; the answer as text. */
async function raw(...parts: (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  for (const part of parts) socket.write(part);
  await Promise.race([once(socket, 'close'), new Promise((resolve) => setTimeout(resolve, 3000))]);
  socket.destroy();
  return answer;
}

const head = (line: string, ...headers: string[]): string =>
  [line, 'Host: x', 'Connection: close', `Authorization: Bearer ${app.token}`, ...headers, '', ''].join('\r\n');

describe('targets as bytes', () => {
  test.each([
    ['dots are not resolved', 'GET /api/v1/Task/..%2F..%2Fhealth HTTP/1.1', 404, 'There is no Task'],
    [
      'encoded dots are not resolved',
      'GET /api/v1/Task/%2e%2e/versions HTTP/1.1',
      404,
      'There is no Task called \\"..\\"',
    ],
    ['plain dots are not resolved', 'GET /api/v1/Task/../../../health HTTP/1.1', 404, 'There is nothing at'],
    ['double encoding is decoded once', 'GET /api/v1/Task/%252e%252e HTTP/1.1', 404, '%2e%2e'],
    ['a broken escape', 'GET /api/v1/Task/%E0%A4%A HTTP/1.1', 400, 'percent escape'],
    ['an overlong escape', 'GET /api/v1/Task/%C0%AF HTTP/1.1', 400, 'percent escape'],
    ['an absolute target', 'GET http://x/api/v1/auth/me HTTP/1.1', 200, 'Administrator'],
    ['another method', 'PROPFIND /api/v1/Task/x HTTP/1.1', 405, 'method_not_allowed'],
    ['a long target', `GET /api/v1/Task?q=${'a'.repeat(17_000)} HTTP/1.1`, 413, 'at most 16384'],
  ])('%s', async (_, line, status, text) => {
    const answer = await raw(head(line));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(text);
  });

  test.each([
    'GET /api/v1/Task/a\\b HTTP/1.1',
    'GET /é HTTP/1.1',
    'GET * HTTP/1.1',
    `GET /${'a'.repeat(40_000)} HTTP/1.1`,
    'nonsense',
  ])('%s is refused, never a 500', async (line) => {
    expect(await raw(head(line))).toMatch(/^HTTP\/1.1 4\d\d /);
  });
});

describe('bodies as bytes', () => {
  test('a chunked body over the limit is refused while it comes', async () => {
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    const answer = await raw(
      head('POST /api/v1/Task HTTP/1.1', 'Content-Type: application/json', 'Transfer-Encoding: chunked'),
      ...Array.from({ length: 20 }, () => chunk),
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  test('a chunked body within it is read', async () => {
    const body = '{"name":"chunked","title":"C"}';
    const answer = await raw(
      head('POST /api/v1/Task HTTP/1.1', 'Content-Type: application/json', 'Transfer-Encoding: chunked'),
      `5\r\n${body.slice(0, 5)}\r\n`,
      `${(body.length - 5).toString(16)}\r\n${body.slice(5)}\r\n0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 201 /);
  });

  test('a body that ends too early writes nothing', async () => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).resume();
    socket.end(
      `${head('POST /api/v1/Task HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 100')}{"name":"cut","title":"C"}`,
    );
    await once(socket, 'close');
    expect((await app.json('GET', '/api/v1/Task/cut')).status).toBe(404);
  });

  test('invalid UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    expect(
      await raw(
        head('POST /api/v1/Task HTTP/1.1', 'Content-Type: application/json', `Content-Length: ${body.length}`),
        body,
      ),
    ).toMatch(/^HTTP\/1.1 400 [\s\S]*UTF-8/);
  });

  test('nobody who is not signed in makes us read', async () => {
    const answer = await raw(
      `POST /api/v1/Task HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 90000\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  });
});

describe('odd requests get one clear answer', () => {
  scenarios(
    () => app,
    [
      { name: 'a body over the limit', ask: 'POST /api/v1/Task', body: { title: 'x'.repeat(100_001) }, status: 413 },
      {
        name: 'a deep body',
        ask: 'POST /api/v1/Task',
        body: `{"title":${'['.repeat(50_000)}`,
        status: 400,
        must: ['deeper than 64'],
      },
      {
        name: 'a text body',
        ask: 'POST /api/v1/Task',
        body: 'title=x',
        headers: { 'content-type': 'text/plain' },
        status: 415,
      },
      {
        name: 'values of wrong kinds',
        ask: 'POST /api/v1/Task',
        body: { name: ['x'], title: { a: 1 }, points: 'many' },
        status: 400,
      },
      { name: 'U+0000 in a text', ask: 'POST /api/v1/Task', body: { name: 'nul', title: 'a\0b' }, status: 400 },
      {
        name: 'half a surrogate pair',
        ask: 'POST /api/v1/Task',
        body: '{"name":"half","title":"\\ud800"}',
        status: 400,
      },
      {
        name: 'a number that is none',
        ask: 'POST /api/v1/Task',
        body: '{"name":"n","title":"T","points":1e999}',
        status: 400,
      },
      {
        name: 'a request id of ours',
        ask: 'GET /health',
        headers: { 'x-request-id': 'trace-1:2.3' },
        status: 200,
        check: ({ headers }) => expect(headers.get('x-request-id')).toBe('trace-1:2.3'),
      },
      {
        name: 'a request id that is no token',
        ask: 'GET /health',
        headers: { 'x-request-id': '<script>' },
        status: 200,
        check: ({ headers }) => expect(headers.get('x-request-id')).not.toContain('script'),
      },
    ],
  );

  test('not one of them was an error of ours', () => {
    expect(logged).toEqual([]);
  });
});
