/** Content that nothing names goes after a while, and never anything else: two processes, uploads of the same at once. */
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { contents, fetchFile, fileWorld, must, send, sent, stored, type World } from './world.ts';

let world: World;
let other: TestApp;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'framework-m-swept-'));
  world = await fileWorld({ filesDir: folder });
  other = await createTestApp({ databaseUrl: world.app.databaseUrl, filesDir: folder });
});
afterAll(async () => {
  await other?.close();
  await world?.app.close();
  rmSync(folder, { recursive: true, force: true });
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('the last that names content lets it go, after a day', async () => {
  const { app, alice, bob } = world;
  const [one, two] = [
    await sent(app, alice, [{ name: 'a', content: 'shared by two' }]),
    await sent(app, bob, [{ name: 'b', content: 'shared by two' }]),
  ];
  const { files } = app.app;
  const now = Date.now();
  await must(alice.json('DELETE', `/api/v1/File/${one.name}?hard=true`));
  await files.sweep({ now: now + 10 * DAY });
  expect(contents(folder)).toHaveLength(1);
  await must(bob.json('DELETE', `/api/v1/File/${two.name}?hard=true`));
  expect(await files.sweep({ now })).toEqual({ drafts: 0, contents: 0 });
  // Seen for the first time: the day begins now.
  expect(await files.sweep({ now: now + DAY - 1 })).toEqual({ drafts: 0, contents: 0 });
  expect(await other.app.files.sweep({ now: now + DAY })).toEqual({ drafts: 0, contents: 1 });
  expect(stored(folder)).toEqual([]);
  expect(await files.sweep({ now: now + DAY })).toEqual({ drafts: 0, contents: 0 });
});

test('what is named again meanwhile stays, and its day begins anew', async () => {
  const { app, alice } = world;
  const { files } = app.app;
  const now = Date.now();
  const first = await sent(app, alice, [{ name: 'a', content: 'comes back' }]);
  await must(alice.json('DELETE', `/api/v1/File/${first.name}?hard=true`));
  await files.sweep({ now });
  const again = await sent(app, alice, [{ name: 'a', content: 'comes back' }]);
  expect((await files.sweep({ now: now + 2 * DAY })).contents).toBe(0);
  expect(await (await fetchFile(app, alice, again.file_url)).text()).toBe('comes back');
  await must(alice.json('DELETE', `/api/v1/File/${again.name}?hard=true`));
  expect((await files.sweep({ now: now + 2 * DAY })).contents).toBe(0);
  expect((await files.sweep({ now: now + 3 * DAY })).contents).toBe(1);
});

test('the recycle bin holds content, until it is emptied', async () => {
  const { app, alice } = world;
  const { files } = app.app;
  const later = { now: Date.now() + DAY, graceMs: 0 };
  const file = await sent(app, alice, [{ name: 'a', content: 'in the bin' }]);
  await must(alice.json('DELETE', `/api/v1/File/${file.name}`));
  expect((await files.sweep(later)).contents).toBe(0);
  await must(alice.json('POST', `/api/v1/File/${file.name}/restore`));
  expect(await (await fetchFile(app, alice, file.file_url)).text()).toBe('in the bin');
  await must(alice.json('DELETE', `/api/v1/File/${file.name}`));
  const bin = await app.json('GET', `/api/v1/Deleted Document?filters={"deleted_name":"${file.name}","restored":0}`);
  await must(app.json('DELETE', `/api/v1/Deleted Document/${bin.body.items[0].name}`));
  expect((await files.sweep(later)).contents).toBe(1);
});

test('drafts that nobody writes to any more; what is no file of ours is left alone', async () => {
  const { files } = world.app.app;
  const draft = await files.store.draft();
  await draft.write(Buffer.from('half'));
  const name = path.join(folder, stored(folder).find((file) => file.startsWith('drafts')) as string);
  const stray = path.join(folder, 'files', 'ab', 'cd');
  expect((await files.sweep()).drafts).toBe(0);
  utimesSync(name, (Date.now() - 7 * HOUR) / 1000, (Date.now() - 7 * HOUR) / 1000);
  const note = path.join(folder, 'note.txt');
  writeFileSync(note, 'of the operator');
  expect((await files.sweep({ graceMs: 0 })).drafts).toBe(1);
  expect([existsSync(name), existsSync(note), existsSync(stray)]).toEqual([false, true, false]);
  await draft.discard();
  rmSync(note);
});

test('two processes sweep while both upload, take away and bring back the same content', async () => {
  const { app, alice } = world;
  const sweeps: Promise<unknown>[] = [];
  const at = [app, other];
  let isOver = false;
  const sweeping = at.map(async (each) => {
    while (!isOver) {
      sweeps.push(each.app.files.sweep({ graceMs: 0, draftMs: 2 * DAY, now: Date.now() + DAY }));
      await sweeps.at(-1);
    }
  });
  // biome-ignore lint/suspicious/noExplicitAny: documents of any shape
  const kept: any[] = [];
  await Promise.all(
    Array.from({ length: 6 }, async (_, worker) => {
      for (let n = 0; n < 15; n++) {
        const content = `contended ${n % 3}`;
        const reply = await send(at[worker % 2] as TestApp, alice, [{ name: 'c', content }]);
        expect(reply.status, reply.text).toBe(201);
        const [file] = reply.body.items;
        if (n % 4 === 3) kept.push({ ...file, content });
        else await must(alice.json('DELETE', `/api/v1/File/${file.name}?hard=true`));
      }
    }),
  ).finally(() => {
    isOver = true;
  });
  await Promise.all(sweeping);
  expect(sweeps.length).toBeGreaterThan(4);
  for (const file of kept) {
    const reply = await fetchFile(app, alice, file.file_url);
    expect([reply.status, await reply.text()]).toEqual([200, file.content]);
  }
  await app.app.files.sweep({ graceMs: 0, now: Date.now() + DAY });
  expect(contents(folder).length).toBe(new Set(kept.map(({ content }) => content)).size);
}, 60_000);

test('content that is missing or cut is a 503 that says so, and nothing else', async () => {
  const { app, alice } = world;
  const file = await sent(app, alice, [{ name: 'lost', content: 'lost content' }]);
  const at = path.join(folder, contents(folder).find((each) => each.endsWith(file.content_hash)) as string);
  writeFileSync(at, 'cut');
  expect((await fetchFile(app, alice, file.file_url)).status).toBe(503);
  rmSync(at);
  const reply = await alice.json('GET', `/api/v1/file/${file.name}`);
  expect([reply.status, reply.body.detail]).toEqual([503, expect.stringContaining('missing in the file store')]);
  // The same content, uploaded again, mends it.
  await sent(app, alice, [{ name: 'found', content: 'lost content' }]);
  expect(await (await fetchFile(app, alice, file.file_url)).text()).toBe('lost content');
});
