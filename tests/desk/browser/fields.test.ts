/** Every field type in one form: filled by keyboard, saved, read again; and what single widgets promise. */
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
const desks: Desk[] = [];

const FIELDS: readonly (readonly [fieldtype: string, options?: string])[] = [
  ['Data'],
  ['Int'],
  ['Float'],
  ['Currency'],
  ['Percent'],
  ['Check'],
  ['Select', 'One\nTwo'],
  ['Small Text'],
  ['Text'],
  ['Long Text'],
  ['Autocomplete', 'Ann\nBen'],
  ['Date'],
  ['Datetime'],
  ['Time'],
  ['Duration'],
  ['Rating', '5'],
  ['Color'],
  ['Icon'],
  ['Phone'],
  ['Barcode', '{"format": "EAN13"}'],
  ['Password'],
  ['Link', 'Customer'],
  ['Dynamic Link', 'about'],
  ['Table MultiSelect', 'Fill Label'],
  ['Text Editor'],
  ['HTML Editor'],
  ['Markdown Editor'],
  ['Code', 'JavaScript'],
  ['JSON'],
  ['Geolocation'],
  ['Signature'],
  ['Attach'],
];
const nameOf = (type: string): string => type.toLowerCase().replaceAll(' ', '_');

beforeAll(async () => {
  world = await openWorld();
  const permissions = [
    { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 },
    { role: 'All', read: 1 },
  ];
  const link = { fieldname: 'label', label: 'Label', fieldtype: 'Link', options: 'Task Label' };
  const about = { fieldname: 'about', label: 'About', fieldtype: 'Link', options: 'DocType', default: 'Customer' };
  const fields = FIELDS.map(([fieldtype, options]) => ({
    fieldname: nameOf(fieldtype),
    label: `A ${fieldtype}`,
    fieldtype,
    options,
  }));
  const qr = { fieldname: 'qr', label: 'A QR', fieldtype: 'Barcode', options: 'QR' };
  const doctypes = [
    { name: 'Fill Label', module: 'Sales', istable: 1, fields: [link], permissions: [] },
    { name: 'Fill In', module: 'Sales', fields: [about, ...fields, qr], permissions },
  ];
  for (const doctype of doctypes) {
    const { status, text } = await world.app.json('POST', '/api/v1/DocType', doctype);
    expect(status, text).toBe(201);
  }
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

const field = (page: Page, type: string): Locator => page.locator(`[data-fieldname="${nameOf(type)}"]`);
const input = (page: Page, type: string): Locator => page.locator(`#f-${nameOf(type)}`);
const read = async (name: string) => (await world.app.json('GET', `/api/v1/Fill%20In/${name}`)).body;

async function type(page: Page, fieldtype: string, text: string): Promise<void> {
  await input(page, fieldtype).focus();
  await page.keyboard.type(text);
}

async function pick(page: Page, fieldtype: string, text: string): Promise<void> {
  await type(page, fieldtype, text);
  await page.locator('[role="option"][data-highlighted]', { hasText: text }).waitFor();
  await page.keyboard.press('Enter');
}

describe('a form of every field type', () => {
  it('is filled by keyboard, and shows the same after it was saved', { timeout: 120_000 }, async () => {
    const { page, open, complaints, axe } = await desk();
    await open('/app/fill-in/new');
    await page.locator('.cm-content').nth(3).waitFor();
    await type(page, 'Data', 'Words');
    await type(page, 'Int', '42');
    await type(page, 'Float', '1.5');
    await type(page, 'Currency', '1,234.50');
    await type(page, 'Percent', '12.5');
    await input(page, 'Check').focus();
    await page.keyboard.press('Space');
    await type(page, 'Select', 'Two');
    for (const one of ['Small Text', 'Text', 'Long Text']) await type(page, one, `${one}, two words`);
    await type(page, 'Autocomplete', 'Ben');
    await field(page, 'Date').getByRole('spinbutton').first().focus();
    await page.keyboard.type('24122026');
    await field(page, 'Datetime').getByRole('spinbutton').first().focus();
    await page.keyboard.type('010220271530');
    await field(page, 'Time').getByRole('spinbutton').first().focus();
    await page.keyboard.type('0745');
    await type(page, 'Duration', '1h 30m');
    await field(page, 'Rating').getByRole('radio').nth(2).focus();
    await page.keyboard.press('ArrowRight');
    await type(page, 'Color', '#336699');
    await input(page, 'Icon').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Search icons' }).fill('star');
    await page.getByRole('option', { name: 'star', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await field(page, 'Phone').getByRole('combobox').selectOption('DE');
    await type(page, 'Phone', '030 901820');
    await type(page, 'Barcode', '4006381333931');
    await page.keyboard.press('Enter');
    await page.locator('#f-qr').fill('https://example.test/1');
    await type(page, 'Password', 'secret');
    await pick(page, 'Link', 'Kranich');
    await pick(page, 'Dynamic Link', 'Kranich');
    const label = (await world.app.json('GET', '/api/v1/Task%20Label?limit=1')).body.items[0].name as string;
    await pick(page, 'Table MultiSelect', label);
    await type(page, 'Text Editor', 'Formatted');
    await type(page, 'HTML Editor', '<p>By hand');
    await type(page, 'Markdown Editor', '# Head');
    await type(page, 'Code', 'let a = 1');
    await type(page, 'JSON', '{"a": 1');
    await page.getByLabel('Latitude').focus();
    await page.keyboard.type('52.5');
    await page.keyboard.press('Tab');
    await page.keyboard.type('13.4');
    await page.keyboard.press('Tab');
    await page.getByLabel('Name to sign with').focus();
    await page.keyboard.type('Ada');
    await page.keyboard.press('Enter');
    await input(page, 'Attach').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') });
    await field(page, 'Attach').getByRole('link', { name: 'a.txt' }).waitFor();
    await page.getByRole('listbox').waitFor({ state: 'detached' });
    expect(await axe()).toEqual([]);
    await page.keyboard.press('Control+s');
    await page.waitForURL(/\/detail\//);
    const name = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
    const made = await read(name);
    expect(made).toMatchObject({
      data: 'Words',
      int: 42,
      float: 1.5,
      currency: 1234.5,
      percent: 12.5,
      check: true,
      select: 'Two',
      small_text: 'Small Text, two words',
      text: 'Text, two words',
      long_text: 'Long Text, two words',
      autocomplete: 'Ben',
      date: '2026-12-24',
      time: '07:45:00',
      duration: 5400,
      rating: 0.8,
      color: '#336699',
      icon: 'star',
      phone: '+49 30 901820',
      barcode: '4006381333931',
      qr: 'https://example.test/1',
      text_editor: '<p>Formatted</p>',
      markdown_editor: '# Head',
      code: 'let a = 1',
      json: { a: 1 },
    });
    expect(Date.parse(made.datetime)).toBe(Date.parse('2027-02-01T14:30:00Z'));
    expect(made.html_editor).toContain('<p>By hand</p>');
    expect([made.link !== null, made.dynamic_link]).toEqual([true, made.link]);
    expect(made.table_multiselect.map((row: { label: string }) => row.label)).toEqual([label]);
    expect(JSON.stringify(JSON.parse(made.geolocation).features[0].geometry.coordinates)).toBe('[13.4,52.5]');
    expect(made.signature).toMatch(/^data:image\/png;base64,/);
    expect(made.attach).toMatch(/^\/private\/files\/a-/);
    await page.reload();
    await page.locator('.cm-content').nth(3).waitFor();
    await field(page, 'Link').locator('input').first().waitFor();
    await page.waitForTimeout(800);
    expect(await page.getByText('Not saved').count()).toBe(0);
    expect(await input(page, 'Phone').inputValue()).toBe('+49 30 901820');
    expect(await input(page, 'Duration').inputValue()).toBe('1h 30m');
    expect(await read(name)).toEqual(made);
    expect(complaints).toEqual([]);
  });
});

describe('single widgets', () => {
  it('a phone number is checked, and moves to another country', async () => {
    const { page, open } = await desk();
    await open('/app/fill-in/new');
    await input(page, 'Phone').waitFor();
    expect(await field(page, 'Phone').getByRole('combobox').inputValue()).toBe('GB');
    await input(page, 'Phone').fill('020 7946');
    await input(page, 'Data').focus();
    await field(page, 'Phone').getByText('no number that exists').waitFor();
    await input(page, 'Phone').fill('+49 30 901820');
    await input(page, 'Data').focus();
    await field(page, 'Phone').getByText('no number that exists').waitFor({ state: 'detached' });
    expect(await field(page, 'Phone').getByRole('combobox').inputValue()).toBe('DE');
    expect(await field(page, 'Phone').getByRole('link').getAttribute('href')).toBe('tel:+4930901820');
  });

  it('a code is drawn when it can be, and said to be none when not', async () => {
    const { page, open, complaints } = await desk();
    await open('/app/fill-in/new');
    await input(page, 'Barcode').fill('4006381333931');
    await field(page, 'Barcode').locator('svg[role="img"] path').waitFor();
    await input(page, 'Barcode').fill('words');
    await field(page, 'Barcode').getByText('cannot be written as EAN13').waitFor();
    await page.locator('#f-qr').fill('hello');
    await page.locator('[data-fieldname="qr"] svg[role="img"] path').waitFor();
    expect(complaints).toEqual([]);
  });

  it('an icon is found among all by keys alone, shown where it is read, and taken away again', async () => {
    const { page, open, axe, complaints } = await desk();
    await open('/app/fill-in/new');
    await input(page, 'Icon').focus();
    await page.keyboard.press('Enter');
    const box = page.getByRole('combobox', { name: 'Search icons' });
    const icons = page.getByRole('listbox', { name: 'Icons' }).getByRole('option');
    await page.getByText(/1[,.]?\d{3} icons/).waitFor();
    expect(await icons.count()).toBeLessThan(300);
    expect(await axe()).toEqual([]);
    if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, 'icons.png') });
    const marked = async (): Promise<string | null> => {
      const id = await box.getAttribute('aria-activedescendant');
      return page.locator(`[id="${id}"]`).getAttribute('aria-label');
    };
    await page.keyboard.press('ArrowDown');
    const first = await marked();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const all = await icons.evaluateAll((options) => options.map((one) => one.getAttribute('aria-label')));
    expect([first, await marked()]).toEqual([all[0], all[9]]);
    // On to the end of what is drawn, more is.
    for (let row = 0; row < 32; row += 1) await page.keyboard.press('ArrowDown');
    expect(await icons.count()).toBeGreaterThan(300);
    await box.fill('no such icon');
    await page.getByText('0 icons').waitFor();
    await box.fill('alarm clock');
    await page.getByRole('option', { name: 'alarm-clock', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await box.waitFor({ state: 'detached' });
    await field(page, 'Icon').locator('[data-icon="alarm-clock"] path').first().waitFor();
    expect(await input(page, 'Icon').evaluate((own) => own === document.activeElement)).toBe(true);
    await field(page, 'Icon').getByRole('button', { name: 'Clear' }).click();
    expect(await input(page, 'Icon').textContent()).toBe('Choose an icon');
    expect(complaints).toEqual([]);
  });

  it('an icon in a row of a table is shown, and found in its cell by keys and in the row’s own form', async () => {
    const badge = {
      name: 'Badge Row',
      module: 'Test',
      istable: 1,
      fields: [
        { fieldname: 'badge', label: 'Badge', fieldtype: 'Icon', in_list_view: 1 },
        { fieldname: 'note', label: 'Note', fieldtype: 'Data', in_list_view: 1 },
      ],
    };
    const board = {
      name: 'Badge Board',
      module: 'Test',
      fields: [{ fieldname: 'badges', label: 'Badges', fieldtype: 'Table', options: 'Badge Row' }],
      permissions: [{ role: 'System Manager', read: 1, write: 1, create: 1 }],
    };
    for (const doctype of [badge, board]) await world.app.json('POST', '/api/v1/DocType', doctype);
    const given = { badges: [{ badge: 'star', note: 'One' }] };
    const { name } = (await world.app.json('POST', '/api/v1/Badge%20Board', given)).body;
    const { page, open, axe, complaints } = await desk();
    await open(`/app/badge-board/detail/${name}`);
    const cell = page.locator('[data-cell="0:0"]');
    await cell.locator('[data-icon="star"] path').first().waitFor();
    expect(await cell.textContent()).toBe('star');
    await cell.focus();
    await page.keyboard.press('Enter');
    await cell.getByRole('combobox').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    const box = page.getByRole('combobox', { name: 'Search icons' });
    await box.fill('alarm clock');
    await page.getByRole('option', { name: 'alarm-clock', exact: true }).waitFor();
    expect(await axe()).toEqual([]);
    if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, 'grid-icon.png') });
    await page.keyboard.press('Enter');
    await box.waitFor({ state: 'detached' });
    // On in the row, as from any cell.
    await page.keyboard.press('Tab');
    await page.locator('[data-cell="0:1"] input').waitFor();
    await cell.locator('[data-icon="alarm-clock"] path').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Open row 1' }).click();
    const drawer = page.getByRole('dialog', { name: /Badges, row 1/ });
    await drawer.getByLabel('Badge').click();
    await box.fill('anchor');
    await page.getByRole('option', { name: 'anchor', exact: true }).click();
    await drawer.locator('[data-icon="anchor"]').first().waitFor();
    await drawer.getByRole('button', { name: 'Done' }).click();
    await page.keyboard.press('Control+s');
    await page.getByText('Not saved').waitFor({ state: 'detached' });
    const saved = (await world.app.json('GET', `/api/v1/Badge%20Board/${name}`)).body;
    expect(saved.badges[0]).toMatchObject({ badge: 'anchor', note: 'One' });
    expect(complaints).toEqual([]);
  });

  it('a place is drawn by pointing, and by numbers', async () => {
    const { page, open, complaints } = await desk();
    await open('/app/fill-in/new');
    const place = field(page, 'Geolocation');
    const map = place.locator('.leaflet-container');
    await map.click({ position: { x: 120, y: 100 } });
    await place.locator('.map-pin').waitFor();
    expect(await place.getByLabel('Latitude').inputValue()).not.toBe('');
    await place.getByLabel('Latitude').fill('95');
    await page.keyboard.press('Tab');
    expect(Number(await place.getByLabel('Latitude').inputValue())).toBeLessThan(90);
    await place.getByRole('button', { name: 'Area' }).click();
    for (const [x, y] of [
      [60, 60],
      [120, 60],
      [120, 120],
    ] as const)
      await map.click({ position: { x, y } });
    await place.locator('path.map-active').waitFor();
    await place.getByRole('button', { name: 'Add a point' }).click();
    await place.getByRole('button', { name: 'Remove point 4' }).click();
    await page.keyboard.press('Control+s');
    await page.waitForURL(/\/detail\//);
    const made = await read(decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? ''));
    const geometries = JSON.parse(made.geolocation).features.map(
      (one: { geometry: { type: string; coordinates: unknown[][] } }) => one.geometry,
    );
    expect(geometries.map((one: { type: string }) => one.type)).toEqual(['Point', 'Polygon']);
    expect(geometries[1].coordinates[0]).toHaveLength(4);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['dark', 375],
  ] as const)('they look right in %s at %i px', { timeout: 60_000 }, async (theme, width) => {
    const given = {
      phone: '+49 30 901820',
      barcode: '4006381333931',
      qr: 'https://example.test/1',
      color: '#336699',
      icon: 'alarm-clock',
      rating: 0.8,
      geolocation:
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[5,45],[15,45],[10,54],[5,45]]]}},{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[13.4,52.5]}}]}',
    };
    const { body } = await world.app.json('POST', '/api/v1/Fill%20In', given);
    const { user } = await world.app.user({ name: `reader-${theme}-${width}@fields.test` });
    for (const who of [await desk({ theme, width }), await desk({ theme, width, user })]) {
      await who.open(`/app/fill-in/detail/${body.name}`);
      await who.page.locator('.map-pin').first().waitFor();
      await who.page.locator('[data-fieldname="qr"] svg[role="img"] path').waitFor();
      await field(who.page, 'Icon').locator('[data-icon="alarm-clock"] path').first().waitFor();
      expect(await who.axe()).toEqual([]);
      const over = await who.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(over).toBeLessThanOrEqual(0);
      expect(await who.page.getByText('Not saved').count()).toBe(0);
      expect(who.complaints).toEqual([]);
      if (process.env.SHOTS) {
        const at = `fields-${who === desks[0] ? 'write' : 'read'}-${theme}-${width}.png`;
        await who.page.screenshot({ path: path.join(process.env.SHOTS, at), fullPage: true });
      }
    }
  });
});

it('a link says more of its document when it is pointed at, and Escape puts it away', async () => {
  const { body } = await world.app.json('GET', '/api/v1/Customer?limit=1&fields=["name","customer_name"]');
  const [customer] = body.items;
  const made = await world.app.json('POST', '/api/v1/Fill%20In', { link: customer.name });
  const { user } = await world.app.user({ name: 'link@fields.test', roles: ['Sales User'] });
  const { page, open, complaints, axe } = await desk({ user });
  await open(`/app/fill-in/detail/${made.body.name}`);
  const link = field(page, 'Link').getByRole('link');
  await link.focus();
  const card = page.locator('[data-reka-popper-content-wrapper]').filter({ hasText: 'Customer' });
  await card.locator('dd').first().waitFor();
  expect(await axe()).toEqual([]);
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  expect(new URL(page.url()).pathname).toContain('/detail/');
  expect(complaints).toEqual([]);
});
