/** Two people at the same lists and documents, in browsers of their own: each sees what the other does, and loses nothing. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
const desks: Desk[] = [];

beforeAll(async () => {
  world = await openWorld();
  await world.app.user({
    name: 'anna@x.org',
    roles: ['System Manager', 'Sales User'],
    fields: { first_name: 'Anna', last_name: 'Meyer' },
  });
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

async function call(method: string, path: string, body?: unknown) {
  const { status, text, body: answer } = await world.app.json(method, path, body);
  expect(status, text).toBeLessThan(300);
  return answer;
}

async function newCustomer(more: Record<string, unknown> = {}): Promise<string> {
  const customer_name = `Live ${Math.random()}`;
  const { items } = await call('GET', '/api/v1/Customer?fields=["customer_group","territory"]&limit=1');
  const { name } = await call('POST', '/api/v1/Customer', { ...items[0], customer_name, ...more });
  return name;
}

const PATIENT = { timeout: 10_000 };
const at = (name: string) => `/app/customer/detail/${encodeURIComponent(name)}`;
const field = (page: Page, label: string) => page.getByRole('textbox', { name: label, exact: true });
const save = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+s');
  await page.getByRole('status').getByText('Saved', { exact: true }).first().waitFor();
};

describe('a list', () => {
  it('brings a row up to date where it stands, and what is new at once', async () => {
    const name = await newCustomer({ customer_name: 'Quiet Mill' });
    const { page, open, complaints } = await desk();
    await open('/app/customer/list');
    await page.getByRole('link', { name: 'Quiet Mill' }).waitFor();
    await call('PATCH', `/api/v1/Customer/${encodeURIComponent(name)}`, { customer_name: 'Busy Mill' });
    await page.getByRole('link', { name: 'Busy Mill' }).waitFor();
    await newCustomer({ customer_name: 'Fresh Bakery' });
    await page.getByRole('link', { name: 'Fresh Bakery' }).waitFor();
    await call('DELETE', `/api/v1/Customer/${encodeURIComponent(name)}`);
    await page.getByRole('link', { name: 'Busy Mill' }).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('only announces what is new while rows are chosen, and shows it when asked', async () => {
    const { page, open } = await desk();
    await open('/app/customer/list');
    await page.locator('[data-row="1"] input[type="checkbox"]').click();
    const first = await page.locator('[data-row="0"]').textContent();
    await newCustomer({ customer_name: 'Late Comer' });
    await newCustomer({ customer_name: 'Later Comer' });
    const news = page.getByRole('button', { name: /2 new/ });
    await news.waitFor();
    expect(await page.locator('[data-row="0"]').textContent()).toBe(first);
    expect(await page.locator('[aria-selected="true"]').count()).toBe(1);
    await news.click();
    await page.getByRole('link', { name: 'Later Comer' }).waitFor();
    expect(await page.locator('[aria-selected="true"]').count()).toBe(1);
  });

  it('tells nothing of what its filters leave out', async () => {
    const { page, open } = await desk();
    await open(`/app/customer/list?filters=${encodeURIComponent('[["customer_name","like","Only%"]]')}`);
    await newCustomer({ customer_name: 'Another One' });
    await newCustomer({ customer_name: 'Only This' });
    await page.getByRole('link', { name: 'Only This' }).waitFor();
    expect(await page.locator('[data-row]').count()).toBe(1);
  });
});

describe('a form', () => {
  it('shows who else is there and who writes, and takes on what they save', async () => {
    const name = await newCustomer();
    const [mine, hers] = [await desk(), await desk({ user: 'anna@x.org' })];
    await mine.open(at(name));
    await hers.open(at(name));
    await mine.page.getByRole('button', { name: 'Anna Meyer has this open' }).waitFor();
    await field(hers.page, 'Customer Name').fill('Renamed by Anna');
    await mine.page.getByRole('button', { name: 'Anna Meyer is editing this' }).waitFor();
    expect(await mine.axe()).toEqual([]);
    await save(hers.page);
    await mine.page.getByRole('button', { name: 'Anna Meyer has this open' }).waitFor();
    await expect.poll(() => field(mine.page, 'Customer Name').inputValue(), PATIENT).toBe('Renamed by Anna');
    await mine.page.getByRole('status').getByText('Anna Meyer changed').first().waitFor();
    expect(await mine.page.getByText('Not saved').count()).toBe(0);
    await hers.page.goto(`${world.app.url}/app`);
    await mine.page.getByRole('button', { name: /Anna Meyer/ }).waitFor({ state: 'detached' });
    expect([...mine.complaints, ...hers.complaints]).toEqual([]);
  });

  it('announces what was saved under what is typed: it is merged, or compared', async () => {
    const name = await newCustomer({ customer_name: 'Before' });
    const { page, open, axe } = await desk();
    await open(at(name));
    await field(page, 'Customer Name').fill('Typed by me');
    await call('PATCH', `/api/v1/Customer/${encodeURIComponent(name)}`, { city: 'Jena' });
    const banner = page.getByRole('alert').filter({ hasText: 'meanwhile' });
    await banner.waitFor();
    expect(await banner.textContent()).toContain('City');
    expect(await axe()).toEqual([]);
    await banner.getByRole('button', { name: 'Merge' }).click();
    await banner.waitFor({ state: 'detached' });
    expect(await field(page, 'Customer Name').inputValue()).toBe('Typed by me');
    await call('PATCH', `/api/v1/Customer/${encodeURIComponent(name)}`, { customer_name: 'Typed by them' });
    await page.getByRole('alert').getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('dialog').getByText('Typed by them').waitFor();
    await page.getByRole('button', { name: 'Keep all of mine' }).click();
    await save(page);
    const { body } = await world.app.json('GET', `/api/v1/Customer/${encodeURIComponent(name)}`);
    expect(body).toMatchObject({ customer_name: 'Typed by me', city: 'Jena' });
  });

  it('keeps what was typed when the document is deleted, and brings it back', async () => {
    const name = await newCustomer();
    const { page, open } = await desk();
    await open(at(name));
    await field(page, 'Customer Name').fill('Still here');
    await call('DELETE', `/api/v1/Customer/${encodeURIComponent(name)}`);
    await page.getByRole('alert').filter({ hasText: 'deleted this document' }).waitFor();
    await page.getByRole('button', { name: 'Restore it' }).click();
    await page.getByRole('alert').filter({ hasText: 'deleted' }).waitFor({ state: 'detached' });
    await save(page);
    expect((await call('GET', `/api/v1/Customer/${encodeURIComponent(name)}`)).customer_name).toBe('Still here');
  });

  it('gets a new field of its DocType without losing what was typed', async () => {
    await call('POST', '/api/v1/DocType', {
      name: 'Live Thing',
      module: 'Core',
      custom: true,
      fields: [{ fieldname: 'title', fieldtype: 'Data', label: 'Title' }],
      permissions: [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }],
    });
    const { name } = await call('POST', '/api/v1/Live%20Thing', { title: 'one' });
    const { page, open } = await desk();
    await open(`/app/live-thing/detail/${name}`);
    await field(page, 'Title').fill('typed');
    const type = await call('GET', '/api/v1/DocType/Live%20Thing');
    const fields = [...type.fields, { fieldname: 'note', fieldtype: 'Data', label: 'Note' }];
    await call('PATCH', '/api/v1/DocType/Live%20Thing', { fields, _version: type._version });
    await field(page, 'Note').waitFor();
    expect(await field(page, 'Title').inputValue()).toBe('typed');
  });
});

describe('the search of a link', () => {
  it('is of the DocType as it is now', async () => {
    const permissions = [{ role: 'System Manager', read: 1, write: 1, create: 1 }];
    const fields = [
      { fieldname: 'town', fieldtype: 'Data', label: 'Town' },
      { fieldname: 'guild', fieldtype: 'Data', label: 'Guild' },
    ];
    const craft = { name: 'Craft', module: 'Core', custom: true, autoname: 'prompt', search_fields: 'town', fields };
    await call('POST', '/api/v1/DocType', { ...craft, permissions });
    await call('POST', '/api/v1/Craft', { name: 'Cooper', town: 'Jena', guild: 'Of barrels' });
    const link = { fieldname: 'craft', fieldtype: 'Link', label: 'Craft', options: 'Craft' };
    await call('POST', '/api/v1/DocType', { name: 'Shop', module: 'Core', custom: true, fields: [link], permissions });
    const { page, open } = await desk();
    await open('/app/shop/new');
    const box = page.getByRole('combobox', { name: 'Craft' });
    await box.fill('coop');
    await page.getByRole('option', { name: 'Cooper Jena' }).waitFor();
    const type = await call('GET', '/api/v1/DocType/Craft');
    await call('PATCH', '/api/v1/DocType/Craft', { search_fields: 'guild', _version: type._version });
    await expect
      .poll(async () => {
        await box.fill('');
        await box.fill('coop');
        await page.waitForTimeout(300);
        return page.getByRole('option', { name: 'Cooper Of barrels' }).count();
      }, PATIENT)
      .toBe(1);
  });

  it('finds colleagues for who manages nothing, in a filter too', async () => {
    await world.app.user({
      name: 'ben@x.org',
      roles: ['Sales User'],
      fields: { first_name: 'Ben', last_name: 'Okri' },
    });
    const { page, open, complaints } = await desk({ user: 'ben@x.org' });
    await open('/app/customer/list');
    await page.keyboard.press('f');
    await page.getByLabel('Field of condition 1').selectOption('_assign');
    await page.getByLabel('Value for Assigned to').fill('anna');
    await page.getByRole('option', { name: /Anna Meyer/ }).click();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('No Customer matches').waitFor();
    await page.getByRole('list', { name: 'Filters' }).getByText('Anna Meyer').waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('a server that is away', () => {
  it('is announced, and what was missed is shown when it is back', async () => {
    const { page, open, axe } = await desk();
    await open('/app/customer/list');
    await page.context().setOffline(true);
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
    expect(await axe()).toEqual([]);
    await newCustomer({ customer_name: 'Made Meanwhile' });
    await page.context().setOffline(false);
    await page.getByText('The server is there again').first().waitFor();
    await page.getByRole('link', { name: 'Made Meanwhile' }).waitFor({ timeout: 20_000 });
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor({ state: 'detached' });
  });
});
