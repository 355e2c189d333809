/** What stands around the pages: the sidebar wide, folded and on a phone; home; the bell; pages that are not there or not allowed. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let bea: UserClient;
let task: string;

beforeAll(async () => {
  world = await openWorld();
  bea = await world.app.user({ name: 'bea', roles: ['Task User'], fields: { first_name: 'Bea' } });
  task = (await world.app.json('GET', '/api/v1/Task%20Item?limit=1')).body.items[0].name;
});

afterAll(() => world?.close());

describe('the sidebar', () => {
  test('finds, pins and folds; how it was left is kept', async () => {
    const { page, open, axe, complaints } = await world.desk();
    await open('/app/sales-order/list');
    const nav = page.getByRole('navigation', { name: 'Main' });
    expect(await nav.locator('[aria-current="page"]').textContent()).toBe('Sales Order');
    await nav.getByLabel('Find a DocType').fill('territ');
    expect(await nav.getByRole('link').allTextContents()).toEqual(['Territory']);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/app/territory/list');
    await nav.getByRole('button', { name: 'Pin Customer', exact: true }).focus();
    await page.keyboard.press('Enter');
    await nav.getByRole('button', { name: 'Pinned' }).waitFor();
    await nav.getByRole('button', { name: 'Tasks' }).click();
    await page.reload();
    await nav.getByRole('button', { name: 'Pinned' }).waitFor();
    expect(await nav.getByRole('button', { name: 'Tasks' }).getAttribute('aria-expanded')).toBe('false');
    expect(await nav.getByRole('link', { name: 'Customer', exact: true }).count()).toBe(2);
    expect(await axe()).toEqual([]);
    const edge = page.getByRole('separator', { name: 'Width of the sidebar' });
    await edge.focus();
    await page.keyboard.press('ArrowRight');
    expect(await edge.getAttribute('aria-valuenow')).toBe('240');
    await page.getByRole('button', { name: 'Fold the sidebar' }).click();
    await nav.getByRole('button', { name: 'Sales' }).click();
    await page.getByRole('menuitem', { name: 'Lead' }).click();
    await page.waitForURL('**/app/lead/list');
    expect(await axe()).toEqual([]);
    await page.getByRole('button', { name: 'Show the sidebar' }).click();
    expect(complaints).toEqual([]);
  });

  test('on a phone is a drawer, which closes where it has led; there is the user menu, too', async () => {
    const { page, open, axe } = await world.desk({ user: 'bea', width: 375, height: 700 });
    await open('/app');
    await page.getByRole('button', { name: /Open the menu/ }).click();
    const drawer = page.getByRole('dialog', { name: 'Framework M' });
    await drawer.getByRole('link', { name: 'Task Item' }).waitFor();
    expect(await axe()).toEqual([]);
    await drawer.getByRole('link', { name: 'Task Item' }).click();
    await page.waitForURL('**/app/task-item/list');
    await drawer.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /Open the menu/ }).click();
    await drawer.getByRole('button', { name: /Your menu/ }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await page.locator('html.dark').waitFor();
  });
});

test('on a phone a form leads back to its list in one step', async () => {
  const { page, open, axe, complaints } = await world.desk({ width: 320, height: 700 });
  await open(`/app/task-item/detail/${task}`);
  const back = page.getByRole('link', { name: 'Back to Task Item' });
  expect(await axe()).toEqual([]);
  await back.click();
  await page.waitForURL('**/app/task-item/list');
  await back.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('the bell tells of assignments and mentions, once; home lists what is open', async () => {
  const { page, open, axe, complaints } = await world.desk({ user: 'bea' });
  await open('/app');
  await page.getByRole('button', { name: 'Notifications' }).click();
  await page.getByText('Nothing new').waitFor();
  await page.keyboard.press('Escape');
  const about = `/api/v1/Task%20Item/${encodeURIComponent(task)}`;
  const given = { users: ['bea'], date: '2026-01-02' };
  expect((await world.app.json('POST', `${about}/assignments`, given)).status).toBeLessThan(300);
  expect(
    (await world.app.json('POST', `${about}/comments`, { content: '<p>Have a <b>look</b>, @bea</p>' })).status,
  ).toBe(201);
  await page.reload();
  const bell = page.getByRole('button', { name: 'Notifications, 2 new' });
  await bell.waitFor();
  const work = page.getByRole('region', { name: 'Assigned to you' });
  await work.getByText(/late/).waitFor();
  expect(await axe()).toEqual([]);
  await bell.click();
  await page.getByText('Have a look, @bea').waitFor();
  expect(await axe()).toEqual([]);
  await page.getByRole('link', { name: /assigned/ }).click();
  await page.waitForURL(`**/app/task-item/detail/${task}`);
  await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  expect(complaints).toEqual([]);
  expect((await bea.json('GET', '/api/v1/activity/mentions')).body.items).toHaveLength(1);
});

describe('what is not there', () => {
  test('has the nearest names', async () => {
    const { page, open, axe } = await world.desk();
    await open('/app/custmer/list');
    await page.getByRole('main').getByRole('link', { name: 'Customer', exact: true }).waitFor();
    expect(await axe()).toEqual([]);
    await open(`/app/task-item/detail/${task}x`);
    await page
      .getByRole('main')
      .getByRole('link', { name: new RegExp(task) })
      .click();
    await page.waitForURL(`**/app/task-item/detail/${task}`);
    expect(await page.title()).not.toContain('Not found');
  });

  test('or is not allowed says who could change that', async () => {
    await world.app.user({ name: 'rob', roles: ['Reader'] });
    await world.app.json('POST', '/api/v1/DocType', {
      name: 'Ledger',
      module: 'Books',
      autoname: 'prompt',
      fields: [{ fieldname: 'total', fieldtype: 'Int', label: 'Total' }],
      permissions: [
        { role: 'Reader', read: 1 },
        { role: 'Task User', read: 1, write: 1, create: 1 },
      ],
    });
    const { page, open, axe } = await world.desk({ user: 'rob' });
    await open('/app/ledger/new');
    await page.getByText('You may not make one of these').waitFor();
    await page.getByText(/A System Manager can grant it/).waitFor();
    expect(await axe()).toEqual([]);
  });
});

test('an empty site leads its administrator through the first steps', async () => {
  const bare: TestApp = await createTestApp({ deskFolder: inject('deskFolder') });
  try {
    const { token } = await bare.as('Administrator');
    const context = await world.browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addCookies([{ name: 'sid', value: token, url: bare.url, httpOnly: true, sameSite: 'Lax' }]);
    const page = await context.newPage();
    await page.goto(`${bare.url}/app`);
    await page.getByRole('link', { name: /Make your first DocType/ }).click();
    await page.waitForURL('**/app/doctype/new');
    await context.close();
  } finally {
    await bare.close();
  }
});
