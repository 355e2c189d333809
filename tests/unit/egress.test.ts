/** Calls that a setting can send somewhere: where they must not go, and what answers may do. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forbiddenAddress } from '../../server/egress/addresses.ts';
import { createEgress } from '../../server/egress/fetch.ts';

const RULES = { timeoutMs: 500, maxBytes: 1000 };
const local = createEgress({ ...RULES, isLocalAllowed: true });
const production = createEgress({ ...RULES, isLocalAllowed: false });

let server: http.Server;
let url = '';
let visits = 0;

beforeAll(async () => {
  server = http.createServer((request, response) => {
    visits++;
    if (request.url === '/hangs') return;
    if (request.url === '/drips') return void response.writeHead(200).write('x');
    if (request.url === '/redirect') return void response.writeHead(302, { location: '/' }).end();
    if (request.url === '/large') return void response.end('x'.repeat(2000));
    request.pipe(response.writeHead(200, { 'content-type': 'text/plain', 'x-method': request.method }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  '0.0.0.0',
  '255.255.255.255',
  '224.0.0.1',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  'ff02::1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::',
  'not an address',
])('%s is never called', (address) => {
  expect(forbiddenAddress(address, { allowsLoopback: true })).toBeTypeOf('string');
});

test.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
  '%s only in development',
  (address) => {
    expect(forbiddenAddress(address, { allowsLoopback: false })).toBeTypeOf('string');
    expect(forbiddenAddress(address, { allowsLoopback: true })).toBeUndefined();
  },
);

test.each(['93.184.216.34', '10.0.0.5', '192.168.1.1', '2606:4700::1111', 'fd12:3456::1'])(
  '%s may be called',
  (address) => {
    expect(forbiddenAddress(address, { allowsLoopback: false })).toBeUndefined();
  },
);

describe('production', () => {
  test.each([
    'http://example.com/',
    'https://localhost/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://user:password@example.com/',
    'file:///etc/passwd',
    'ftp://example.com/',
  ])('%s is refused', async (target) => {
    await expect(production(target)).rejects.toThrow(/called/);
  });
});

describe('in development', () => {
  test('an answer is an ordinary Response', async () => {
    const response = await local(url, {
      method: 'POST',
      body: new URLSearchParams({ a: 'b' }),
      headers: { accept: 'x/y' },
    });
    expect([response.status, response.headers.get('x-method'), await response.text()]).toEqual([200, 'POST', 'a=b']);
  });

  test('a redirect is not followed', async () => {
    const before = visits;
    const response = await local(`${url}/redirect`);
    expect([response.status, visits - before]).toEqual([302, 1]);
  });

  test.each(['/hangs', '/drips'])('%s is given up in time', async (path) => {
    const began = Date.now();
    await expect(local(url + path)).rejects.toThrow();
    expect(Date.now() - began).toBeLessThan(2000);
  });

  test('a long answer is cut off', async () => {
    await expect(local(`${url}/large`)).rejects.toThrow(/larger than 1000 bytes/);
  });

  test('metadata is refused there too', async () => {
    await expect(local('http://169.254.169.254/')).rejects.toThrow(/called/);
  });
});
