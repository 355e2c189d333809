/** Calendar, Gantt chart and map where the system has colours of its own: what a fill says otherwise, edges say. */
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeVisits, REST, VISITS } from './visits.ts';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
let desk: Desk;
let names: string[];

beforeAll(async () => {
  world = await openWorld();
  names = await makeVisits(world);
  desk = await world.desk();
  await desk.page.emulateMedia({ forcedColors: 'active' });
});
afterAll(() => world?.close());

/** Of the first element there, or of what stands before its content. */
const lookOf = (selector: string, property: string, part = '') =>
  desk.page.evaluate(
    `getComputedStyle(document.querySelector(${JSON.stringify(selector)}), ${JSON.stringify(part)})['${property}']`,
  );
/** As the browser spells a colour of the system now. */
const system = (name: string) =>
  desk.page.evaluate(`(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = '${name}';
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  })()`);
const shot = async (name: string) => {
  if (process.env.SHOTS) await desk.page.screenshot({ path: path.join(process.env.SHOTS, `forced-${name}.png`) });
};

test('a calendar: each event has an edge, and today is marked', async () => {
  await desk.open(`${VISITS}?view=calendar&on=2026-03-01`);
  await desk.page.locator('[data-event]').first().waitFor();
  expect(await lookOf('[data-event]', 'borderInlineStartWidth')).toBe('4px');
  expect(await lookOf('[data-event]', 'borderTopStyle')).toBe('solid');
  await shot('calendar');
  const today = new Date().toISOString().slice(0, 10);
  expect((await world.app.json('PATCH', `${REST}/${names[0]}`, { starts_on: today, ends_on: today })).status).toBe(200);
  await desk.open(`${VISITS}?view=calendar&on=${today}`);
  await desk.page.locator('[data-event]').first().waitFor();
  expect(await lookOf('.calendar [aria-current="date"]', 'outlineStyle')).toBe('dashed');
  await shot('calendar-today');
});

test('a Gantt chart: how far a bar is, and where today is', async () => {
  await desk.open(`${VISITS}?view=gantt`);
  await desk.page.locator('[data-bar]').first().waitFor();
  const mark = await system('Highlight');
  expect(await lookOf('[data-bar]', 'borderTopStyle')).toBe('solid');
  expect(await lookOf('[data-progress]', 'borderBottomColor')).toBe(mark);
  expect(await lookOf('[data-today]', 'borderInlineStartColor')).toBe(mark);
  expect(await lookOf('[data-today]', 'borderInlineStartWidth')).toBe('2px');
  await shot('gantt');
});

test('a map: marks stand out of the land', async () => {
  await desk.open(`${VISITS}?view=map`);
  await desk.page.locator('.map-mark').first().waitFor();
  await desk.page.locator('path.map-land').first().waitFor({ state: 'attached' });
  const [ground, text] = [await system('Canvas'), await system('CanvasText')];
  expect(await lookOf('.map .map-land', 'fill')).toBe(ground);
  expect(await lookOf('.map-mark', 'backgroundColor', '::before')).toBe(text);
  await desk.page.locator('.map-mark').first().focus();
  await desk.page.keyboard.press('Tab');
  await shot('map');
});
