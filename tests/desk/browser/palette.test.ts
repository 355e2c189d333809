/** The command palette by keyboard alone, the sheet of shortcuts, keys one after the other, quick entry from a list. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await world.app.user({ name: 'tess', roles: ['Task User'], fields: { first_name: 'Tess' } });
});

afterAll(() => world?.close());

const OPTION = '[role="option"]';
const ACTIVE = '[role="option"][aria-selected="true"]';

describe('the palette', () => {
  test('leads to a list, to a document and to a new one, and runs what the page can do', async () => {
    const { page, open, axe, complaints } = await world.desk();
    await open('/app');
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: 'Find and do' });
    await box.waitFor();
    expect(await axe()).toEqual([]);
    await page.keyboard.type('sales or');
    await page.locator(ACTIVE, { hasText: 'Sales Order' }).waitFor();
    expect(await box.getAttribute('aria-activedescendant')).toBe(await page.locator(ACTIVE).getAttribute('id'));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/app/sales-order/list');
    await page.getByRole('heading', { level: 1, name: 'Sales Order' }).waitFor();

    await page.keyboard.press('Control+g');
    await page.keyboard.type('tamarinde');
    const documents = page.getByRole('group', { name: 'Documents' });
    await documents.locator(OPTION).first().waitFor();
    expect(await axe()).toEqual([]);
    await page.keyboard.press('ArrowUp');
    expect(await documents.locator(ACTIVE).count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/detail/*');
    await page.getByRole('heading', { level: 1, name: /Tamarinde/ }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');

    await page.keyboard.press('Control+k');
    await page.keyboard.type('>rel');
    await page.locator(ACTIVE, { hasText: 'Reload' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Find and do' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('>dark');
    await page.keyboard.press('Enter');
    await page.locator('html.dark').waitFor();
    expect(complaints).toEqual([]);
  });

  test('makes a document in its quick entry', async () => {
    const { page, open } = await world.desk();
    await open('/app');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('new task list');
    await page.locator(ACTIVE, { hasText: 'New Task List' }).waitFor();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'New Task List' });
    await dialog.getByLabel('Title').fill('From the palette');
    await page.keyboard.press('Control+s');
    await page.getByText('From the palette is made').waitFor();
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { level: 1, name: 'From the palette' }).waitFor();
  });

  test('finds a document by its name with #, says when there is nothing, and tells a screen reader how many', async () => {
    const { items } = (await world.app.json('GET', '/api/v1/Sales%20Order?limit=1')).body;
    const { page, open } = await world.desk({ width: 320 });
    await open('/app');
    await page.getByRole('button', { name: 'Find and do' }).click();
    await page.keyboard.type(`#${items[0].name}`);
    await page.locator(ACTIVE, { hasText: items[0].name }).waitFor();
    await page.getByRole('dialog').getByRole('status').filter({ hasText: '1 result' }).waitFor({ state: 'attached' });
    const [shown, whole] = await page.evaluate<[number, number]>(
      '[document.documentElement.clientWidth, document.documentElement.scrollWidth]',
    );
    expect(whole).toBeLessThanOrEqual(shown);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('zzzz-nothing');
    await page.getByText('Nothing is called “zzzz-nothing”.').waitFor();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('offers nothing new of what nobody makes by hand, nor does its list', async () => {
    const { page, open } = await world.desk();
    await open('/app/deleted-document/list');
    await page.getByRole('heading', { level: 1, name: 'Deleted Document' }).waitFor();
    await page.getByText('Deleted Document').first().waitFor();
    expect(await page.getByRole('button', { name: /^New/ }).count()).toBe(0);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('deleted document');
    await page.locator(OPTION, { hasText: 'Deleted Document' }).first().waitFor();
    expect(await page.locator(OPTION, { hasText: 'New Deleted Document' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    // Who has the right finds the form by its address.
    await open('/app/deleted-document/new');
    await page.getByRole('heading', { level: 1, name: 'New Deleted Document' }).waitFor();
  });

  test('offers what the user may see and make, and nothing else', async () => {
    const { page, open } = await world.desk({ user: 'tess' });
    await open('/app');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('sales order');
    await page
      .getByRole('dialog')
      .getByRole('status')
      .filter({ hasText: /found|result/ })
      .waitFor({ state: 'attached' });
    expect(await page.locator(OPTION, { hasText: 'Sales Order' }).count()).toBe(0);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('task item');
    await page.locator(OPTION, { hasText: 'New Task Item' }).waitFor();
  });

  test('what is not saved is asked about before it leads away', async () => {
    const { page, open } = await world.desk();
    await open('/app/task-item/new');
    await page.getByLabel('Subject').fill('Half');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('customer');
    await page.locator(ACTIVE, { hasText: 'Customer' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await page.getByRole('button', { name: 'Stay' }).click();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('save');
    await page.locator(ACTIVE, { hasText: /^Save/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
  });
});

describe('shortcuts', () => {
  test('? shows the keys of the page; single keys can be switched off', async () => {
    const { page, open, axe } = await world.desk();
    await open('/app/task-item/list');
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.getByText('Add a filter').waitFor();
    await sheet.getByText('Everywhere').waitFor();
    expect(await axe()).toEqual([]);
    await sheet.getByLabel('Shortcuts of a single key').uncheck();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    for (const key of ['?', 'c']) await page.keyboard.press(key);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: 'Find and do' });
    await box.waitFor();
    await page.keyboard.type('>single');
    await page.keyboard.press('Enter');
    await box.waitFor({ state: 'detached' });
    await page.keyboard.press('c');
    await page.getByRole('dialog', { name: 'New Task Item' }).waitFor();
  });

  test('g, then h, l or s', async () => {
    const { page, open } = await world.desk();
    await open('/app/task-item/new');
    await page.getByRole('heading', { level: 1 }).focus();
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.waitForURL('**/app/task-item/list');
    await page.getByRole('row').nth(1).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.waitForURL('**/app/doctype/detail/Task%20Item');
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.waitForURL('**/app');
  });
});

test('a list makes its documents in the quick entry, or in the full form with what was typed', async () => {
  const { page, open, axe } = await world.desk({ width: 375 });
  await open('/app/task-list/list');
  await page.getByRole('button', { name: 'New Task List' }).click();
  const dialog = page.getByRole('dialog', { name: 'New Task List' });
  await dialog.getByLabel('Title').fill('Quickly made');
  expect(await axe()).toEqual([]);
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByText('Quickly made is made').waitFor();
  await page.getByRole('row', { name: /Quickly made/ }).waitFor();
  await page.getByRole('button', { name: 'New Task List' }).click();
  await dialog.getByLabel('Title').fill('With more to say');
  await dialog.getByRole('button', { name: 'Edit in full form' }).click();
  await page.waitForURL('**/app/task-list/new');
  expect(await page.getByLabel('Title').inputValue()).toBe('With more to say');
});
