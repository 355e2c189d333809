/** Lists as people use them: found, chosen, changed, with the mouse and with keys alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
const TASKS = '/app/task-item/list';

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world?.close());

const rows = ({ page }: Desk) => page.locator('tr[data-row]');

test('probe', async () => {
  const desk = await world.desk();
  await desk.open(TASKS);
  await rows(desk).first().waitFor();
  await desk.page.screenshot({ path: '.screenshots/p1.png' });
  await desk.page.keyboard.press('f');
  await desk.page.waitForTimeout(300);
  await desk.page.screenshot({ path: '.screenshots/p2.png' });
  console.log(await desk.axe());
  await desk.page.keyboard.press('Escape');
  await desk.open(`${TASKS}?group=status`);
  await desk.page.keyboard.press('j');
  await desk.page.keyboard.press('Space');
  await desk.page.waitForTimeout(500);
  await desk.page.screenshot({ path: '.screenshots/p3.png' });
  console.log(await desk.axe());
  await desk.open(`${TASKS}?view=kanban`);
  await desk.page.waitForTimeout(1500);
  await desk.page.screenshot({ path: '.screenshots/p4.png' });
  console.log(await desk.axe(), desk.complaints);
  const phone = await world.desk({ width: 375, height: 720, theme: 'dark' });
  await phone.open(TASKS);
  await phone.page.waitForTimeout(800);
  await phone.page.screenshot({ path: '.screenshots/p5.png' });
  console.log(await phone.axe(), phone.complaints);
});
