/** Forms in a real browser against the real server: documents made, changed and refused as people do it. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

const VIEWS = (['light', 'dark'] as const).flatMap((theme) => [1280, 375, 320].map((width) => [theme, width] as const));
let world: World;
const desks: Desk[] = [];

beforeAll(async () => {
  world = await openWorld();
}, 180_000);
afterEach(async () => {
  for (const { page } of desks.splice(0)) await page.context().close();
});
afterAll(() => world?.close());

async function desk(wish: Parameters<World['desk']>[0] = {}): Promise<Desk> {
  const made = await world.desk(wish);
  desks.push(made);
  return made;
}

/** The names of the first documents of a DocType. */
async function namesOf(doctype: string, query = 'limit=3'): Promise<string[]> {
  const { body } = await world.app.json('GET', `/api/v1/${encodeURIComponent(doctype)}?${query}`);
  return body.items.map((item: { name: string }) => item.name);
}

async function newOrder(more: Record<string, unknown> = {}): Promise<string> {
  const [customer] = await namesOf('Customer');
  const items = [{ item: 'AF-D100', qty: 2 }];
  const { body, status, text } = await world.app.json('POST', '/api/v1/Sales%20Order', { customer, items, ...more });
  expect(status, text).toBe(201);
  return body.name;
}

function order(name: string): string {
  return `/app/sales-order/detail/${encodeURIComponent(name)}`;
}

async function read(doctype: string, name: string) {
  const path = `/api/v1/${encodeURIComponent(doctype)}/${encodeURIComponent(name)}`;
  return (await world.app.json('GET', path)).body;
}

async function pressAll(page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

const saved = (page: Page) => page.getByRole('status').getByText('Saved').first().waitFor();

describe('a sales order', () => {
  it('is made with its rows by keyboard alone', { timeout: 90_000 }, async () => {
    const { page, open, complaints } = await desk();
    await open('/app/sales-order/new');
    const press = (...keys: string[]) => pressAll(page, keys);
    await page.getByRole('combobox', { name: 'Customer', exact: true }).focus();
    await page.keyboard.type('Kranich');
    await page.locator('[role="option"][data-highlighted]', { hasText: 'Kranich Verlag' }).waitFor();
    await press('Enter');
    await expect
      .poll(() => page.getByRole('combobox', { name: 'Customer', exact: true }).inputValue())
      .toBe('Kranich Verlag');
    // Fetched from the customer, before anything is saved.
    await page.locator('[data-fieldname="customer_name"]').getByText('Kranich Verlag').waitFor();
    await page.getByRole('button', { name: 'Add row to Items' }).focus();
    await press('Enter');
    const item = page.locator('[data-cell="0:0"] input');
    await item.waitFor();
    await page.keyboard.type('AF-D110');
    await page.locator('[role="option"][data-highlighted]', { hasText: 'AF-D110' }).waitFor();
    await press('Enter', 'Tab', 'Tab');
    await page.keyboard.type('3');
    await press('Enter');
    await page.locator('[data-cell="0:1"]', { hasText: 'Ronda, 160' }).waitFor();
    await page.locator('[data-cell="0:3"]', { hasText: '539' }).waitFor();
    // A second row, filled down from the first, then moved above it.
    await press('Control+Enter');
    await page.locator('[data-cell="1:0"] input').waitFor();
    await press('Escape', 'Control+d');
    await page.locator('[data-cell="1:0"]', { hasText: 'AF-D110' }).waitFor();
    await press('ArrowRight', 'ArrowRight');
    await page.keyboard.type('7');
    await press('Enter', 'Control+Shift+ArrowUp');
    await page.locator('[data-cell="0:2"]', { hasText: '7' }).waitFor();
    await press('Control+s');
    await page.waitForURL(/\/detail\//);
    const made = await read('Sales Order', decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? ''));
    expect(made.items.map((row: { item: string; qty: number }) => [row.item, row.qty])).toEqual([
      ['AF-D110', 7],
      ['AF-D110', 3],
    ]);
    expect(complaints).toEqual([]);
  });

  it('takes rows pasted from a spreadsheet, and says at the cell what does not fit', async () => {
    const name = await newOrder();
    const { page, open } = await desk();
    await open(order(name));
    await page.locator('[data-cell="0:0"]').click();
    const text = 'AF-D110\tDesk one\t2.5\t10\nAF-D100\tDesk two\tmany\t1,234.50\n';
    await page.locator('[data-cell="0:0"]').evaluate((cell, given) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', given);
      cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
    await page.locator('[data-cell="1:2"][aria-invalid="true"]', { hasText: 'This is no number.' }).waitFor();
    await page.locator('[data-cell="1:2"]').click();
    await page.keyboard.type('4');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+s');
    await saved(page);
    const { items } = await read('Sales Order', name);
    expect(items.map((row: Record<string, unknown>) => [row.item, row.qty, row.rate])).toEqual([
      ['AF-D110', 2.5, 10],
      ['AF-D100', 4, 1234.5],
    ]);
  });

  it('leads from the summary into the row of a tab that is not open', async () => {
    const name = await newOrder();
    const { page, open } = await desk();
    await open(order(name));
    await page.locator('[data-cell="0:2"]').click();
    await page.keyboard.type('-2');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: /Terms/ }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#terms_tab');
    await page.getByRole('tab', { name: 'Order not saved' }).waitFor();
    await page.keyboard.press('Control+s');
    const summary = page.getByRole('alert').filter({ hasText: 'This was not saved' });
    await summary.waitFor();
    expect(await summary.evaluate((box) => box.contains(document.activeElement))).toBe(true);
    await page.getByRole('tab', { name: /Order 1/ }).waitFor();
    await summary.getByRole('button', { name: 'Items, row 1' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-cell'))).toBe('0:2');
    await page.locator('[data-cell="0:2"][aria-invalid="true"]').waitFor();
  });

  it('is submitted, cancelled and amended', async () => {
    const name = await newOrder();
    const { page, open } = await desk();
    await open(order(name));
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Submit' }).click();
    await page.getByRole('button', { name: 'Cancel document' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel document' }).click();
    await page.getByRole('button', { name: 'Amend' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(name));
    await page.locator('[data-fieldname="amended_from"]').getByRole('link').waitFor();
    expect((await read('Sales Order', name)).docstatus).toBe(2);
  });
});

describe('at 320 pixels', () => {
  it('what is said lies over no button, and the focus is somewhere when its button is gone', async () => {
    const name = await newOrder();
    const { page, open } = await desk({ width: 320, height: 640 });
    await open(order(name));
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Submit' }).click();
    const cancel = page.getByRole('button', { name: 'Cancel document' });
    await cancel.waitFor();
    const said = page.getByRole('status').getByText('Submitted').first();
    await said.waitFor();
    const [toast, button] = [await said.boundingBox(), await cancel.boundingBox()];
    expect((toast?.y ?? 0) + (toast?.height ?? 0)).toBeLessThan(button?.y ?? 0);
    await cancel.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel document' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Amend' }).waitFor();
    await page.locator('h1:focus').waitFor();
  });
});

describe('a form', () => {
  it('shows both versions when somebody was faster, and merges them by field', async () => {
    const name = await newOrder();
    const [mine, theirs] = [await desk(), await desk()];
    await mine.open(order(name));
    await theirs.open(order(name));
    await mine.page.getByLabel('Customer’s Order Number').fill('mine');
    await theirs.page.getByLabel('Customer’s Order Number').fill('theirs');
    await theirs.page.keyboard.press('Control+s');
    await saved(theirs.page);
    await mine.page.getByLabel('Order Type').selectOption('Export');
    await mine.page.getByRole('tab', { name: /Terms/ }).click();
    await mine.page.locator('[data-fieldname="terms"] textarea').fill('Ex works');
    await mine.page.keyboard.press('Control+s');
    const dialog = mine.page.getByRole('dialog');
    await dialog
      .getByRole('group', { name: /Order Number/ })
      .getByLabel(/Theirs/)
      .check();
    expect(await mine.axe()).toEqual([]);
    await dialog.getByRole('button', { name: 'Go on with these' }).click();
    await mine.page.keyboard.press('Control+s');
    await saved(mine.page);
    const { po_no, order_type, terms } = await read('Sales Order', name);
    expect({ po_no, order_type, terms }).toEqual({ po_no: 'theirs', order_type: 'Export', terms: 'Ex works' });
  });

  it('keeps the focus where one is while it is saved, and after both versions were shown, which say what of the rows differs', async () => {
    const name = await newOrder();
    const { page, open, complaints } = await desk();
    await open(order(name));
    const number = page.getByLabel('Customer’s Order Number');
    await number.fill('first');
    await page.keyboard.press('Control+s');
    await saved(page);
    await page.getByText('Not saved', { exact: true }).waitFor({ state: 'detached' });
    await number.and(page.locator(':focus')).waitFor();
    await page.locator('[data-cell="0:2"]').click();
    await page.keyboard.press('F2');
    await page.locator('[data-cell="0:2"] input').waitFor();
    await page.keyboard.type('4');
    await page.keyboard.press('Control+s');
    await page.getByText('Not saved', { exact: true }).waitFor({ state: 'detached' });
    await page.locator('[data-cell="0:2"]:focus-within').waitFor();
    // Somebody else comes in between, unheard.
    await page.route('**/api/v1/stream*', (route) => route.abort());
    const [row] = (await read('Sales Order', name)).items;
    const theirs = {
      items: [
        { ...row, qty: 9 },
        { item: 'AF-D110', qty: 1 },
      ],
    };
    await number.fill('mine');
    const path = `/api/v1/Sales%20Order/${encodeURIComponent(name)}`;
    expect((await world.app.json('PATCH', path, theirs)).status).toBe(200);
    await page.keyboard.press('Control+s');
    const dialog = page.getByRole('dialog');
    const items = dialog.getByRole('group', { name: 'Items' });
    await items.getByText('Row 1: Quantity 4').waitFor();
    await items.getByText('Row 1: Quantity 9').waitFor();
    await items.getByText(/Row 2: AF-D110/).waitFor();
    // What nobody writes is no question.
    expect(await dialog.getByRole('group', { name: /Total/ }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Go on with these' }).click();
    await dialog.waitFor({ state: 'detached' });
    await number.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText('Not saved', { exact: true }).waitFor({ state: 'detached' });
    const now = await read('Sales Order', name);
    expect([now.po_no, now.items.map((each: { qty: number }) => each.qty)]).toEqual(['mine', [9, 1]]);
    expect(complaints.filter((each) => !each.includes('stream'))).toEqual([]);
  });

  it('shows and demands fields as their conditions say, while one types', async () => {
    const { page, open } = await desk();
    await open('/app/task-item/new');
    const waiting = page.locator('[data-fieldname="waiting_for"]');
    expect(await waiting.count()).toBe(0);
    await page.getByLabel('Status').selectOption('Waiting');
    await waiting.getByText('*').waitFor();
    await page.getByLabel('Status').selectOption('Open');
    await waiting.waitFor({ state: 'detached' });
  });

  it('asks before what was typed is lost', async () => {
    const name = await newOrder();
    const { page, open } = await desk();
    await open(order(name));
    await page.getByLabel('Customer’s Order Number').fill('half');
    await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link').first().click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stay' }).click();
    expect(await page.getByLabel('Customer’s Order Number').inputValue()).toBe('half');
  });

  it('goes to the next document of the list that one came from, and back', async () => {
    const { page, open } = await desk();
    await open('/app/customer/list');
    await page.getByRole('grid').getByRole('link').first().click();
    await page.waitForURL(/\/detail\//);
    await page.locator('main form').waitFor();
    const first = page.url();
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(() => page.url()).not.toBe(first);
    await page.locator('main form').waitFor();
    await page.getByRole('button', { name: 'Document before' }).click();
    await expect.poll(() => page.url()).toBe(first);
  });

  it('shows what was changed by whom, and what leads here', async () => {
    const name = await newOrder();
    await world.app.json('PATCH', `/api/v1/Sales%20Order/${name}`, { po_no: 'PO-77' });
    const { page, open } = await desk();
    await open(order(name));
    const aside = page.getByRole('complementary', { name: 'About this document' });
    await page.getByRole('region', { name: 'Activity' }).getByText('PO-77').waitFor();
    const { customer } = await read('Sales Order', name);
    await open(`/app/customer/detail/${customer}`);
    await aside.getByRole('link', { name: /Sales Order \d/ }).waitFor();
  });

  it('signs by a typed name, and takes a place as two numbers', async () => {
    const fields = [
      { fieldname: 'sign', label: 'Sign', fieldtype: 'Signature' },
      { fieldname: 'place', label: 'Place', fieldtype: 'Geolocation' },
    ];
    const permissions = [{ role: 'System Manager', read: 1, write: 1, create: 1 }];
    await world.app.json('POST', '/api/v1/DocType', { name: 'Receipt Slip', module: 'Sales', fields, permissions });
    const { page, open, complaints } = await desk();
    await open('/app/receipt-slip/new');
    await page.getByLabel('Name to sign with').fill('Ada Tester');
    await page.getByRole('button', { name: 'Use' }).click();
    await page.getByRole('img', { name: 'Sign' }).waitFor();
    await page.getByLabel('Latitude').fill('52.5');
    await page.getByLabel('Longitude').fill('13.4');
    await page.keyboard.press('Control+s');
    await page.waitForURL(/\/detail\//);
    const { items } = (await world.app.json('GET', '/api/v1/Receipt%20Slip?fields=["sign","place"]')).body;
    expect(items[0].sign).toMatch(/^data:image\/png;base64,/);
    expect(JSON.stringify(items[0].place)).toContain('13.4,52.5');
    expect(complaints).toEqual([]);
  });

  it('makes a linked document on the way', async () => {
    const { page, open } = await desk();
    await open('/app/task-item/new');
    await page.getByRole('combobox', { name: 'List', exact: true }).fill('Quite new');
    await page.getByRole('option', { name: /New Task List/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => page.getByRole('combobox', { name: 'List', exact: true }).inputValue()).toBe('Quite new');
  });

  it('says which documents keep one from being deleted', async () => {
    const [customer] = await namesOf('Customer');
    await newOrder({ customer });
    const { page, open } = await desk();
    await open(`/app/customer/detail/${customer}`);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page
      .getByRole('alert')
      .getByRole('link', { name: /Sales Order/ })
      .first()
      .waitFor();
  });

  it.each(VIEWS)('breaks no rule of access in %s at %i px', async (theme, width) => {
    const name = await newOrder();
    const { page, open, axe, complaints } = await desk({ theme, width, height: 800 });
    for (const address of [order(name), '/app/task-item/new', '/app/customer/new', '/app/sales-item/detail/AF-D100']) {
      await open(address);
      await page.waitForTimeout(300);
      expect(await axe(), address).toEqual([]);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(over, `${address} is wider than the page`).toBeLessThanOrEqual(0);
    }
    if (width === 1280) {
      await open(order(name));
      await page.getByRole('button', { name: 'Open row 1' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await axe(), 'the dialog of a row').toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Calendar of Order Date' }).click();
      await page.waitForTimeout(200);
      expect(await axe(), 'the calendar').toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});
