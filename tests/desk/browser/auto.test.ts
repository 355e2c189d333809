/** AutoForm and AutoTable as another program uses them: from the built package, in its own Vue application, from another origin. */
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildDeskPackage } from '../../../server/cli/desk.ts';
import { ROOT } from '../../support/sources.ts';
import { openWorld, type World } from './world.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'framework-m-auto-'));
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
let world: World;
let pages: Server;
let origin: string;

beforeAll(async () => {
  const { ok, output } = await buildDeskPackage(ROOT, path.join(folder, 'package'));
  if (!ok) throw new Error(output);
  await build({
    configFile: false,
    root: path.join(ROOT, 'tests/desk/auto-page'),
    logLevel: 'error',
    // As Vue's own plugin for Vite does.
    define: {
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    resolve: {
      alias: [
        { find: 'framework-m/desk/style.css', replacement: path.join(folder, 'package/style.css') },
        { find: 'framework-m/desk', replacement: path.join(folder, 'package/index.js') },
      ],
      dedupe: ['vue'],
    },
    build: { outDir: path.join(folder, 'page'), emptyOutDir: true },
  });
  pages = createServer(({ url = '/' }, answer) => {
    const file = path.join(folder, 'page', url === '/' ? 'index.html' : new URL(url, 'http://x').pathname);
    if (!existsSync(file)) return void answer.writeHead(404).end();
    answer.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(answer);
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  world = await openWorld({ corsOrigins: [origin] });
  await world.app.json('POST', '/api/v1/Role', { role_name: 'Auto Reader' });
  const { body: order } = await world.app.json('GET', '/api/v1/DocType/Sales%20Order');
  const permissions = [...order.permissions, { role: 'Auto Reader', read: 1 }];
  await world.app.json('PATCH', '/api/v1/DocType/Sales%20Order', { permissions, _version: order._version });
}, 180_000);

afterAll(async () => {
  await world?.close();
  pages?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `more`: the order that is open at first, and `readonly`. */
async function openPage(token: string, ...more: string[]) {
  const context = await world.browser.newContext({ viewport: { width: 1000, height: 1400 }, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  await page.goto(`${origin}/#${[world.app.url, token, ...more].map(encodeURIComponent).join(',')}`);
  return { page, complaints };
}

test('a table lists what it is told to, and follows what it is told next', async () => {
  const { page, complaints } = await openPage(world.app.token);
  const rows = page.locator('.fm-desk tbody tr');
  await rows.first().waitFor();
  const { body } = await world.app.json(
    'GET',
    `/api/v1/Sales%20Order?order_by=${encodeURIComponent('grand_total desc')}&limit=5&fields=["name","customer_name"]`,
  );
  expect(await rows.count()).toBe(5);
  expect(await rows.first().textContent()).toContain(body.items[0].customer_name);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByText('10 rows').waitFor();
  await page.getByRole('button', { name: 'Only large ones' }).click();
  const large = await world.app.json(
    'GET',
    `/api/v1/Sales%20Order/count?filters=${encodeURIComponent('[["grand_total",">",10000]]')}`,
  );
  await page
    .getByText(`${Math.min(5, large.body.count)} row`)
    .first()
    .waitFor();
  await page.getByRole('columnheader', { name: 'Status' }).getByRole('button').click();
  await page.locator('th[aria-sort="ascending"]').waitFor();
  expect(complaints).toEqual([]);
});

test('a form is opened by its page, and saved with a word to the page', async () => {
  const { page, complaints } = await openPage(world.app.token);
  const draft = (
    await world.app.json(
      'GET',
      `/api/v1/Sales%20Order?filters=${encodeURIComponent('[["docstatus","=",0]]')}&order_by=${encodeURIComponent('grand_total desc')}&limit=1&fields=["name","customer_name","_version"]`,
    )
  ).body.items[0];
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByText('10 rows').waitFor();
  for (
    let at = 0;
    at < 8 && (await page.getByRole('button', { name: draft.customer_name, exact: true }).count()) === 0;
    at += 1
  ) {
    await page.getByRole('button', { name: 'More' }).click();
    await page.waitForTimeout(200);
  }
  await page.getByRole('button', { name: draft.customer_name, exact: true }).first().click();
  const form = page.getByRole('form');
  await form.locator('[data-fieldname="customer"]').waitFor();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/auto.png`, fullPage: true });
  const type = form.locator('[data-fieldname="order_type"] select');
  await type.selectOption((await type.inputValue()) === 'Export' ? 'Domestic' : 'Export');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/^saved /).waitFor();
  const written = (await world.app.json('GET', `/api/v1/Sales%20Order/${draft.name}`)).body;
  expect(await page.locator('#said').textContent()).toBe(`saved ${draft.name} version ${written._version}`);
  expect(written._version).toBe(draft._version + 1);
  expect(complaints).toEqual([]);
});

async function newOrder(): Promise<string> {
  const { items } = (await world.app.json('GET', '/api/v1/Customer?limit=1&order_by=name')).body;
  const given = { customer: items[0].name, items: [{ item: 'AF-D100', qty: 2 }] };
  const { body, status, text } = await world.app.json('POST', '/api/v1/Sales%20Order', given);
  expect(status, text).toBe(201);
  return body.name;
}

test('a form submits, cancels and deletes, asks before it does, and tells the page', async () => {
  const name = await newOrder();
  const { page, complaints } = await openPage(world.app.token, name);
  const form = page.getByRole('form');
  const answer = (title: RegExp, action: string) =>
    page.getByRole('alertdialog', { name: title }).getByRole('button', { name: action }).click();
  await form.getByRole('button', { name: 'Submit' }).click();
  await answer(/^Submit /, 'Not yet');
  await form.getByRole('button', { name: 'Submit' }).click();
  await answer(/^Submit /, 'Submit');
  await page.getByText(`submitted ${name} 1`).waitFor();
  expect(await form.getByRole('button', { name: 'Delete' }).count()).toBe(0);
  expect(await form.locator('[data-fieldname="customer"] input').count()).toBe(0);
  await form.getByRole('button', { name: 'Cancel document' }).click();
  await answer(/^Cancel /, 'Cancel document');
  await page.getByText(`cancelled ${name} 2`).waitFor();
  expect(await form.getByRole('button', { name: 'Save' }).count()).toBe(0);
  await form.getByRole('button', { name: 'Delete' }).click();
  await answer(/^Delete /, 'Delete');
  await page.getByText(`deleted ${name}`).waitFor();
  await page.getByText('is in the recycle bin').waitFor();
  expect((await world.app.json('GET', `/api/v1/Sales%20Order/${name}`)).status).toBe(404);
  expect(complaints).toEqual([]);
});

test('offers nothing that its reader may not, and a form to be looked at nothing at all', async () => {
  const name = await newOrder();
  const { token } = await world.app.user({ name: 'auto@x.org', roles: ['Auto Reader'] });
  for (const [who, ...more] of [[token], [world.app.token, 'readonly']] as const) {
    const { page, complaints } = await openPage(who, name, ...more);
    const form = page.getByRole('form');
    await form.locator('[data-fieldname="customer"]').waitFor();
    expect(await form.locator('[data-fieldname="customer"] input').count()).toBe(0);
    for (const action of ['Save', 'Submit', 'Delete', 'Cancel document'])
      expect(await form.getByRole('button', { name: action, exact: true }).count(), action).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  }
});

test('the page around it keeps its look, and there is one Vue', async () => {
  const { page } = await openPage(world.app.token);
  await page.locator('.fm-desk tbody tr').first().waitFor();
  const look = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const { fontSize, fontWeight, marginTop, backgroundColor, fontFamily } = getComputedStyle(element);
        return { fontSize, fontWeight, marginTop, backgroundColor, fontFamily };
      });
  const with_ = [await look('h1'), await look('#own'), await look('body')];
  await page.evaluate(() => {
    for (const sheet of document.querySelectorAll('link[rel="stylesheet"]')) sheet.remove();
  });
  await page.waitForTimeout(100);
  expect([await look('h1'), await look('#own'), await look('body')]).toEqual(with_);
});

test('somebody who is not signed in is told so, and so is the page', async () => {
  const { page } = await openPage('nonsense');
  await page.getByText('Not signed in').first().waitFor();
  await page.getByText(/^error: /).waitFor();
  expect(await page.locator('.fm-desk tbody tr').count()).toBe(0);
});
