/**
 * kill -9 in the middle of uploads: whatever is answered is there, no File names content that is not, and what was
 * left lying about is swept. Then a file that is larger than the memory that it may take, and slow senders.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../server/db/pool.ts';
import { createTestApp } from '../../support/app.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { openObserver } from '../../support/reliability/agreement.ts';
import { type ServerProcess, startServer } from '../../support/reliability/server-process.ts';
import { contents, fetchFile, send, stored } from './world.ts';

let database: TestDatabase;
let observer: Database;
let server: ServerProcess;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'framework-m-killed-'));
  database = await createDatabase();
  observer = openObserver(database.url);
  server = await start();
});
afterAll(async () => {
  await server?.stop();
  await observer?.close();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const start = () => startServer(database.url, { FILES_DIR: folder, FILE_LIMIT_BYTES: String(300 * 1024 * 1024) });
const sha = (content: Buffer) => createHash('sha256').update(content).digest('hex');

async function namedHashes(): Promise<string[]> {
  const rows = await observer.query({ text: 'select content_hash from "file" order by 1', values: [] });
  return rows.map((row) => String(row.content_hash));
}

const hashes = () => contents(folder).map((file) => path.basename(file));

test('killed while the row waits to be stored: the content is an orphan, and is swept', async () => {
  const text = 'begin; lock table "file" in exclusive mode';
  const client = await observer.connect();
  await client.query(text);
  const sending = send(server, server, [{ name: 'a', content: 'never committed' }]).catch(() => undefined);
  // The insert waits: content is put in its place after it, so nothing is there.
  await sleep(500);
  expect(contents(folder)).toEqual([]);
  expect(stored(folder)).toHaveLength(1);
  await server.kill();
  await sending;
  await client.query('rollback');
  await client.end();
  server = await start();
  expect([await namedHashes(), stored(folder).length]).toEqual([[], 1]);
});

test('killed at any moment: what was answered is there, and every File has its content', async () => {
  const answered: string[] = [];
  for (let round = 0; round < 8; round++) {
    const parts = Array.from({ length: 6 }, (_, n) => Buffer.from(`${round} ${n} `.repeat(30_000)));
    const sending = parts.map((content) =>
      send(server, server, [{ name: 'k', content }])
        .then((reply) => reply.status === 201 && answered.push(sha(content)))
        .catch(() => undefined),
    );
    await sleep(15 + round * 12);
    await server.kill();
    await Promise.all(sending);
    server = await start();
    const [named, there] = [await namedHashes(), new Set(hashes())];
    expect(answered.filter((hash) => !named.includes(hash))).toEqual([]);
    expect(named.filter((hash) => !there.has(hash))).toEqual([]);
  }
  // Whole or not at all.
  for (const file of contents(folder)) expect(sha(readFileSync(path.join(folder, file)))).toBe(path.basename(file));
  const app = await createTestApp({ databaseUrl: database.url, filesDir: folder });
  await app.app.files.sweep({ now: Date.now() + 1000, draftMs: 0, graceMs: 0 });
  await app.close();
  expect(stored(folder).filter((file) => file.startsWith('drafts') || file.startsWith('orphans'))).toEqual([]);
  expect(hashes().sort()).toEqual([...new Set(await namedHashes())].sort());
}, 120_000);

/** Of the server's process, in bytes. */
function memory(): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

const MEGABYTE = 1024 * 1024;
const hasProc = process.platform === 'linux';

test.skipIf(!hasProc || statfsSync(tmpdir()).bavail * statfsSync(tmpdir()).bsize < 2e9)(
  '200 MB come and go without being held in memory',
  async () => {
    const chunk = Buffer.alloc(MEGABYTE, 'framework');
    const before = memory();
    let most = 0;
    const hash = createHash('sha256');
    let left = 200;
    const body = new ReadableStream({
      pull(controller) {
        most = Math.max(most, memory());
        if (left-- === 0) return controller.close();
        hash.update(chunk);
        controller.enqueue(chunk);
      },
    });
    const reply = await fetchFile(server, server, '/api/v1/file/upload?file_name=huge.bin', {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/octet-stream' },
    } as RequestInit);
    const [file] = ((await reply.json()) as { items: Record<string, unknown>[] }).items;
    expect(file).toMatchObject({ file_size: 200 * MEGABYTE, content_hash: hash.digest('hex') });
    const got = await fetchFile(server, server, String(file?.file_url));
    let bytes = 0;
    for await (const part of got.body as unknown as AsyncIterable<Uint8Array>) {
      bytes += part.byteLength;
      most = Math.max(most, memory());
    }
    expect(bytes).toBe(200 * MEGABYTE);
    expect((most - before) / MEGABYTE).toBeLessThan(100);
  },
  120_000,
);

test('a form with a large file is not held in memory either, and a slow reader holds up nobody', async () => {
  const before = memory();
  let most = 0;
  const content = new Blob(Array.from({ length: 60 }, () => Buffer.alloc(MEGABYTE, 'm')));
  const form = new FormData();
  form.append('file', content, 'form.bin');
  const watching = setInterval(() => {
    most = Math.max(most, memory());
  }, 10);
  const reply = await fetchFile(server, server, '/api/v1/file/upload', { method: 'POST', body: form });
  clearInterval(watching);
  expect(reply.status).toBe(201);
  const [file] = ((await reply.json()) as { items: { file_url: string }[] }).items;
  expect((most - before) / MEGABYTE).toBeLessThan(100);
  // Twenty who ask and do not read.
  const idle = await Promise.all(Array.from({ length: 20 }, () => fetchFile(server, server, String(file?.file_url))));
  await sleep(300);
  expect((memory() - before) / MEGABYTE).toBeLessThan(150);
  expect((await server.json('GET', '/api/v1/File?limit=1')).status).toBe(200);
  await Promise.all(idle.map((each) => each.body?.cancel()));
}, 60_000);

test('a sender that falls silent is given up, and leaves no draft', async () => {
  const app = await createTestApp({ databaseUrl: database.url, filesDir: folder, fileIdleMs: 300 });
  const before = stored(folder);
  const { hostname, port } = new URL(app.url);
  for (const type of ['application/octet-stream', 'multipart/form-data; boundary=B']) {
    const status = await new Promise<number>((resolve, reject) => {
      const sending = request(
        {
          hostname,
          port,
          method: 'POST',
          path: '/api/v1/file/upload?file_name=slow',
          headers: { authorization: `Bearer ${app.token}`, 'content-type': type, 'content-length': '5000' },
        },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        },
      );
      sending.on('error', reject);
      sending.write('--B\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nslow');
    });
    expect(status).toBe(400);
  }
  await expect.poll(() => stored(folder)).toEqual(before);
  await app.close();
});
