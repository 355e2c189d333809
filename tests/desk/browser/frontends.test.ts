/** What apps bring to the desk: it shows, it replaces, and what fails in it takes nothing else with it. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDesk } from '../../../server/cli/desk.ts';
import { ROOT } from '../../support/sources.ts';
import { type Desk, openWorld, type World } from './world.ts';

async function shot(name: string, { page }: Desk): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/frontends-${name}.png` });
}

describe('the sales app', () => {
  let world: World;
  let desk: Desk;

  beforeAll(async () => {
    world = await openWorld();
    desk = await world.desk();
  });
  afterAll(() => world?.close());

  test('has a panel beside customers, and beside nothing else', async () => {
    const { page, open } = desk;
    const orders = await world.app.json(
      'GET',
      `/api/v1/Sales%20Order?fields=${encodeURIComponent('["customer",{"count":"*","as":"n"}]')}&group_by=customer&filters=${encodeURIComponent('[["docstatus","!=",2]]')}&order_by=customer&limit=1`,
    );
    const { customer, n } = orders.body.items[0];
    await open(`/app/customer/detail/${encodeURIComponent(customer)}`);
    const panel = page.getByRole('region', { name: 'Sales', exact: true });
    await panel.getByText(`${n} order`).first().waitFor();
    await shot('panel', desk);
    expect(await desk.axe()).toEqual([]);
    await open('/app/territory/list');
    await page.locator('tr[data-row] a').first().click();
    await page.getByRole('complementary', { name: 'About this document' }).waitFor();
    expect(await panel.count()).toBe(0);
  });

  test('draws one column of one list in its own way', async () => {
    const { page, open } = desk;
    await open('/app/opportunity/list');
    await page.locator('tr[data-row] .bg-accent').first().waitFor();
    expect(await page.locator('tr[data-row]').first().textContent()).toMatch(/\d+ %/);
    await shot('cell', desk);
  });

  test.each([
    ['light', 1280],
    ['dark', 375],
  ] as const)('has a page of its own, found in the navigation, %s at %i px', async (theme, width) => {
    const one = await world.desk({ theme, width });
    await one.open('/app');
    if (width < 640) await one.page.getByRole('button', { name: 'Open the menu' }).click();
    await one.page.getByRole('link', { name: 'Pipeline' }).first().click();
    await one.page.getByRole('heading', { level: 1, name: 'Pipeline' }).waitFor();
    await one.page.getByRole('rowheader').first().waitFor();
    expect(new URL(one.page.url()).pathname).toBe('/app/x/crm/pipeline');
    expect(await one.page.getByRole('rowheader').allTextContents()).toEqual([
      'Prospecting',
      'Proposal',
      'Negotiation',
      'Won',
      'Lost',
    ]);
    await shot(`page-${theme}-${width}`, one);
    expect(await one.axe()).toEqual([]);
    await one.page.getByRole('link', { name: 'Won' }).click();
    await one.page.locator('tr[data-row]').first().waitFor();
    await one.open('/app/x/crm/nothing');
    expect(await one.page.getByRole('heading', { level: 1 }).textContent()).not.toBe('Pipeline');
    expect(one.complaints).toEqual([]);
  });

  test('is nowhere for somebody who sees none of its DocTypes', async () => {
    const { user } = await world.app.user({ name: 'nobody@example.com', roles: [] });
    const one = await world.desk({ user });
    await one.open('/app');
    await one.page.waitForTimeout(300);
    expect(await one.page.getByRole('link', { name: 'Pipeline' }).count()).toBe(0);
  });

  test('brought nothing that the browser complained of', () => {
    expect(desk.complaints).toEqual([]);
  });
});

describe('apps that fail', () => {
  const folder = path.join(ROOT, `desk/dist-frontends-${process.pid}`);
  const apps = ['broken', 'worse', 'themed'].map((name) => path.join(ROOT, 'tests/desk/apps', name));
  let world: World;
  let desk: Desk;

  beforeAll(async () => {
    const { ok, output } = await buildDesk(ROOT, { apps, folder });
    if (!ok) throw new Error(output);
    world = await openWorld({ deskFolder: folder });
    desk = await world.desk();
  }, 180_000);
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('are named, and lists and forms work all the same', async () => {
    const { page, open } = desk;
    await open('/app/task-item/list');
    await page.getByText('The app worse could not be loaded').first().waitFor();
    await page.locator('tr[data-row]').first().waitFor();
    await page.getByText('The app broken could not show Task Item.priority').first().waitFor();
    await page.locator('tr[data-row] a').first().click();
    const form = page.locator('form');
    await form.getByText('The app broken could not show Task Item.subject').waitFor();
    await page.getByText('The app broken could not show Broken panel').waitFor();
    await page.getByText('The app broken could not show before').waitFor();
    await page.getByRole('button', { name: 'Do not press' }).click();
    await page.getByText('The app broken could not show header').waitFor();
    await page.locator('[data-fieldname="priority"] select').selectOption({ index: 1 });
    await page.locator('[data-fieldname="priority"] select').selectOption({ index: 2 });
    await page.keyboard.press('Control+s');
    await page.getByText('Saved', { exact: true }).first().waitFor();
    await shot('broken-form', desk);
    expect(await desk.axe()).toEqual([]);
  });

  test('leave their page standing, with a sentence in it', async () => {
    const { page, open } = desk;
    await open('/app/x/broken/page');
    await page.getByText('The app broken could not show Broken page').waitFor();
    await page.getByRole('link', { name: 'Home' }).first().click();
    await page.getByText('Hello').waitFor();
  });

  test('take nothing from one that is well: its places and its colours', async () => {
    const { page, open } = desk;
    await open('/app/task-item/list');
    await page.getByRole('button', { name: 'From the app' }).waitFor();
    const accent = await page
      .getByRole('button', { name: 'New Task Item' })
      .evaluate((button) => getComputedStyle(button).backgroundColor);
    expect(accent).toBe('rgb(15, 118, 110)');
    await page.locator('tr[data-row] a').first().click();
    await page.getByText(/^Banner over/).waitFor();
    await open('/app/customer/list');
    await page.locator('tr[data-row] a').first().click();
    await page.locator('form').waitFor();
    expect(await page.getByText(/^Banner over/).count()).toBe(0);
    // Nothing was asked of another host, whatever a theme says.
    expect(desk.complaints.filter((complaint) => complaint.startsWith('a request'))).toEqual([]);
  });
});
