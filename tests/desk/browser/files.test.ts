/** Files in a real browser: uploaded for fields and beside forms, with their progress, refusals and rights. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKUlEQVR42u3NMQEAAAgDoC251a3hIwRAQmZTSZIkSZIkSZIkSZIkSfLfAgkKAUHiX3pRAAAAAElFTkSuQmCC',
  'base64',
);
const folder = mkdtempSync(path.join(tmpdir(), 'framework-m-uploads-'));
const big = path.join(folder, 'big.bin');
const text = (name: string, content = name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });
const picture = { name: 'front.png', mimeType: 'image/png', buffer: PNG };

let world: World;
const desks: Desk[] = [];

beforeAll(async () => {
  world = await openWorld();
  writeFileSync(big, Buffer.alloc(26 * 1024 * 1024, 'x'));
  const permissions = [
    { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 },
    { role: 'All', read: 1 },
  ];
  const fields = [
    { fieldname: 'title', label: 'Title', fieldtype: 'Data' },
    { fieldname: 'paper', label: 'Paper', fieldtype: 'Attach' },
    { fieldname: 'photo', label: 'Photo', fieldtype: 'Attach Image' },
  ];
  const parcel = { name: 'Parcel', module: 'Sales', fields, permissions, max_attachments: 3 };
  const { status, text: said } = await world.app.json('POST', '/api/v1/DocType', parcel);
  expect(status, said).toBe(201);
}, 180_000);
afterEach(async () => {
  for (const { page } of desks.splice(0)) await page.context().close();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world?.close();
});

async function desk(wish: Parameters<World['desk']>[0] = {}): Promise<Desk> {
  const made = await world.desk(wish);
  desks.push(made);
  return made;
}

async function newParcel(): Promise<string> {
  const { body, text: said } = await world.app.json('POST', '/api/v1/Parcel', { title: 'Box' });
  return body?.name ?? said;
}

async function filesOf(name: string): Promise<{ file_name: string; attached_to_field: string | null }[]> {
  const filters = encodeURIComponent(JSON.stringify([['attached_to_name', '=', name]]));
  const fields = encodeURIComponent('["file_name","attached_to_field","is_private"]');
  return (await world.app.json('GET', `/api/v1/File?filters=${filters}&fields=${fields}&order_by=file_name`)).body
    .items;
}

const field = (page: Page, name: string): Locator => page.locator(`[data-fieldname="${name}"]`);
const aside = (page: Page): Locator => page.getByRole('complementary', { name: 'About this document' });

/** As from the system's file manager. */
async function dropOn(target: Locator, name: string, content: string): Promise<void> {
  await target.evaluate(
    (element, file) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([file.content], file.name, { type: 'text/plain' }));
      for (const type of ['dragover', 'drop'])
        element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    },
    { name, content },
  );
}

describe('a field for a file', () => {
  it('is filled before the document is saved, and holds its file then', async () => {
    const { page, open, complaints, axe } = await desk();
    await open('/app/parcel/new');
    await page.getByLabel('Title').fill('First');
    await page.getByLabel('Paper').setInputFiles(text('terms of trade.txt'));
    await field(page, 'paper').getByRole('link', { name: 'terms_of_trade.txt' }).waitFor();
    await page.getByLabel('Photo').setInputFiles(picture);
    await field(page, 'photo').getByRole('img', { name: 'Photo' }).waitFor();
    expect(await axe()).toEqual([]);
    await page.keyboard.press('Control+s');
    await page.waitForURL(/\/detail\//);
    const name = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
    expect((await filesOf(name)).map((file) => [file.file_name, file.attached_to_field])).toEqual([
      ['front.png', 'photo'],
      ['terms of trade.txt', 'paper'],
    ]);
    await page.reload();
    await field(page, 'photo').getByRole('img', { name: 'Photo' }).waitFor();
    const shown = await field(page, 'photo')
      .locator('img')
      .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth));
    expect(shown).toBe(32);
    expect(await page.getByText('Not saved').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('says what is wrong with a file: no picture, too large', { timeout: 60_000 }, async () => {
    const { page, open } = await desk();
    await open('/app/parcel/new');
    await page.getByLabel('Photo').setInputFiles({ ...text('x'), name: 'fake.png', mimeType: 'image/png' });
    await field(page, 'photo').getByRole('alert').filter({ hasText: 'no picture' }).waitFor();
    const { body } = await world.app.json('GET', '/api/v1/File?filters=[["file_name","=","fake.png"]]');
    expect(body.items).toEqual([]);
    await page.getByLabel('Paper').setInputFiles(big);
    await field(page, 'paper').getByRole('alert').filter({ hasText: 'at most' }).waitFor({ timeout: 30_000 });
    await field(page, 'paper').getByRole('button', { name: 'Forget big.bin' }).click();
    expect(await field(page, 'paper').getByRole('alert').count()).toBe(0);
  });

  it('shows how far a file has come, and stops it', { timeout: 60_000 }, async () => {
    const { page, open } = await desk();
    await open('/app/parcel/new');
    const network = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400 * 1024 };
    await network.send('Network.emulateNetworkConditions', slow);
    await page.getByLabel('Paper').setInputFiles({ ...text('long.txt'), buffer: Buffer.alloc(4 * 1024 * 1024, 'a') });
    const progress = field(page, 'paper').getByRole('progressbar');
    await expect
      .poll(async () => Number(await progress.getAttribute('aria-valuenow')), { timeout: 20_000 })
      .toBeGreaterThan(5);
    expect(Number(await progress.getAttribute('aria-valuenow'))).toBeLessThan(100);
    await field(page, 'paper').getByRole('button', { name: 'Stop long.txt' }).click();
    await progress.waitFor({ state: 'detached' });
    const { body } = await world.app.json('GET', '/api/v1/File?filters=[["file_name","=","long.txt"]]');
    expect(body.items).toEqual([]);
  });

  it('takes what is dropped and pasted, is published, replaced and emptied', async () => {
    const name = await newParcel();
    const { page, open } = await desk();
    await open(`/app/parcel/detail/${name}`);
    await dropOn(field(page, 'paper').locator('[data-file-drop]'), 'one.txt', 'one');
    await field(page, 'paper').getByRole('link', { name: 'one.txt' }).waitFor();
    await page.keyboard.press('Control+s');
    await expect.poll(async () => (await filesOf(name)).length).toBe(1);
    await field(page, 'paper').getByRole('button', { name: 'More for Paper' }).click();
    await page.getByRole('menuitem', { name: 'Make it public' }).click();
    await field(page, 'paper').getByRole('img', { name: 'public' }).waitFor();
    const address = await field(page, 'paper').getByRole('link', { name: 'one.txt' }).getAttribute('href');
    expect((await world.app.anonymous.json('GET', address ?? '')).text).toBe('one');
    await page.locator('#f-paper').focus();
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['two'], 'two.txt', { type: 'text/plain' }));
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      );
    });
    await field(page, 'paper').getByRole('link', { name: 'two.txt' }).waitFor();
    await field(page, 'paper').getByRole('button', { name: 'Take away Paper' }).click();
    // It hung on nothing yet, so it is gone; what the document had saved still hangs on it.
    await expect
      .poll(async () => (await world.app.json('GET', '/api/v1/File?filters=[["file_name","=","two.txt"]]')).body.items)
      .toEqual([]);
    await page.keyboard.press('Control+s');
    // The word of the save before may still stand there.
    await expect.poll(async () => (await world.app.json('GET', `/api/v1/Parcel/${name}`)).body.paper).toBeNull();
    expect((await filesOf(name)).map((file) => file.file_name)).toEqual(['one.txt']);
  });
});

describe('attachments of a document', () => {
  it('are added by choosing and dropping, counted, deleted and brought back', async () => {
    const name = await newParcel();
    const { page, open, complaints, axe } = await desk();
    await open(`/app/parcel/detail/${name}`);
    await aside(page)
      .getByLabel('Attach files')
      .setInputFiles([text('a.txt'), picture]);
    await aside(page).getByRole('link', { name: 'a.txt' }).waitFor();
    await aside(page).getByText('2 of 3').waitFor();
    await dropOn(page.locator('h1'), 'c.txt', 'c');
    await aside(page).getByRole('link', { name: 'c.txt' }).waitFor();
    await aside(page).getByText('Delete one to attach another').waitFor();
    expect(await axe()).toEqual([]);
    await aside(page).getByRole('button', { name: 'More for a.txt' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await aside(page).getByRole('link', { name: 'a.txt' }).waitFor({ state: 'detached' });
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await aside(page).getByRole('link', { name: 'a.txt' }).waitFor();
    expect((await filesOf(name)).map((file) => file.file_name)).toEqual(['a.txt', 'c.txt', 'front.png']);
    expect(await page.getByText('Not saved').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('are seen, and no more, by who may only read the document', async () => {
    const name = await newParcel();
    const admin = await desk();
    await admin.open(`/app/parcel/detail/${name}`);
    await aside(admin.page).getByLabel('Attach files').setInputFiles(text('note.txt'));
    await aside(admin.page).getByRole('link', { name: 'note.txt' }).waitFor();
    const { user } = await world.app.user({ name: 'reader@files.test' });
    const { page, open } = await desk({ user });
    await open(`/app/parcel/detail/${name}`);
    await aside(page).getByRole('link', { name: 'note.txt' }).waitFor();
    expect(await aside(page).getByLabel('Attach files').count()).toBe(0);
    await aside(page).getByRole('button', { name: 'More for note.txt' }).click();
    await page.getByRole('menuitem', { name: 'Download' }).waitFor();
    expect(await page.getByRole('menuitem').count()).toBe(1);
  });
});

it.each([
  ['light', 1280],
  ['dark', 1280],
  ['dark', 375],
] as const)('files look right in %s at %i px', async (theme, width) => {
  const name = await newParcel();
  const { page, open, axe } = await desk({ theme, width });
  await open(`/app/parcel/detail/${name}`);
  await page.getByLabel('Photo').setInputFiles(picture);
  await field(page, 'photo').getByRole('img', { name: 'Photo' }).waitFor();
  await aside(page)
    .getByLabel('Attach files')
    .setInputFiles([text('a very long name of a file that does not fit in here.txt'), picture]);
  await aside(page).getByRole('link', { name: 'front.png' }).waitFor();
  expect(await axe()).toEqual([]);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(over).toBeLessThanOrEqual(0);
  if (process.env.SHOTS)
    await page.screenshot({ path: path.join(process.env.SHOTS, `files-${theme}-${width}.png`), fullPage: true });
});
