/** Gallery, Gantt chart and map of a list: what they show, how it is chosen and moved, with the mouse and with keys. */
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { givePhoto, makeVisits, overtake, REST, VISITS } from './visits.ts';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
let desk: Desk;
let names: string[];

beforeAll(async () => {
  world = await openWorld();
  names = await makeVisits(world);
  await givePhoto(world, names[0] as string);
  desk = await world.desk();
  await mkdir('.screenshots', { recursive: true });
});

afterEach(() => {
  expect(desk.complaints.splice(0)).toEqual([]);
});

afterAll(() => world?.close());

const read = async (index: number) => (await world.app.json('GET', `${REST}/${names[index]}`)).body;
const bar = (index: number) => desk.page.locator(`[data-bar="${names[index]}"]`);
const active = (key: string) =>
  desk.page.evaluate((name) => (document.activeElement as HTMLElement).dataset[name], key);

async function pull(index: number, days: number, from: 'middle' | 'end'): Promise<void> {
  const box = (await bar(index).boundingBox()) as { x: number; y: number; width: number; height: number };
  const x = from === 'end' ? box.x + box.width - 2 : box.x + 18;
  const y = box.y + box.height / 2;
  const { mouse } = desk.page;
  await mouse.move(x, y);
  await mouse.down();
  await mouse.move(x + days * 18, y, { steps: 3 });
  await mouse.move(x + days * 36, y, { steps: 3 });
  await mouse.up();
}

test('a gallery shows pictures, chooses by keys, and what is chosen can be worked on', async () => {
  await desk.open(`${VISITS}?view=gallery&sort=name+asc`);
  const card = desk.page.locator('[data-card]');
  await expect.poll(() => card.count()).toBe(4);
  const image = desk.page.locator('main img');
  expect(await image.count()).toBe(1);
  await expect.poll(() => image.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(32);
  await desk.page.keyboard.press('j');
  await expect.poll(() => active('card')).toBe('0');
  await desk.page.keyboard.press('Space');
  await desk.page.keyboard.press('ArrowRight');
  await expect.poll(() => active('card')).toBe('1');
  await desk.page.keyboard.press('Space');
  await desk.page.getByText('2 chosen').waitFor();
  await desk.page.keyboard.press('x');
  await desk.page.getByRole('menuitem', { name: 'Edit a field' }).waitFor();
  await desk.page.keyboard.press('Escape');
  await card.nth(2).focus();
  await desk.page.keyboard.press('Enter');
  await desk.page.waitForURL(new RegExp(`detail/${names[2]}`));
});

test('a gallery goes on as it is scrolled, and draws only what is seen', { timeout: 60_000 }, async () => {
  const docs = Array.from({ length: 300 }, (_, at) => ({ subject: `Card ${at}` }));
  await world.app.json('POST', `${REST}/bulk`, { action: 'insert', docs });
  const filters = encodeURIComponent(JSON.stringify([['subject', 'like', 'Card %']]));
  await desk.open(`${VISITS}?view=gallery&sort=name+asc&filters=${filters}`);
  const last = desk.page.locator('[data-card="299"]');
  await desk.page.locator('[data-card]').first().waitFor();
  for (let tries = 0; tries < 60 && (await last.count()) === 0; tries += 1) {
    await desk.page
      .locator('main ul')
      .last()
      .evaluate((list) => list.parentElement?.scrollTo({ top: 1e6 }));
    await desk.page.waitForTimeout(60);
  }
  await last.waitFor();
  expect(await desk.page.locator('[data-card]').count()).toBeLessThan(60);
  await world.app.json('POST', `${REST}/bulk`, { filters: [['subject', 'like', 'Card %']], action: 'delete' });
});

test('a bar of a Gantt chart is pulled to other days, taken back, and its end moved', async () => {
  await desk.open(`${VISITS}?view=gantt`);
  await bar(0).waitFor();
  expect(await bar(0).getAttribute('aria-label')).toBe('Harbour, 3 Mar 2026 to 5 Mar 2026, 40 %');
  await expect.poll(() => desk.page.locator('[data-bar]').count()).toBe(3);
  // The third comes after the first.
  expect(await desk.page.locator('[data-links] > g').count()).toBe(1);
  await pull(0, 2, 'middle');
  await expect.poll(async () => (await read(0)).starts_on).toBe('2026-03-05');
  expect((await read(0)).ends_on).toBe('2026-03-07');
  await desk.page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await read(0)).starts_on).toBe('2026-03-03');
  await expect.poll(() => bar(0).getAttribute('aria-label')).toContain('3 Mar');
  await pull(0, 3, 'end');
  await expect.poll(async () => (await read(0)).ends_on).toBe('2026-03-08');
  expect(new URL(desk.page.url()).pathname).toBe(VISITS);
});

test('keys move a bar and its end; what is refused stays and says why', async () => {
  await world.app.json('PATCH', `${REST}/${names[0]}`, { ends_on: '2026-03-05' });
  await desk.open(`${VISITS}?view=gantt`);
  await bar(0).focus();
  await desk.page.keyboard.press('Control+ArrowRight');
  await expect.poll(async () => (await read(0)).starts_on).toBe('2026-03-04');
  await expect.poll(() => active('bar')).toBe(names[0]);
  await desk.page.keyboard.press('Control+Shift+ArrowRight');
  await expect.poll(async () => (await read(0)).ends_on).toBe('2026-03-07');
  await desk.page.keyboard.press('ArrowDown');
  await expect.poll(() => active('bar')).toBe(names[1]);
  await overtake(desk, world, names[1] as string);
  await desk.page.keyboard.press('Control+ArrowRight');
  await desk.page.getByText('Depot stays where it was').waitFor();
  expect((await read(1)).starts_on).toBe('2026-03-10');
  await desk.page.keyboard.press('Enter');
  await desk.page.waitForURL(/detail/);
});

test('a map shows who has a place, says what a mark is, and leads there', async () => {
  await desk.open(`${VISITS}?view=map`);
  const list = desk.page.getByRole('list', { name: 'What is on the map' });
  await expect.poll(() => list.getByRole('listitem').count()).toBe(3);
  await expect.poll(() => desk.page.locator('.map-mark').count()).toBe(3);
  await expect.poll(() => desk.page.locator('path.map-land').count()).toBeGreaterThan(100);
  await desk.page.getByRole('button', { name: 'Show Depot on the map' }).click();
  const popup = desk.page.locator('.leaflet-popup');
  await popup.getByRole('link', { name: 'Depot' }).waitFor();
  expect(await popup.textContent()).toContain('Done');
  await desk.page.getByRole('button', { name: 'Show all' }).click();
  await desk.page.keyboard.press('Escape');
  await desk.page.locator('.map-mark[aria-label="Harbour"]').focus();
  await desk.page.keyboard.press('Enter');
  await popup.getByRole('link', { name: 'Harbour' }).click();
  await desk.page.waitForURL(new RegExp(`detail/${names[0]}`));
});

test('filters hold in every view, and none left is said', async () => {
  const filters = encodeURIComponent(JSON.stringify([['status', '=', 'Done']]));
  await desk.open(`${VISITS}?view=map&filters=${filters}`);
  await expect.poll(() => desk.page.locator('.map-mark').count()).toBe(1);
  await desk.open(`${VISITS}?view=gantt&filters=${filters}`);
  await expect.poll(() => desk.page.locator('[data-bar]').count()).toBe(1);
  await desk.open(`${VISITS}?view=gantt&q=nothingatall`);
  await desk.page.getByText('None of these has a date').waitFor();
  await desk.page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect.poll(() => desk.page.locator('[data-bar]').count()).toBe(3);
});

test('a view that could not be loaded says so and tries again', async () => {
  const problem = { type: '/problems/conflict', title: 'No', status: 409, detail: 'The shelf is empty.' };
  const answer = { status: 409, contentType: 'application/problem+json', body: JSON.stringify(problem) };
  for (const view of ['calendar', 'gantt', 'map', 'gallery']) {
    await desk.page.route(/\/api\/v1\/Visit\?/, (route) => route.fulfill(answer), { times: 1 });
    await desk.open(`${VISITS}?view=${view}&on=2026-03-01`);
    await desk.page.getByText('The shelf is empty.').waitFor();
    await desk.page.getByRole('button', { name: 'Try again' }).click();
    await desk.page.locator('[data-event], [data-bar], .map-mark, [data-card]').first().waitFor();
  }
});

test('more than are shown at once is said', { timeout: 60_000 }, async () => {
  const docs = Array.from({ length: 1000 }, (_, at) => ({
    subject: `Long ${at}`,
    starts_on: '2026-05-01',
    ends_on: '2026-05-02',
  }));
  await world.app.json('POST', `${REST}/bulk`, { action: 'insert', docs });
  const started = Date.now();
  await desk.open(`${VISITS}?view=gantt`);
  await desk.page.getByText('The first 1,000 of 1,003 are shown').waitFor();
  await expect.poll(() => desk.page.locator('[data-bar]').count()).toBe(1000);
  expect(Date.now() - started).toBeLessThan(20_000);
  await desk.page.getByRole('button', { name: 'Add a filter' }).click();
  await desk.page.getByLabel('Field of condition 1').waitFor();
  await desk.page.keyboard.press('Escape');
  await world.app.json('POST', `${REST}/bulk`, { filters: [['subject', 'like', 'Long %']], action: 'delete' });
});

test('a list on paper has the listed rows, or the chosen ones, and nothing beside them', async () => {
  await desk.page.addInitScript(() => {
    window.print = () => undefined;
  });
  const filters = encodeURIComponent(JSON.stringify([['status', '!=', 'Done']]));
  await desk.open(`${VISITS}?sort=name+asc&filters=${filters}`);
  await desk.page.locator('tr[data-row]').first().waitFor();
  await desk.page.getByRole('button', { name: 'More', exact: true }).click();
  await desk.page.getByRole('menuitem', { name: 'Print' }).click();
  await desk.page.emulateMedia({ media: 'print' });
  const sheet = desk.page.locator('.print-sheet');
  await sheet.waitFor();
  expect(await sheet.locator('tbody tr').count()).toBe(3);
  expect(await sheet.textContent()).toContain('3 documents');
  expect(await sheet.locator('tbody tr').first().textContent()).toContain('Harbour');
  expect(await desk.page.locator('#desk').isVisible()).toBe(false);
  await desk.page.screenshot({ path: '.screenshots/print-sheet.png' });
  await desk.page.emulateMedia({ media: null });
  await desk.page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  // The page is drawn again, and the focus can move, once it is on the screen.
  await desk.page.locator('tr[data-row]').first().waitFor();
  await desk.page.getByRole('menu').waitFor({ state: 'detached' });
  await desk.page.keyboard.press('j');
  await desk.page.locator('tr[data-row]:focus-within').waitFor();
  await desk.page.keyboard.press('Space');
  await desk.page.getByRole('region', { name: 'Chosen rows' }).waitFor();
  await desk.page.keyboard.press('x');
  await desk.page.getByRole('menuitem', { name: 'Print' }).click();
  await desk.page.emulateMedia({ media: 'print' });
  await expect.poll(() => sheet.locator('tbody tr').count()).toBe(1);
  await desk.page.emulateMedia({ media: null });
  await desk.page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect.poll(() => sheet.count()).toBe(0);
});

test('a view that a list does not have says so, and the list is one click away', async () => {
  await desk.open('/app/customer-group/list?view=map');
  await desk.page.getByText('There is no such view of this list').waitFor();
  await desk.page.getByRole('button', { name: 'Show it as a list' }).click();
  await desk.page.locator('tr[data-row]').first().waitFor();
});

const SHAPES = (['light', 'dark'] as const).flatMap((theme) => [1280, 375].map((width) => [theme, width] as const));
test.each(SHAPES)('breaks no rule of WCAG: %s, %i wide', { timeout: 90_000 }, async (theme, width) => {
  const other = await world.desk({ theme, width, height: width < 640 ? 720 : 800 });
  for (const view of ['gallery', 'gantt', 'map']) {
    await other.open(`${VISITS}?view=${view}&sort=name+asc`);
    await other.page.locator('[data-card], [data-bar], .map-mark').first().waitFor();
    await other.page.waitForTimeout(500);
    await other.page.screenshot({ path: `.screenshots/${view}-${theme}-${width}.png` });
    expect(await other.axe(), view).toEqual([]);
    expect(
      await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      view,
    ).toBeLessThanOrEqual(0);
  }
  expect(other.complaints).toEqual([]);
  await other.page.context().close();
});

test('a map has the tiles of the host that System Settings name, says whose they are, and does without when none come', async () => {
  const pixel = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
  let isGone = false;
  const host = createServer((_, response) => {
    response.writeHead(isGone ? 404 : 200, { 'content-type': 'image/gif' }).end(isGone ? undefined : pixel);
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  const origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  const set = (given: Record<string, unknown>) =>
    world.app.json('PATCH', '/api/v1/System%20Settings/System%20Settings', given);
  const map_tiles = `${origin}/{z}/{x}/{y}.gif`;
  expect((await set({ map_tiles, map_attribution: '© <b>Somebody</b>' })).status).toBe(200);
  try {
    const { page, open, axe, complaints } = await world.desk();
    await open(`${VISITS}?view=map`);
    await page.locator('img.leaflet-tile-loaded').first().waitFor();
    await page.locator('.leaflet-control-attribution', { hasText: '© <b>Somebody</b>' }).waitFor();
    expect(await page.locator('path.map-land').count()).toBe(0);
    expect(await axe()).toEqual([]);
    expect(complaints.filter((line) => !line.startsWith(`a request to ${origin}/`))).toEqual([]);
    isGone = true;
    await page.reload();
    await expect.poll(() => page.locator('path.map-land').count()).toBeGreaterThan(100);
    await page.context().close();
  } finally {
    await set({ map_tiles: null });
    host.close();
  }
});
