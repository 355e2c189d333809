/** What "Copy as code" gives runs as it stands, and says what the screen says. */
import { execFile } from 'node:child_process';
import { stripTypeScriptTypes } from 'node:module';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
let desk: Desk;

beforeAll(async () => {
  world = await openWorld();
  desk = await world.desk();
  await desk.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
});

afterEach(() => {
  expect(desk.complaints.splice(0)).toEqual([]);
});

afterAll(() => world?.close());

type Language = 'REST (curl)' | 'GraphQL' | 'TypeScript';

async function copied(language: Language): Promise<string> {
  const { page } = desk;
  await page.getByRole('tab', { name: language }).click();
  await page.getByRole('button', { name: `Copy ${language}` }).click();
  await page.getByRole('button', { name: `Copied ${language}` }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** As somebody would who pastes it into a terminal. */
async function inShell(text: string) {
  const { stdout } = await promisify(execFile)('sh', ['-c', text], {
    env: { ...process.env, TOKEN: world.app.token },
  });
  return JSON.parse(stdout);
}

async function inGraphql(query: string) {
  const { body } = await world.app.json('POST', '/graphql', { query });
  expect(body.errors).toBeUndefined();
  return body.data;
}

/** The function that it holds, called with `given` of the sample where it holds one. */
async function inTypeScript(code: string, name: string) {
  const module = await import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(code))}`);
  return module[name](world.app.token, module.given);
}

async function namesShown(): Promise<string[]> {
  const links = desk.page.locator('tr[data-row] a');
  await links.first().waitFor();
  const all = await links.evaluateAll((found) => found.map((link) => link.getAttribute('href') ?? ''));
  return all.map((href) => decodeURIComponent(href.split('/').at(-1) ?? ''));
}

test.each([
  [
    'filters, columns and order',
    `/app/sales-order/list?filters=${encodeURIComponent('[["grand_total",">",500],["status","in",["To Deliver","Draft"]],["items.qty",">",1]]')}&sort=${encodeURIComponent('grand_total desc')}`,
    'SalesOrder',
  ],
  ['a search', '/app/task-item/list?q=the&sort=name%20asc', 'TaskItem'],
])('a list with %s', async (_, address, type) => {
  const { page, open } = desk;
  await open(address);
  const names = await namesShown();
  expect(names.length).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Copy as code …' }).click();
  await page.getByRole('dialog').waitFor();
  const rest = await inShell(await copied('REST (curl)'));
  const graphql = Object.values(await inGraphql(await copied('GraphQL')))[0] as Record<string, unknown>[];
  const typescript = await inTypeScript(await copied('TypeScript'), `list${type}`);
  // The screen draws no more than fits.
  const first = (rows: { name: string }[]): string[] => rows.map(({ name }) => name).slice(0, names.length);
  expect(first(rest.items)).toEqual(names);
  expect(first(graphql as { name: string }[])).toEqual(names);
  expect(graphql).toHaveLength(rest.items.length);
  expect(typescript.items).toEqual(rest.items);
  expect(Object.keys(rest.items[0]).sort()).toEqual(Object.keys(graphql[0] ?? {}).sort());
  expect(await desk.axe()).toEqual([]);
  await page.keyboard.press('Escape');
});

test('a document is read, copied and changed by the code of its form', async () => {
  const { page, open } = desk;
  const { body } = await world.app.json('GET', '/api/v1/Sales%20Order?limit=1&filters=[["docstatus","=",0]]');
  const name = body.items[0].name as string;
  await open(`/app/sales-order/detail/${encodeURIComponent(name)}`);
  const doc = (await world.app.json('GET', `/api/v1/Sales%20Order/${name}`)).body;
  await page.locator('[data-fieldname="customer"]').first().waitFor();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Copy as code …' }).click();
  await page.getByRole('dialog').waitFor();

  expect(await inShell(await copied('REST (curl)'))).toEqual(doc);
  const read = (await inGraphql(await copied('GraphQL'))).sales_order_by_pk;
  expect(read).toMatchObject({ name, grand_total: doc.grand_total, _version: doc._version });
  expect(read.items.map(({ name: row }: { name: string }) => row)).toEqual(
    doc.items.map(({ name: row }: { name: string }) => row),
  );

  await page.getByLabel('Make one like it').check();
  const fromShell = await inShell(await copied('REST (curl)'));
  expect(fromShell).toMatchObject({ customer: doc.customer, grand_total: doc.grand_total });
  expect(fromShell.name).not.toBe(name);
  const made = (await inGraphql(await copied('GraphQL'))).insert_sales_order_one;
  const again = await inTypeScript(await copied('TypeScript'), 'createSalesOrder');
  expect(new Set([name, fromShell.name, made.name, again.name]).size).toBe(4);

  await page.getByLabel('Change it').check();
  expect(await inShell(await copied('REST (curl)'))).toMatchObject({ name });
  expect((await inGraphql(await copied('GraphQL'))).update_sales_order_by_pk.name).toBe(name);
  expect((await inTypeScript(await copied('TypeScript'), 'updateSalesOrder')).name).toBe(name);
  expect(await desk.axe()).toEqual([]);
});

test.each([
  ['light', 1280],
  ['dark', 375],
] as const)('the dialog is clean %s at %i px', async (theme, width) => {
  const { page, open, axe } = await world.desk({ theme, width, height: 720 });
  await open('/app/sales-order/list');
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Copy as code …' }).click();
  await page.getByRole('dialog').waitFor();
  await page.waitForTimeout(200);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/samples-${theme}-${width}.png` });
  expect(await axe()).toEqual([]);
});
