/** axe finds nothing on the main pages, light and dark, wide and narrow; and nothing is wider than the screen. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world?.close());

const PAGES = [
  '/app',
  '/app/sales-order/list',
  '/app/sales-order/list?q=nothing-has-this-word',
  '/app/task-item/new',
  '/app/user/detail/Administrator',
  '/app/nowhere/list',
];

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test.each([1280, 320])('%i wide', async (width) => {
    const guest = await world.desk({ user: '', theme, width });
    await guest.open('/login');
    expect(await guest.axe(), 'at the sign-in').toEqual([]);
    const { page, open, axe, complaints } = await world.desk({ theme, width });
    const { body } = await world.app.json('GET', '/api/v1/Sales%20Order?filters=[["docstatus","=",0]]&limit=1');
    for (const path of [...PAGES, `/app/sales-order/detail/${body.items[0].name}`]) {
      await open(path);
      expect(await axe(), path).toEqual([]);
      const [shown, whole] = await page.evaluate<[number, number]>(
        '[document.documentElement.clientWidth, document.documentElement.scrollWidth]',
      );
      expect(whole, `${path} scrolls sideways`).toBeLessThanOrEqual(shown);
    }
    expect(complaints).toEqual([]);
  });
});
