/** The pages of the API at /docs: found by keyboard, read, tried, copied; signed in or not. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
let desk: Desk;

beforeAll(async () => {
  world = await openWorld();
  desk = await world.desk({ width: 1440, height: 900 });
});

afterEach(() => {
  expect(desk.complaints.splice(0)).toEqual([]);
});

afterAll(() => world?.close());

const nav = () => desk.page.getByRole('navigation', { name: 'Operations' });

async function shot(name: string, page = desk.page): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/docs-${name}.png` });
}

test('an operation is found and opened with keys alone, and its address leads back to it', async () => {
  const { page, open } = desk;
  await open('/docs');
  await nav().getByRole('button', { name: 'Sales' }).first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('list sales order');
  await nav()
    .getByRole('link', { name: /List Sales Order documents/ })
    .waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'List Sales Order documents' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/docs/list_sales_order');
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'List Sales Order documents' }).waitFor();
  expect(await nav().locator('[aria-current="page"]').textContent()).toContain('List Sales Order documents');
});

test('a read is tried with the session that is there', async () => {
  const { page, open } = desk;
  await open('/docs/list_sales_order');
  const boxes = page.getByRole('form', { name: 'Try it' });
  await boxes.getByLabel('limit').fill('2');
  await boxes.getByLabel('fields').fill('["name","status"]');
  await boxes.getByLabel('count').selectOption('none');
  await boxes.getByRole('button', { name: 'Send' }).click();
  const answer = page.getByRole('region', { name: 'Answer', exact: true });
  await answer.getByText('200').waitFor();
  expect(await answer.getByText(/\d+ ms/).count()).toBe(1);
  const shown = JSON.parse((await answer.locator('pre').textContent()) ?? '');
  expect(shown.items).toHaveLength(2);
  expect(Object.keys(shown.items[0])).toEqual(['name', 'status']);
  await answer.getByText('Headers').click();
  await answer.getByText('content-type', { exact: true }).waitFor();
  // What stands in the boxes stands in the code, which runs.
  const curl = (await page.getByRole('region', { name: 'curl' }).locator('pre').textContent()) ?? '';
  const { stdout } = await promisify(execFile)('sh', ['-c', curl], { env: { ...process.env, TOKEN: world.app.token } });
  expect(JSON.parse(stdout)).toEqual(shown);
  await shot('list-light-1440');
});

test('a write asks first, and a refusal is shown as it came', async () => {
  const { page, open } = desk;
  const before = (await world.app.json('GET', '/api/v1/Task%20Label/count')).body.count;
  await open('/docs/create_task_label');
  const boxes = page.getByRole('form', { name: 'Try it' });
  const body = boxes.getByRole('textbox', { name: /^Body/ });
  expect(Object.keys(JSON.parse(await body.inputValue())).length).toBeGreaterThan(0);
  await body.fill('{"nonsense": 1}');
  await boxes.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
  expect(await page.getByRole('region', { name: 'Answer', exact: true }).count()).toBe(0);
  await boxes.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Send it' }).click();
  const answer = page.getByRole('region', { name: 'Answer', exact: true });
  await answer.getByText('400').first().waitFor();
  expect(await answer.locator('pre').textContent()).toContain('nonsense');
  await body.fill('{"nonsense": 1');
  await boxes.getByText('This is no JSON').waitFor();
  expect((await world.app.json('GET', '/api/v1/Task%20Label/count')).body.count).toBe(before);
  await page
    .getByRole('region', { name: 'Try it and code' })
    .or(page.getByRole('complementary', { name: 'Try it and code' }))
    .getByRole('tab', { name: 'GraphQL' })
    .click();
  await page.getByText('insert_task_label_one').waitFor();
});

test('a body is described to its rows, with choices and what is required', async () => {
  const { page, open } = desk;
  await open('/docs/create_sales_order');
  const article = page.locator('article');
  await article.getByRole('button', { name: 'items', exact: true }).first().click();
  await article.getByText('qty', { exact: true }).first().waitFor();
  expect(await article.getByText('required').count()).toBeGreaterThan(1);
  expect(await article.getByText('array of Sales Order Item').count()).toBeGreaterThan(0);
  await article
    .getByText('Maintenance', { exact: true })
    .or(article.getByText(/One of/))
    .first()
    .waitFor();
  await shot('create-light-1440');
});

test('the GraphQL editor knows the schema, and sends', async () => {
  const { page, open } = desk;
  await open('/docs/graphql');
  const editor = page.getByRole('textbox', { name: 'Query' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('{ sales_order(limit: 1) { na');
  await page.locator('.cm-tooltip-autocomplete').getByText('name', { exact: true }).first().waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{ sales_order(limit: 1) { name grand_total } }');
  await page.keyboard.press('Control+Enter');
  const answer = page.getByRole('region', { name: 'Answer', exact: true });
  await answer.getByText('200').waitFor();
  expect(JSON.parse((await answer.locator('pre').textContent()) ?? '').data.sales_order).toHaveLength(1);
  await shot('graphql-light-1440');
  expect(await desk.axe()).toEqual([]);
});

test('a guest sees what anybody may, and no DocType that is hidden from him', async () => {
  const guest = await world.desk({ user: '' });
  await guest.open('/docs');
  await guest.page.getByText('You are not signed in').waitFor();
  const operations = guest.page.getByRole('navigation', { name: 'Operations' });
  await operations.getByRole('searchbox').fill('sales order');
  await operations.getByText('0 operations').waitFor();
  await guest.page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await guest.page.getByLabel('Password').waitFor();
  expect(guest.complaints).toEqual([]);
});

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 375],
  ['dark', 375],
] as const)('the pages are clean %s at %i px', async (theme, width) => {
  const one = await world.desk({ theme, width, height: 760 });
  for (const address of [
    '/docs',
    '/docs/list_sales_order',
    '/docs/create_sales_order',
    '/docs/graphql',
    '/docs/none',
  ]) {
    await one.open(address);
    await one.page.waitForTimeout(300);
    await shot(`${address.split('/').at(-1)}-${theme}-${width}`, one.page);
    expect(await one.axe(), address).toEqual([]);
    const over = await one.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over, `${address} is wider than the page`).toBeLessThanOrEqual(0);
  }
  expect(one.complaints).toEqual([]);
});
