/** The calendar: what stands on which day, moved by mouse and by keys, taken back, refused, made with a click. */
import { mkdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { makeVisits, overtake, REST, VISITS } from './visits.ts';
import { type Desk, openWorld, type World } from './world.ts';

const MARCH = `${VISITS}?view=calendar&on=2026-03-01`;

let world: World;
let desk: Desk;
let names: string[];

beforeAll(async () => {
  world = await openWorld();
  names = await makeVisits(world);
  desk = await world.desk();
  await mkdir('.screenshots', { recursive: true });
});

afterEach(() => {
  expect(desk.complaints.splice(0)).toEqual([]);
});

afterAll(() => world?.close());

const event = (index: number) => desk.page.locator(`[data-event="${names[index]}"]`).first();
const read = async (index: number) => (await world.app.json('GET', `${REST}/${names[index]}`)).body;

/** Days, or hours where the field has them. */
async function beginAt({ page }: Desk, fieldname: string): Promise<void> {
  await page.getByRole('button', { name: 'View settings' }).click();
  await page.getByLabel('Begins').selectOption(fieldname);
  await page.keyboard.press('Escape');
}

async function openMarch(address = MARCH): Promise<void> {
  await desk.open(address);
  await event(0).waitFor();
}

/** From the middle of an event so many days to the right and weeks down. */
async function drag(index: number, days: number, weeks: number, from: 'middle' | 'end' = 'middle'): Promise<void> {
  const bar = (await event(index).boundingBox()) as { x: number; y: number; width: number; height: number };
  const day = (await desk.page.locator('[data-date="2026-03-10"]').first().boundingBox()) as {
    width: number;
    height: number;
  };
  const x = from === 'end' ? bar.x + bar.width - 3 : bar.x + Math.min(20, bar.width / 2);
  const y = bar.y + bar.height / 2;
  const { mouse } = desk.page;
  await mouse.move(x, y);
  await mouse.down();
  await mouse.move(x + (days * day.width) / 2, y + (weeks * day.height) / 2, { steps: 4 });
  await mouse.move(x + days * day.width, y + weeks * day.height, { steps: 4 });
  await mouse.up();
}

test('a month shows what is in it, and nothing is asked for but that month', async () => {
  const asked: string[] = [];
  desk.page.on('request', (request) => {
    if (request.url().includes('/api/v1/Visit?')) asked.push(decodeURIComponent(request.url()));
  });
  await openMarch();
  expect(await desk.page.locator('h2').first().textContent()).toBe('March 2026');
  expect(await event(1).textContent()).toContain('Depot');
  expect(asked.every((url) => url.includes('starts_on'))).toBe(true);
  await desk.page.getByRole('button', { name: 'After' }).click();
  await desk.page.getByText('Nothing in this period').waitFor();
  expect(new URL(desk.page.url()).searchParams.get('on')).toMatch(/^2026-04/);
  desk.page.removeAllListeners('request');
});

test('dragged to another day, it is written, and taken back', async () => {
  await openMarch();
  await drag(0, 1, 1);
  await expect.poll(async () => (await read(0)).starts_on).toBe('2026-03-11');
  expect((await read(0)).ends_on).toBe('2026-03-13');
  await desk.page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await read(0)).starts_on).toBe('2026-03-03');
  expect((await read(0)).ends_on).toBe('2026-03-05');
});

test('its end is pulled to another day', async () => {
  await openMarch();
  await drag(0, 1, 0, 'end');
  await expect.poll(async () => (await read(0)).ends_on).toBe('2026-03-06');
  await world.app.json('PATCH', `${REST}/${names[0]}`, { ends_on: '2026-03-05' });
});

test('what somebody else has changed stays where it is, and why is said', async () => {
  await openMarch();
  const before = await event(1).boundingBox();
  await overtake(desk, world, names[1] as string);
  await drag(1, 1, 0);
  await desk.page.getByText('Depot stays where it was').waitFor();
  expect((await read(1)).starts_on).toBe('2026-03-10');
  await expect.poll(async () => (await event(1).boundingBox())?.x).toBe(before?.x);
});

test('keys move it by days and weeks, change its end, and the focus goes with it', async () => {
  await openMarch();
  await event(0).focus();
  await desk.page.keyboard.press('Control+ArrowRight');
  await expect.poll(async () => (await read(0)).starts_on).toBe('2026-03-04');
  await expect
    .poll(() => desk.page.evaluate(() => (document.activeElement as HTMLElement).dataset.event))
    .toBe(names[0]);
  // It is drawn anew some frames long.
  await desk.page.waitForTimeout(800);
  await desk.page.keyboard.press('Control+Shift+ArrowRight');
  await expect.poll(async () => (await read(0)).ends_on).toBe('2026-03-07');
  await world.app.json('PATCH', `${REST}/${names[0]}`, { starts_on: '2026-03-03', ends_on: '2026-03-05' });
  await openMarch();
  await event(0).focus();
  await desk.page.keyboard.press('Enter');
  await desk.page.waitForURL(/detail/);
});

test('is one stop for Tab, where one was last', async () => {
  await openMarch();
  const stops = () =>
    desk.page
      .locator('[data-event][tabindex="0"]')
      .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.event));
  const isFocused = (index: number) => event(index).evaluate((each) => each === document.activeElement);
  await expect.poll(stops).toHaveLength(1);
  await event(1).focus();
  expect(await stops()).toEqual([names[1]]);
  await desk.page.keyboard.press('k');
  expect(await isFocused(1)).toBe(false);
  await desk.page.keyboard.press('j');
  expect(await isFocused(1)).toBe(true);
  await desk.page.keyboard.press('Shift+Tab');
  expect(await desk.page.evaluate(() => document.activeElement?.closest('[data-event]'))).toBeNull();
  await desk.page.keyboard.press('Tab');
  expect(await isFocused(1)).toBe(true);
  await desk.page.getByRole('button', { name: 'After' }).click();
  await expect.poll(stops).toEqual([]);
  await desk.page.getByRole('button', { name: 'Before' }).click();
  await event(1).waitFor();
  await expect.poll(stops).toHaveLength(1);
});

test('as a list, by the clock, and as it was chosen after a reload', async () => {
  await openMarch();
  await desk.page.getByLabel('Divided by').selectOption('list');
  await desk.page.getByRole('group', { name: 'Events' }).getByText('Depot').waitFor();
  await desk.page.getByRole('button', { name: 'View settings' }).click();
  await desk.page.getByLabel('Begins').selectOption('call_at');
  await desk.page.keyboard.press('Escape');
  await desk.page.getByLabel('Divided by').selectOption('week');
  await desk.open(`${VISITS}?view=calendar&on=2026-03-03`);
  await event(0).waitFor();
  expect(await event(0).textContent()).toContain('9:00');
  // Pulled to the next day it keeps its hour, and a change of the clock in between changes nothing of that.
  const bar = (await event(0).boundingBox()) as { x: number; y: number };
  const day = (await desk.page.locator('[data-date="2026-03-04"]').first().boundingBox()) as { width: number };
  await desk.page.mouse.move(bar.x + 20, bar.y + 8);
  await desk.page.mouse.down();
  await desk.page.mouse.move(bar.x + 20 + day.width / 2, bar.y + 8, { steps: 4 });
  await desk.page.mouse.move(bar.x + 20 + day.width, bar.y + 8, { steps: 4 });
  await desk.page.mouse.up();
  await expect.poll(async () => (await read(0)).call_at).toBe('2026-03-04T08:00:00.000000Z');
  await desk.page.getByRole('button', { name: 'Saved views' }).click();
  await desk.page.getByRole('menuitem', { name: 'Save this view' }).click();
  await desk.page.getByLabel('Name').fill('Calls');
  await desk.page.keyboard.press('Enter');
  await desk.page.getByText('View “Calls” is saved').waitFor();
  await desk.page.getByLabel('Divided by').selectOption('month');
  await beginAt(desk, 'starts_on');
  await openMarch();
  expect(await event(0).textContent()).not.toContain('9:00');
  // A saved view has its fields with it, not its day.
  await desk.page.getByRole('button', { name: /^Saved view/ }).click();
  await desk.page.getByRole('menuitem', { name: /^Calls/ }).click();
  await desk.page.getByLabel('Divided by').and(desk.page.locator('select')).waitFor();
  await expect.poll(() => desk.page.getByLabel('Divided by').inputValue()).toBe('week');
  await desk.page.getByRole('button', { name: 'View settings' }).click();
  expect(await desk.page.getByLabel('Begins').inputValue()).toBe('call_at');
  await desk.page.getByLabel('Begins').selectOption('starts_on');
  await desk.page.keyboard.press('Escape');
  await desk.page.getByLabel('Divided by').selectOption('month');
});

test('a click on a day makes a new one of that day', async () => {
  await openMarch();
  await desk.page.locator('[data-date="2026-03-24"]').first().click();
  await desk.page.waitForURL(/\/new/);
  expect(new URL(desk.page.url()).searchParams.get('starts_on')).toBe('2026-03-24');
});

test.each((['light', 'dark'] as const).flatMap((theme) => [1280, 375].map((width) => [theme, width] as const)))(
  'breaks no rule of WCAG: %s, %i wide',
  { timeout: 60_000 },
  async (theme, width) => {
    const other = await world.desk({ theme, width, height: width < 640 ? 720 : 800 });
    for (const [mode, begins] of [['month'], ['week'], ['list'], ['week', 'call_at'], ['list', 'call_at']] as const) {
      await other.open(MARCH);
      await other.page.getByLabel('Divided by').selectOption(mode);
      if (begins) await beginAt(other, begins);
      await other.page.waitForTimeout(400);
      await other.page.screenshot({ path: `.screenshots/calendar-${mode}-${theme}-${width}.png` });
      expect(await other.axe(), mode).toEqual([]);
      expect(
        await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        mode,
      ).toBeLessThanOrEqual(0);
    }
    await beginAt(other, 'starts_on');
    expect(other.complaints).toEqual([]);
    await other.page.context().close();
  },
);
