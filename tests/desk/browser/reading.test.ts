/** How somebody reads the desk: in their language and direction, at their time, with their numbers; the same on every browser. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
const desks: Desk[] = [];

const GERMAN: Record<string, string> = {
  'My settings': 'Meine Einstellungen',
  Language: 'Sprache',
  Title: 'Titel',
  Saved: 'Gespeichert',
  '{0} document': '{0} Dokument',
  '{0} documents': '{0} Dokumente',
};
const ARABIC: Record<string, string> = {
  'My settings': 'إعداداتي',
  Save: 'حفظ',
  'Reading Thing': 'شيء',
  Title: 'عنوان',
  'When it is': 'متى',
  New: 'جديد',
  'New {0}': 'جديد {0}',
};

beforeAll(async () => {
  world = await openWorld();
  const make = async (path: string, body: unknown) => {
    const { status, text } = await world.app.json('POST', path, body);
    expect(status, text).toBe(201);
  };
  await make('/api/v1/DocType', {
    name: 'Reading Thing',
    module: 'Core',
    custom: true,
    autoname: 'field:title',
    title_field: 'title',
    fields: [
      { fieldname: 'title', fieldtype: 'Data', label: 'Title', in_list_view: 1 },
      { fieldname: 'at', fieldtype: 'Datetime', label: 'When it is', in_list_view: 1 },
      { fieldname: 'amount', fieldtype: 'Float', label: 'Amount', precision: '2', in_list_view: 1 },
    ],
    permissions: [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }],
  });
  await make('/api/v1/Reading%20Thing', { title: 'One', at: '2026-07-01T18:30:00Z', amount: 12_345.5 });
  for (const [language, texts] of Object.entries({ de: GERMAN, ar: ARABIC }))
    for (const [source_text, translated_text] of Object.entries(texts))
      await make('/api/v1/Translation', { language, source_text, translated_text });
  await make('/api/v1/Translation', {
    language: 'pl',
    context: 'plural few',
    source_text: '{0} documents',
    translated_text: '{0} dokumenty',
  });
  for (const name of ['greta', 'amir', 'piotr', 'zoe'])
    await world.app.user({ name: `${name}@x.org`, roles: ['System Manager'], fields: { first_name: name } });
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

const PATIENT = { timeout: 10_000 };
const html = (page: Page, name: string) => page.locator('html').getAttribute(name);

describe('my settings', () => {
  it('are reached from the menu, and change the language here and on every other browser', async () => {
    const { page, open, axe, complaints } = await desk({ user: 'greta@x.org' });
    await open('/app');
    await page.getByRole('button', { name: /^Your menu/ }).click();
    await page.getByRole('menuitem', { name: 'My settings' }).click();
    await page.getByRole('heading', { name: 'My settings' }).waitFor();
    expect(await axe()).toEqual([]);
    await page.getByLabel('Language', { exact: true }).selectOption('de');
    await page.getByRole('heading', { name: 'Meine Einstellungen' }).waitFor();
    expect(await html(page, 'lang')).toBe('de');
    expect(complaints).toEqual([]);
    const other = await desk({ user: 'greta@x.org' });
    await other.open('/app/reading-thing/list');
    await other.page.getByRole('status').getByText('1 Dokument', { exact: true }).waitFor();
    await other.page.getByRole('columnheader', { name: /Titel/ }).waitFor();
    // A German number, as the language has it.
    await other.page.getByRole('gridcell', { name: '12.345,50' }).waitFor();
  });

  it('change time zone, numbers and theme, on every other browser too', async () => {
    const { page, open } = await desk({ user: 'zoe@x.org' });
    await open('/app/settings');
    await page.getByLabel('Time zone').selectOption('Asia/Tokyo');
    await page.waitForLoadState('load');
    await expect.poll(() => page.getByLabel('Time zone').inputValue(), PATIENT).toBe('Asia/Tokyo');
    await page.getByLabel('Theme').selectOption('dark');
    await expect.poll(() => html(page, 'class'), PATIENT).toContain('dark');
    const other = await desk({ user: 'zoe@x.org' });
    await other.open('/app/reading-thing/list');
    // 18:30 in UTC is the next morning in Tokyo.
    await other.page.getByRole('gridcell', { name: '2 Jul 2026, 03:30' }).waitFor();
    expect(await html(other.page, 'class')).toContain('dark');
    await other.open('/app/reading-thing/detail/One');
    const at = other.page.locator('[data-fieldname="at"]');
    await expect.poll(async () => (await at.textContent())?.replaceAll(/\s/g, ''), PATIENT).toContain('03:30');
    // Typed in that zone too, it is the same moment again.
    await at.getByRole('spinbutton').first().focus();
    await other.page.keyboard.press('ArrowUp');
    await other.page.keyboard.press('Control+s');
    await other.page.getByRole('status').getByText('Saved').first().waitFor();
    expect((await world.app.json('GET', '/api/v1/Reading%20Thing/One')).body.at).toMatch(/^2026-07-02T18:30:00/);
  });
});

it('has the plurals of a language that has more than two', async () => {
  await world.app.json('PATCH', '/api/v1/User/piotr@x.org', { language: 'pl' });
  const { page, open } = await desk({ user: 'piotr@x.org' });
  for (const title of ['Two', 'Three']) await world.app.json('POST', '/api/v1/Reading%20Thing', { title });
  await open('/app/reading-thing/list');
  await page.getByRole('status').getByText('3 dokumenty', { exact: true }).waitFor();
});

describe('from right to left', () => {
  for (const [theme, width] of [
    ['light', 1280],
    ['dark', 375],
  ] as const)
    it(`lists, forms and settings, ${theme}, ${width} px`, async () => {
      await world.app.json('PATCH', '/api/v1/User/amir@x.org', { language: 'ar', desk_theme: null });
      const { page, open, axe, complaints } = await desk({ user: 'amir@x.org', theme, width });
      for (const path of [
        '/app',
        '/app/reading-thing/list',
        '/app/reading-thing/detail/One',
        '/app/customer/list',
        '/app/settings',
      ]) {
        await open(path);
        expect(await html(page, 'dir')).toBe('rtl');
        expect(await axe(), path).toEqual([]);
        const wide = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(wide, path).toBe(0);
      }
      await page.getByRole('heading', { name: 'إعداداتي' }).waitFor();
      if (process.env.SHOTS) {
        for (const [name, path] of [
          ['list', '/app/customer/list'],
          ['form', '/app/reading-thing/detail/One'],
          ['settings', '/app/settings'],
          ['home', '/app'],
        ] as const) {
          await open(path);
          await page.waitForTimeout(400);
          await page.screenshot({ path: `${process.env.SHOTS}/rtl-${name}-${theme}.png` });
        }
      }
      expect(complaints).toEqual([]);
    });
});
