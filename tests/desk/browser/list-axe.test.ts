/** Lists break no rule of WCAG, in light and dark, wide and narrow, and never make the page scroll sideways. */
import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await mkdir('.screenshots', { recursive: true });
});

afterAll(() => world?.close());

const SHAPES = (['light', 'dark'] as const).flatMap((theme) => [1280, 375].map((width) => ({ theme, width })));

test.each(SHAPES)('$theme, $width wide', { timeout: 120_000 }, async ({ theme, width }) => {
  const desk = await world.desk({ theme, width, height: width < 640 ? 720 : 800 });
  const { page } = desk;
  const look = async (name: string): Promise<void> => {
    await page.waitForTimeout(250);
    await page.screenshot({ path: `.screenshots/list-${name}-${theme}-${width}.png` });
    expect(await desk.axe(), name).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0);
  };
  const filters = encodeURIComponent(JSON.stringify([['priority', 'in', ['High', 'Urgent']]]));
  await desk.open(`/app/task-item/list?group=status&filters=${filters}`);
  await page.locator('tr[data-row]').first().waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await look('rows');
  await page.keyboard.press('f');
  await page.getByRole('button', { name: 'Add group' }).click();
  await look('filters');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await look('keys');
  await desk.open('/app/sales-order/list');
  await page.locator('tr[data-row]').first().waitFor();
  await look('orders');
  await desk.open('/app/task-item/list?view=kanban');
  await page.locator('[data-card]').first().waitFor();
  await look('kanban');
  await desk.open('/app/territory/list?view=tree');
  await page.locator('[role="treeitem"]').first().focus();
  await page.keyboard.press('ArrowRight');
  await look('tree');
  await desk.open('/app/task-item/list?q=zzzz');
  await page.getByText('No Task Item matches').waitFor();
  await look('none');
  expect(desk.complaints).toEqual([]);
  await page.context().close();
});
