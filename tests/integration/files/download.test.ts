/** What goes out: headers that let nothing run, ranges, conditions, names. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchFile, fileWorld, PNG, sent, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await fileWorld();
});
afterAll(() => world?.app.close());

async function get(content: string | Uint8Array, name: string, query = '') {
  const { app, alice } = world;
  const file = await sent(app, alice, [{ name, content }]);
  return fetchFile(app, alice, file.file_url + query);
}

describe('FILE-05: nothing that runs is served as a page', () => {
  test.each([
    ['pic.svg', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['pic.png', '<svg onload=alert(1)>'],
    ['page.html', '<!DOCTYPE html><script>alert(1)</script>'],
    ['page.txt', 'some text\n<script>alert(1)</script>'],
    ['page.xhtml', '<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'],
    ['data.xml', '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#x"?><a/>'],
    ['bomb.xml', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['mail.mht', 'MIME-Version: 1.0\nContent-Type: multipart/related\n\n'],
    ['flash.swf', Buffer.from('FWS\x09\x01\x00\x00\x00')],
    ['wide.html', Buffer.from('\ufeff<html>', 'utf16le')],
    ['page.pdf', '%PDF-1.7 /JavaScript (app.alert(1))'],
  ])('%s', async (name, content) => {
    const reply = await get(content, name);
    expect(reply.headers.get('content-type')).toMatch(/^application\/(octet-stream|pdf)$/);
    expect(reply.headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    expect(reply.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox; frame-ancestors 'none'");
    expect(await reply.bytes()).toEqual(new Uint8Array(Buffer.from(content as string)));
  });
  test('a script is text that no page can load as one', async () => {
    const reply = await get('alert(1)', 'x.js');
    expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

test('a picture is shown, and saved when asked so', async () => {
  const shown = await get(PNG, 'a "b" résumé%20.png');
  expect(shown.headers.get('content-type')).toBe('image/png');
  expect(shown.headers.get('content-disposition')).toBe(
    `inline; filename="a _b_ r_sum__20.png"; filename*=UTF-8''a%20_b_%20r%C3%A9sum%C3%A9%2520.png`,
  );
  expect(shown.headers.get('cache-control')).toBe('private, no-cache');
  const saved = await get(PNG, 'a.png', '?download=1');
  expect(saved.headers.get('content-disposition')).toMatch(/^attachment; filename="a.png"/);
});

test('no name breaks out of the header', async () => {
  const { app, alice } = world;
  const file = await sent(app, alice, [{ name: 'x', content: 'x' }], { file_name: 'a\r\nSet-Cookie: b=c;".txt' });
  const reply = await fetchFile(app, alice, file.file_url);
  expect(reply.headers.get('set-cookie')).toBeNull();
  expect(reply.headers.get('content-disposition')).toMatch(/^inline; filename="aSet-Cookie_ b=c;_.txt"; filename\*=/);
});

describe('parts and conditions', () => {
  const text = '0123456789';
  // biome-ignore lint/suspicious/noExplicitAny: a document
  let file: any;
  beforeAll(async () => {
    file = await sent(world.app, world.alice, [{ name: 'digits.txt', content: text }]);
  });
  const ask = (headers: Record<string, string>, method = 'GET') =>
    fetchFile(world.app, world.alice, file.file_url, { headers, method });

  test.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=4-', 206, '456789', 'bytes 4-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=-20', 206, text, 'bytes 0-9/10'],
    ['bytes=8-100', 206, '89', 'bytes 8-9/10'],
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=10-', 416, undefined, 'bytes */10'],
    ['bytes=-0', 416, undefined, 'bytes */10'],
    ['bytes=5-2', 200, text, null],
    ['bytes=0-1,4-5', 200, text, null],
    ['lines=1-2', 200, text, null],
    ['bytes=a-b', 200, text, null],
    ['bytes=99999999999999999999-', 200, text, null],
  ])('%s', async (range, status, body, place) => {
    const reply = await ask({ range });
    expect([reply.status, reply.headers.get('content-range')]).toEqual([status, place]);
    if (body !== undefined) {
      expect(reply.headers.get('content-length')).toBe(String(body.length));
      expect(await reply.text()).toBe(body);
    } else expect((await reply.json()).status).toBe(416);
  });
  test('what the client has is not sent again, and a part only of what it had', async () => {
    const first = await ask({});
    expect([first.headers.get('content-length'), first.headers.get('accept-ranges')]).toEqual(['10', 'bytes']);
    const etag = first.headers.get('etag') as string;
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    await first.text();
    const again = await ask({ 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await ask({ 'if-none-match': '"other"' })).status).toBe(200);
    expect((await ask({ range: 'bytes=0-1', 'if-range': etag })).status).toBe(206);
    expect((await ask({ range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200);
  });
  test('HEAD tells all but the content', async () => {
    const reply = await ask({}, 'HEAD');
    expect([reply.status, reply.headers.get('content-length'), await reply.text()]).toEqual([200, '10', '']);
    expect(reply.headers.get('content-disposition')).toMatch(/digits\.txt/);
    expect((await ask({ range: 'bytes=0-1' }, 'HEAD')).headers.get('content-length')).toBe('2');
  });
  test('a client that goes away in the middle leaves the server as it was', async () => {
    const big = await sent(world.app, world.alice, [{ name: 'big', content: Buffer.alloc(20_000_000, 'x') }]);
    for (let n = 0; n < 20; n++) {
      const abort = new AbortController();
      const reply = await fetchFile(world.app, world.alice, big.file_url, { signal: abort.signal });
      const reader = reply.body?.getReader();
      await reader?.read();
      abort.abort();
    }
    const whole = await fetchFile(world.app, world.alice, big.file_url);
    expect((await whole.bytes()).byteLength).toBe(20_000_000);
  });
});

test('FILE-03: no path leads out of the store', async () => {
  const { app, alice } = world;
  const names = [
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e/%2e%2e/etc/passwd',
    '..%5c..%5cboot.ini',
    '%2fetc%2fpasswd',
    '....//x',
    '~',
    'a%00b',
    `${'x'.repeat(4000)}`,
    '%E0%A4%A',
  ];
  for (const name of names)
    for (const start of ['/private/files/', '/files/', '/api/v1/file/']) {
      const { status } = await fetchFile(app, alice, start + name);
      expect([start + name, status === 404 || status === 400]).toEqual([start + name, true]);
    }
});
