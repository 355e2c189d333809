import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'framework-m-desk-'));
  mkdirSync(path.join(folder, 'desk/assets'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(path.join(folder, 'desk', name), text);
  write('index.html', '<!doctype html><title>Desk</title>');
  write('preloads.json', '{"ListView":["assets/list-1a2b.js"],"LoginView":["assets/login-1a2b.js"]}');
  write('assets/main-1a2b.js', 'plain');
  write('assets/main-1a2b.js.br', 'brotli');
  write('assets/main-1a2b.js.gz', 'gzip');
  writeFileSync(path.join(folder, 'secret.txt'), 'not to be seen');
  app = await createTestApp({ deskFolder: path.join(folder, 'desk') });
});

afterAll(async () => {
  await app?.close();
  rmSync(folder, { recursive: true, force: true });
});

const HTML = { accept: 'text/html,*/*' };

interface Raw {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** As it stands: `fetch` would tidy the path up and undo the encoding. */
function get(target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Raw> {
  const { port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    const sent = request({ port, path: target, headers, method }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

test('a person who opens the bare address is led to the desk; a program is told what there is', async () => {
  const person = await get('/', HTML);
  expect([person.status, person.headers.location]).toEqual([302, '/app']);
  const program = await get('/', { accept: 'application/json' });
  expect([program.status, JSON.parse(program.body).type]).toEqual([404, '/problems/not_found']);
});

test.each(['/app', '/app/', '/app/sales-order/detail/SO%2F1', '/login', '/docs', '/docs/list_note'])(
  '%s is the page',
  async (target) => {
    const { status, headers, body } = await get(target, { cookie: 'sid=x' });
    expect(headers['server-timing']).toBeUndefined();
    expect([status, body]).toEqual([200, '<!doctype html><title>Desk</title>']);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-cache');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toContain('unsafe');
  },
);

test('who comes with nothing is told that they are nobody, by a page that is not kept', async () => {
  const etag = String((await get('/login', { cookie: 'sid=x' })).headers.etag);
  for (const target of ['/login', '/app/customer/list']) {
    const { status, headers, body } = await get(target, { 'if-none-match': etag });
    expect([status, headers['server-timing'], headers['cache-control']]).toEqual([200, 'desk-nobody', 'no-store']);
    expect([headers.etag, body]).toEqual([undefined, '<!doctype html><title>Desk</title>']);
  }
  // Whoever tries to be somebody finds out by asking.
  const tried = await get('/app', { authorization: 'Bearer nonsense' });
  expect([tried.status, tried.headers['server-timing']]).toEqual([200, undefined]);
});

describe('tiles of maps', () => {
  const settings = '/api/v1/System%20Settings/System%20Settings';
  const map_tiles = 'https://tiles.example.org/{z}/{x}/{y}.png';
  const pictures = async () =>
    /img-src ([^;]*)/.exec(String((await get('/app')).headers['content-security-policy']))?.[1];
  const profile = async () => (await app.json('GET', '/api/v1/auth/me')).body;

  test('come from the one host that System Settings name, and from nowhere while none is', async () => {
    expect(await pictures()).toBe("'self' data: blob:");
    expect((await profile()).map).toBeUndefined();
    const given = { map_tiles, map_attribution: '© Somebody' };
    expect((await app.json('PATCH', settings, given)).status).toBe(200);
    expect(await pictures()).toBe("'self' data: blob: https://tiles.example.org");
    expect((await profile()).map).toEqual({ url: map_tiles, attribution: '© Somebody' });
    await app.json('PATCH', settings, { map_tiles: null });
    expect(await pictures()).toBe("'self' data: blob:");
  });

  test.each([
    [{ map_tiles: 'https://{s}.example.org/{z}/{x}/{y}.png', map_attribution: 'x' }, 'map_tiles'],
    [{ map_tiles: "https://a.org/ 'unsafe-inline'/{z}/{x}/{y}", map_attribution: 'x' }, 'map_tiles'],
    [{ map_tiles, map_attribution: '' }, 'map_attribution'],
  ])('%j is refused', async (given, field) => {
    const { status, body } = await app.json('PATCH', settings, given);
    expect([status, body.errors[0].field]).toEqual([400, field]);
    expect(await pictures()).toBe("'self' data: blob:");
  });
});

test.each([
  ['/app/sales-order/list', '', '</assets/list-1a2b.js>; rel=modulepreload'],
  ['/login', 'sid=x', '</assets/login-1a2b.js>; rel=modulepreload'],
  ['/app/x/sales/page', '', undefined],
])('%s tells beside the page which scripts it needs', async (target, cookie, link) => {
  expect((await get(target, { cookie })).headers.link).toBe(link);
});

test('who comes with a session is told what every page asks first, also when the page has not changed', async () => {
  const first = await get('/app/sales-order/list', { cookie: 'theme=dark; sid=x' });
  expect(String(first.headers.link)).toContain('</api/meta>; rel=preload; as=fetch; crossorigin=anonymous, ');
  const again = await get('/app/sales-order/list', { cookie: 'sid=x', 'if-none-match': String(first.headers.etag) });
  expect([again.status, again.headers.link]).toEqual([304, first.headers.link]);
});

test.each(['/preloads.json', '/assets/preloads.json', '/app/preloads.json'])(
  '%s: nobody is served what the build has written down beside its files',
  async (target) => {
    expect((await get(target)).body).not.toContain('list-1a2b');
  },
);

test('a page that has not changed is not sent again', async () => {
  const cookie = 'sid=x';
  const { etag } = (await get('/app', { cookie })).headers;
  const again = await get('/app', { cookie, 'if-none-match': String(etag) });
  expect([again.status, again.body]).toEqual([304, '']);
});

test.each([
  ['br, gzip', 'br', 'brotli'],
  ['gzip, deflate', 'gzip', 'gzip'],
  ['identity', undefined, 'plain'],
])('a file for who takes %s', async (accepted, encoding, body) => {
  const file = await get('/assets/main-1a2b.js', { 'accept-encoding': accepted });
  expect([file.status, file.headers['content-encoding'], file.body]).toEqual([200, encoding, body]);
  expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(file.headers['content-type']).toBe('text/javascript; charset=utf-8');
  expect(file.headers.vary).toBe('accept-encoding');
  expect(file.headers['x-content-type-options']).toBe('nosniff');
});

test('HEAD says the same without the file', async () => {
  const head = await get('/assets/main-1a2b.js', {}, 'HEAD');
  expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '5', '']);
});

describe('what is not in the folder is not there', () => {
  test.each([
    '/assets/nothing.js',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets//etc/passwd',
    '/assets/main-1a2b.js%00.txt',
    '/assets/main-1a2b.js.br',
    '/assets/',
  ])('%s', async (target) => {
    const { status, body } = await get(target);
    expect([401, 404]).toContain(status);
    expect(body).not.toContain('not to be seen');
  });
});

test('another build is served without a new start', async () => {
  const file = path.join(folder, 'desk/index.html');
  writeFileSync(file, '<!doctype html><title>Newer</title>');
  utimesSync(file, new Date(), new Date(Date.now() + 5_000));
  expect((await get('/app')).body).toContain('Newer');
});

test('a desk that is not built is said so', async () => {
  const bare = await createTestApp({ databaseUrl: app.databaseUrl, deskFolder: path.join(folder, 'nowhere') });
  const page = await fetch(`${bare.url}/app`);
  expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
  expect(await page.text()).toContain('npm run build');
  await bare.server.close();
  await bare.app.close();
});
