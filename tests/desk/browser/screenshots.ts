/**
 * Takes the pictures: each page, light and dark, wide and narrow, and that of the README. Run by screenshots.config.ts,
 * not by `npm test`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { ROOT } from '../../support/sources.ts';
import { openWorld, type World } from './world.ts';

const FOLDER = path.join(ROOT, '.screenshots');
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1280, 375];

let world: World;

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  world = await openWorld();
});

afterAll(() => world?.close());

test.each(THEMES.flatMap((theme) => WIDTHS.map((width) => [theme, width] as const)))(
  '%s, %i wide',
  async (theme, width) => {
    const { body } = await world.app.json('GET', '/api/v1/Sales%20Order?limit=1&order_by=name');
    const order = body.items[0].name as string;
    const pages = {
      home: '/app',
      list: '/app/sales-order/list',
      form: `/app/sales-order/detail/${order}`,
      new: '/app/task-item/new',
      settings: '/app/settings',
      missing: '/app/sales/list',
    };
    const height = width < 640 ? 720 : 800;
    const guest = await world.desk({ user: '', theme, width, height });
    await guest.open('/login');
    await guest.page.screenshot({ path: path.join(FOLDER, `login-${theme}-${width}.png`) });
    const { page, open } = await world.desk({ theme, width, height });
    for (const [name, address] of Object.entries(pages)) {
      await open(address);
      await page.waitForTimeout(400);
      await page.screenshot({ path: path.join(FOLDER, `${name}-${theme}-${width}.png`) });
    }
    await open('/app');
    if (width < 640) await page.getByRole('button', { name: /Open the menu/ }).click();
    else await page.getByRole('button', { name: 'Fold the sidebar' }).click();
    await page.waitForTimeout(300);
    await page.screenshot({ path: path.join(FOLDER, `nav-${theme}-${width}.png`) });
    for (const [name, typed] of Object.entries({ palette: '', found: 'task', sheet: '' })) {
      await open('/app/sales-order/list');
      await page.keyboard.press(name === 'sheet' ? '?' : 'Control+k');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.type(typed);
      await page.waitForTimeout(700);
      await page.screenshot({ path: path.join(FOLDER, `${name}-${theme}-${width}.png`) });
    }
  },
);

test('the picture of the README', async () => {
  const filters = encodeURIComponent(JSON.stringify([['customer_name', '=', 'Copperkettle Inns']]));
  const { body } = await world.app.json(
    'GET',
    `/api/v1/Sales%20Order?filters=${filters}&limit=1&order_by=order_date desc`,
  );
  const order = body.items[0].name as string;
  const hung = `/api/v1/Sales%20Order/${order}`;
  for (const tag of ['Hotel', 'Spring fair']) await world.app.json('POST', `${hung}/tags`, { tag });
  await world.app.json('POST', `${hung}/assignments`, { users: ['ingrid@alderfinch.example'] });
  const { page, open } = await world.desk({ width: 1280, height: 800 });
  await open('/app/sales-order/list');
  await page.getByRole('link', { name: 'Copperkettle Inns' }).first().click();
  await page.getByRole('row', { name: /AF-S300/ }).waitFor();
  await page.getByRole('link', { name: 'Spring fair' }).waitFor();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(700);
  await writeFile(path.join(ROOT, 'desk/picture.webp'), await asWebp(await page.screenshot()));
});

/** A third of the PNG. The browser makes it, on a page without the rules of the desk. */
async function asWebp(png: Buffer): Promise<Buffer> {
  const page = await world.browser.newPage();
  const url = await page.evaluate(
    async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', 0.92);
    },
    `data:image/png;base64,${png.toString('base64')}`,
  );
  await page.close();
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}
