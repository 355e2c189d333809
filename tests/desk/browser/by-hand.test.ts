/** What keys and fingers meet: where the focus goes, what Escape closes, and what is large enough to be touched. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
let draft: string;

beforeAll(async () => {
  world = await openWorld();
  const { body } = await world.app.json('GET', '/api/v1/Sales%20Order?filters=[["docstatus","=",0]]&limit=1');
  draft = `/app/sales-order/detail/${body.items[0].name}`;
}, 180_000);
afterAll(() => world?.close());

it('closes an open list of choices with Escape, and stays on the form', async () => {
  const { page, open, complaints } = await world.desk();
  await open(draft);
  const customer = page.getByRole('combobox', { name: 'Customer', exact: true });
  await customer.click();
  await page.getByRole('listbox').getByRole('option').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('listbox').waitFor({ state: 'detached' });
  expect(await customer.evaluate('document.activeElement?.getAttribute("role")')).toBe('combobox');
  expect(new URL(page.url()).pathname).toBe(draft);
  await page.keyboard.press('Escape');
  await page.waitForURL('**/app/sales-order/list*');
  expect(complaints).toEqual([]);
  await page.context().close();
});

it('begins in the first field of a new document in a dialog, and gives the focus back', async () => {
  const { page, open } = await world.desk();
  await open('/app/sales-order/new');
  await page.getByRole('combobox', { name: 'Customer', exact: true }).fill('Brand new');
  await page.getByRole('option', { name: 'New Customer “Brand new”' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'New Customer' });
  await expect
    .poll(() =>
      dialog
        .locator(':focus')
        .getAttribute('id', { timeout: 1000 })
        .catch(() => null),
    )
    .toContain('customer_name');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await page.evaluate('document.activeElement?.getAttribute("role")')).toBe('combobox');
  await page.context().close();
});

it('opens a row by a tap on one of its cells, and has nothing in the form that a finger would miss', async () => {
  const { page, open, complaints } = await world.desk({ width: 375, height: 812 });
  await open(draft);
  const small = await page.evaluate<
    string[]
  >(`[...document.querySelectorAll('main button, main a[href], main [role="grid"] input')]
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && (width < 20 || height < 20))
    .map(([element]) => element.outerHTML.slice(0, 200))`);
  expect(small).toEqual([]);
  await page.locator('[data-cell="1:0"]').tap();
  await page.getByRole('dialog', { name: 'Items, row 2' }).waitFor();
  await page.getByRole('button', { name: 'Done' }).tap();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
  await page.context().close();
});

it('keeps what a card says apart', async () => {
  const { page, open } = await world.desk();
  await open('/app/sales-item/list?view=gallery');
  const details = page.locator('li:has([data-card="0"]) [data-card] + div > *');
  await details.first().waitFor();
  expect(await details.count()).toBeGreaterThan(1);
  await page.context().close();
});

it('leaves a menu with Tab for its button, and goes into a panel that has nothing to use', async () => {
  const { page, open } = await world.desk();
  await open('/app/sales-order/list');
  const menu = page.getByRole('button', { name: /^Your menu/ });
  await menu.focus();
  await page.keyboard.press('Enter');
  const roleOfFocused = () => page.evaluate('document.activeElement?.getAttribute("role")');
  await expect.poll(roleOfFocused).toBe('menuitem');
  await page.keyboard.press('Tab');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await menu.and(page.locator(':focus')).waitFor();
  const bell = page.getByRole('button', { name: 'Notifications', exact: true });
  await bell.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Nothing new').waitFor();
  await expect.poll(roleOfFocused).toBe('dialog');
  await page.keyboard.press('Escape');
  await bell.and(page.locator(':focus')).waitFor();
  await page.context().close();
});

it('shows in the colours of the system what is marked in a menu, and which tab is open', async () => {
  const { page, open } = await world.desk();
  await page.emulateMedia({ forcedColors: 'active' });
  await open(draft);
  await page.getByRole('button', { name: /^Your menu/ }).focus();
  await page.keyboard.press('Enter');
  await page.locator('[role="menuitem"]:focus').waitFor();
  const lookOf = (selector: string, property: string) =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
  expect(await lookOf('[role="menuitem"]:focus', 'outlineStyle')).toBe('solid');
  expect(await lookOf('[role="menu"]', 'borderTopStyle')).toBe('solid');
  const line = await lookOf('[role="tab"][aria-selected="true"]', 'borderBottomColor');
  expect(await lookOf('[role="tab"][aria-selected="false"]', 'borderBottomColor')).not.toBe(line);
  await page.context().close();
});
