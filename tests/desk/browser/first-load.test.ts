/**
 * What a browser fetches before a list can be used, held to its budget; and the parts that come after it: a click or key
 * that asks for one before it is there is not lost, and nothing on the page moves when it comes.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { BUDGET } from '../../../desk/first-load.ts';
import { type Desk, openWorld, type World } from './world.ts';

const LIST = '/app/customer/list';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 180_000);
afterAll(() => world?.close());

/** Holds back a part that comes late, until it is let through. */
async function hold(page: Page, part: string): Promise<() => void> {
  let letThrough = (): void => undefined;
  const isFree = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  await page.route(new RegExp(`/assets/${part}-`), async (route) => {
    await isFree;
    await route.continue();
  });
  return letThrough;
}

async function openList(desk: Desk): Promise<void> {
  await desk.open(LIST);
  await desk.page.locator('[data-row="0"] a').waitFor();
}

const sortButton = (page: Page) => page.getByRole('button', { name: /^Sorted by/ });
const menu = (page: Page) => page.getByRole('menu');

it('a list needs no more than its budget', async () => {
  const desk = await world.desk();
  const asked = new Set<string>();
  desk.page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (/\.(js|css)$/.test(pathname)) asked.add(pathname);
  });
  await openList(desk);
  const files = [...asked];
  const weigh = (ending: string): number =>
    files
      .filter((file) => file.endsWith(ending))
      .map((file) => gzipSync(readFileSync(path.join(inject('deskFolder'), file)), { level: 9 }).byteLength)
      .reduce((sum, size) => sum + size, 0);
  console.info(`first load: ${weigh('.js')} bytes of JavaScript, ${weigh('.css')} of CSS, in ${files.length} files`);
  expect(weigh('.js')).toBeGreaterThan(50_000);
  expect(weigh('.js')).toBeLessThanOrEqual(BUDGET.js);
  expect(weigh('.css')).toBeLessThanOrEqual(BUDGET.css);
  // What is likely to be used next is fetched then.
  await expect
    .poll(() => [...asked].filter((file) => file.includes('/MenuContent-')), { timeout: 10_000 })
    .toHaveLength(1);
  await desk.page.context().close();
});

describe('a menu that is still on its way', () => {
  it('opens after the click that asked for it, where nothing has moved', async () => {
    const desk = await world.desk();
    const { page } = desk;
    const letThrough = await hold(page, 'MenuContent');
    await openList(desk);
    await page.evaluate(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift' });
    });
    const button = sortButton(page);
    await button.click();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    await expect.poll(() => button.getAttribute('aria-busy')).toBe('true');
    expect(await menu(page).count()).toBe(0);
    letThrough();
    await menu(page).waitFor();
    expect(await button.getAttribute('aria-busy')).toBeNull();
    expect(await menu(page).getAttribute('id')).toBe(await button.getAttribute('aria-controls'));
    expect(await menu(page).getAttribute('aria-labelledby')).toBe(await button.getAttribute('id'));
    const [box, below] = [await button.boundingBox(), await menu(page).boundingBox()];
    expect(Math.round((below?.y ?? 0) - (box?.y ?? 0) - (box?.height ?? 0))).toBe(4);
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
    // The second click on the button closes it.
    await button.click();
    await menu(page).waitFor({ state: 'detached' });
    expect(desk.complaints).toEqual([]);
    await page.context().close();
  });

  it('opens on a slow line, too, with a click as soon as there is something to click', async () => {
    const desk = await world.desk();
    const { page } = desk;
    const line = await page.context().newCDPSession(page);
    const bytes = { downloadThroughput: 50_000, uploadThroughput: 50_000 };
    await line.send('Network.emulateNetworkConditions', { offline: false, latency: 300, ...bytes });
    await page.goto(world.app.url + LIST, { waitUntil: 'commit', timeout: 30_000 });
    await sortButton(page).click({ timeout: 30_000 });
    await page.getByRole('menuitem', { name: 'Descending' }).click({ timeout: 20_000 });
    await menu(page).waitFor({ state: 'detached' });
    await page.locator('[data-row="0"] a').waitFor({ timeout: 20_000 });
    expect(new URL(page.url()).searchParams.get('sort')).toContain('desc');
    expect(desk.complaints).toEqual([]);
    await page.context().close();
  }, 90_000);

  it('by keys has its first command chosen; Escape gives the focus back', async () => {
    const desk = await world.desk();
    const { page } = desk;
    const letThrough = await hold(page, 'MenuContent');
    await openList(desk);
    const button = sortButton(page);
    for (const key of ['Enter', 'ArrowDown', 'Space']) {
      await button.focus();
      await page.keyboard.press(key);
      expect(await button.getAttribute('aria-expanded')).toBe('true');
      letThrough();
      const first = page.getByRole('menuitem').first();
      await first.waitFor();
      await expect.poll(() => first.evaluate((item) => item === document.activeElement)).toBe(true);
      await page.keyboard.press('ArrowDown');
      expect(
        await page
          .getByRole('menuitem')
          .nth(1)
          .evaluate((item) => item === document.activeElement),
      ).toBe(true);
      await page.keyboard.press('Escape');
      await menu(page).waitFor({ state: 'detached' });
      await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await button.getAttribute('aria-expanded')).toBe('false');
    }
    // The keys of a column's head open its menu, too.
    const head = page.locator('th button').first();
    await head.focus();
    await page.keyboard.press('Alt+ArrowDown');
    await page.getByRole('menuitem', { name: 'Sort ascending' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Sort ascending');
    expect(desk.complaints).toEqual([]);
    await page.context().close();
  });

  it('does not come over one who turned to something else', async () => {
    const desk = await world.desk();
    const { page } = desk;
    const letThrough = await hold(page, 'MenuContent');
    await openList(desk);
    const arrived = page.waitForResponse(/MenuContent-.*\.js/);
    await sortButton(page).click();
    await page
      .getByRole('searchbox', { name: /^Search/ })
      .last()
      .click();
    expect(await sortButton(page).getAttribute('aria-expanded')).toBe('false');
    await sortButton(page).click();
    await page.keyboard.press('Escape');
    expect(await sortButton(page).getAttribute('aria-expanded')).toBe('false');
    letThrough();
    await (await arrived).finished();
    await page.waitForTimeout(300);
    expect(await menu(page).count()).toBe(0);
    await page.context().close();
  });

  it('says so when it cannot be fetched, with the way out', async () => {
    const desk = await world.desk();
    const { page } = desk;
    let refused = 0;
    await page.route(/\/assets\/MenuContent-/, async (route) => {
      refused += 1;
      await route.abort();
    });
    await openList(desk);
    await sortButton(page).click();
    await page.getByText('This could not be fetched.').waitFor();
    expect(await sortButton(page).getAttribute('aria-expanded')).toBe('false');
    expect(refused).toBeGreaterThan(0);
    await page.unroute(/\/assets\/MenuContent-/);
    await page.getByRole('button', { name: 'Load anew' }).click();
    await page.locator('[data-row="0"] a').waitFor();
    await expect.poll(async () => (await page.getByText('This could not be fetched.').count()) === 0).toBe(true);
    await sortButton(page).click();
    await menu(page).waitFor();
    await page.context().close();
  });
});

it('a panel that is still on its way opens after the click, too; Escape gives the focus back', async () => {
  const desk = await world.desk();
  const { page } = desk;
  const letThrough = await hold(page, 'PopoverContent');
  await openList(desk);
  const bell = page.getByRole('button', { name: /^Notifications/ });
  await bell.click();
  expect(await bell.getAttribute('aria-expanded')).toBe('true');
  letThrough();
  const panel = page.getByRole('dialog', { name: 'Notifications' });
  await panel.waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await expect.poll(() => bell.evaluate((element) => element === document.activeElement)).toBe(true);
  await bell.click();
  await panel.waitFor();
  await bell.click();
  await panel.waitFor({ state: 'detached' });
  expect(desk.complaints).toEqual([]);
  await page.context().close();
});

it('a filter by a document takes over what was typed while what picks was on its way', async () => {
  const desk = await world.desk();
  const { page } = desk;
  const letThrough = await hold(page, 'LinkWidget');
  await openList(desk);
  const box = page.getByRole('combobox', { name: 'Customer Group' });
  const place = await box.boundingBox();
  await box.click();
  await page.keyboard.type('Hot');
  letThrough();
  const option = page.getByRole('option', { name: /Hotels/ });
  await option.waitFor();
  expect(await box.inputValue()).toBe('Hot');
  await page.keyboard.type('els');
  expect(await box.inputValue()).toBe('Hotels');
  expect(await box.boundingBox()).toEqual(place);
  await option.click();
  await expect.poll(() => new URL(page.url()).searchParams.get('filters')).toContain('Hotels');
  expect(desk.complaints).toEqual([]);
  await page.context().close();
});

describe('a tooltip', () => {
  it('comes under a resting pointer, can be pointed at, and goes with Escape', async () => {
    const desk = await world.desk();
    const { page } = desk;
    await openList(desk);
    const button = page.getByRole('button', { name: 'Filters' });
    const tip = page.getByRole('tooltip', { includeHidden: true });
    await button.hover();
    expect(await tip.count()).toBe(0);
    await tip.waitFor();
    expect(await tip.textContent()).toBe('Filters');
    expect(await button.getAttribute('aria-describedby')).toBe(await tip.getAttribute('id'));
    await tip.hover();
    await page.waitForTimeout(300);
    expect(await tip.count()).toBe(1);
    await page.keyboard.press('Escape');
    await tip.waitFor({ state: 'detached' });
    expect(await button.getAttribute('aria-describedby')).toBeNull();
    // A press is answer enough.
    await page.mouse.move(0, 400);
    await button.hover();
    await tip.waitFor();
    await page.mouse.down();
    await tip.waitFor({ state: 'detached' });
    await page.mouse.up();
    await page.getByRole('dialog').waitFor();
    expect(desk.complaints).toEqual([]);
    await page.context().close();
  });

  it('comes at once with the focus of the keyboard, wholly on the screen', async () => {
    const desk = await world.desk({ width: 640 });
    const { page } = desk;
    await openList(desk);
    const bell = page.getByRole('button', { name: /^Notifications/ });
    await bell.focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    const tip = page.getByRole('tooltip', { includeHidden: true });
    await tip.waitFor({ timeout: 1_000 });
    const box = await tip.locator('xpath=..').boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 640).toBe(true);
    expect(await desk.axe()).toEqual([]);
    await page.keyboard.press('Tab');
    await expect.poll(() => page.getByRole('tooltip', { includeHidden: true, name: /^Notifications/ }).count()).toBe(0);
    expect(desk.complaints).toEqual([]);
    await page.context().close();
  });
});
