/** A working day in short: sign in, find an order, change it, make a task without a mouse. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN_PASSWORD } from '../../support/app.ts';
import { openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world?.close());

test('a deep link survives the sign-in; a wrong password is explained', async () => {
  const { page, open, complaints } = await world.desk({ user: '' });
  await open('/app/sales-order/list?q=Draft');
  await page.waitForURL(/\/login\?redirect_to=/);
  await page.getByLabel('Name or mail address').fill('Administrator');
  await page.getByLabel('Password').fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('alert');
  await page.getByLabel('Password').fill(ADMIN_PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/app/sales-order/list?q=Draft');
  await page.getByRole('heading', { level: 1, name: 'Sales Order' }).waitFor();
  await page.getByRole('row', { name: /Draft/ }).first().waitFor();
  expect(complaints).toEqual([]);
});

test('an order is found, changed, saved, and the list knows it', async () => {
  const { page, open, complaints } = await world.desk();
  await open('/app/sales-order/list');
  await page.getByLabel('Search Sales Order').fill('Tamarinde');
  await page.getByRole('row', { name: /Studio Tamarinde/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Studio Tamarinde' }).waitFor();
  const delivery = page.getByRole('group', { name: 'Delivery Date' });
  await delivery.getByRole('spinbutton', { name: 'day' }).pressSequentially('30');
  await delivery.getByRole('spinbutton', { name: 'month' }).pressSequentially('04');
  await page.getByText('Not saved', { exact: true }).waitFor();
  expect(await page.title()).toMatch(/^● Studio Tamarinde/);
  await page.keyboard.press('Control+s');
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.getByText('Not saved', { exact: true }).waitFor({ state: 'detached' });
  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'Sales Order' }).click();
  await page.getByRole('row', { name: /Studio Tamarinde.*30 Apr 2026/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('a task is made by keyboard alone; what is missing is said, and led to', async () => {
  const { page, open, complaints } = await world.desk();
  await open('/app/task-item/list');
  await page.keyboard.press('c');
  await page.getByRole('dialog', { name: 'New Task Item' }).getByLabel('Subject').fill('Water');
  await page.getByRole('button', { name: 'Edit in full form' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'New Task Item' }).waitFor();
  expect(await page.locator('#f-subject').inputValue()).toBe('Water');
  await page.locator('#f-subject').fill('');
  await page.keyboard.press('Control+s');
  const summary = page.getByRole('alert');
  await summary.waitFor();
  expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('alert');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('#f-subject:focus').waitFor();
  await page.keyboard.type('Water the plants');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Summer');
  await page.locator('[role="option"][data-highlighted]', { hasText: /^Summer/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+s');
  await page.waitForURL('**/app/task-item/detail/TASK-*');
  await page.getByRole('heading', { level: 1, name: 'Water the plants' }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL('**/app/task-item/list');
  await page.getByLabel('Search Task Item').fill('Water the plants');
  await page.getByRole('link', { name: 'Water the plants' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/app/task-item/detail/TASK-*');
  expect(complaints).toEqual([]);
});

test('what is not saved is not lost by a click', async () => {
  const { page, open } = await world.desk();
  await open('/app/task-item/new');
  await page.getByLabel('Subject').fill('Half a task');
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByRole('alertdialog').waitFor();
  await page.getByRole('button', { name: 'Stay' }).click();
  expect(await page.getByLabel('Subject').inputValue()).toBe('Half a task');
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.waitForURL('**/app');
});

test('somebody was faster: both versions are shown, and mine can go over theirs', async () => {
  const { page, open } = await world.desk();
  const path = '/api/v1/Task%20List?limit=1';
  const { name } = (await world.app.json('GET', path)).body.items[0];
  await open(`/app/task-list/detail/${encodeURIComponent(name)}`);
  const note = page.getByLabel('Description').first();
  await note.fill('mine');
  const target = `/api/v1/Task%20List/${encodeURIComponent(name)}`;
  expect((await world.app.json('PATCH', target, { description: 'theirs' })).status).toBe(200);
  await page.keyboard.press('Control+s');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('theirs', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Keep all of mine' }).click();
  await page.keyboard.press('Control+s');
  await page.getByText('Saved', { exact: true }).waitFor();
  expect((await world.app.json('GET', target)).body.description).toBe('mine');
});

test('a browser whose language Intl does not know shows lists and forms all the same', async () => {
  const { page, open, complaints } = await world.desk();
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'languages', { get: () => ['en-US@posix', 'C'] });
    Object.defineProperty(navigator, 'language', { get: () => 'en-US@posix' });
  });
  await open('/app/sales-order/list');
  await page.getByRole('row', { name: /Studio Tamarinde/ }).click();
  await page.getByRole('group', { name: 'Delivery Date' }).getByRole('spinbutton', { name: 'day' }).waitFor();
  await open('/app/settings');
  expect(complaints).toEqual([]);
});
