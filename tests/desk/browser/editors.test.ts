/** Editors of long texts in a real browser under the policy of the page: formatted text, code, JSON, Markdown, HTML. */
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKUlEQVR42u3NMQEAAAgDoC251a3hIwRAQmZTSZIkSZIkSZIkSZIkSfLfAgkKAUHiX3pRAAAAAElFTkSuQmCC',
  'base64',
);
const TEXT =
  '<div class="ql-editor read-mode"><h2>Terms</h2><p class="ql-align-center" style="text-align:center">Ex <strong>works</strong></p><ol><li data-list="bullet">one</li></ol><p><span style="color:red">red</span></p></div>';

let world: World;
const desks: Desk[] = [];

beforeAll(async () => {
  world = await openWorld();
  const permissions = [
    { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 },
    { role: 'All', read: 1 },
  ];
  const fields = [
    { fieldname: 'title', label: 'Title', fieldtype: 'Data' },
    { fieldname: 'story', label: 'Story', fieldtype: 'Text Editor', description: 'What happened' },
    { fieldname: 'page', label: 'Page', fieldtype: 'HTML Editor' },
    { fieldname: 'script', label: 'Script', fieldtype: 'Code', options: 'Python' },
    { fieldname: 'query', label: 'Query', fieldtype: 'Code', options: 'SQL' },
    { fieldname: 'facts', label: 'Facts', fieldtype: 'JSON' },
    { fieldname: 'notes', label: 'Notes', fieldtype: 'Markdown Editor' },
  ];
  const essay = { name: 'Essay', module: 'Sales', fields, permissions };
  const { status, text: said } = await world.app.json('POST', '/api/v1/DocType', essay);
  expect(status, said).toBe(201);
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

async function newEssay(more: Record<string, unknown> = {}): Promise<string> {
  const { body, text, status } = await world.app.json('POST', '/api/v1/Essay', { title: 'Essay', ...more });
  expect(status, text).toBe(201);
  return body.name;
}

const read = async (name: string) => (await world.app.json('GET', `/api/v1/Essay/${name}`)).body;
const box = (page: Page, label: string): Locator => page.getByRole('textbox', { name: label, exact: true });
const save = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+s');
  await page.getByRole('status').getByText('Saved').first().waitFor();
};

const WHOLE = {
  story: TEXT,
  page: '<p>By <b>hand</b></p>',
  script: 'def f(x):\n    return "a" + x  # why\n',
  query: "select name from customer where city = 'Berlin' limit 5",
  facts: { b: 1, a: [1, 2] },
  notes: '# Hello\n\n- [one](https://example.test)\n- **two** `three`\n',
};

describe('editors', () => {
  it('leave a document that is merely opened as it is, and show what it holds', async () => {
    const name = await newEssay(WHOLE);
    const before = await read(name);
    const { page, open, complaints, axe } = await desk();
    await open(`/app/essay/detail/${name}`);
    for (const label of ['Story', 'Page', 'Script', 'Query', 'Facts', 'Notes']) await box(page, label).waitFor();
    await page.waitForTimeout(500);
    await box(page, 'Story').focus();
    await box(page, 'Script').focus();
    expect(await page.getByText('Not saved').count()).toBe(0);
    await page.getByText('drops what this editor does not know (style)').waitFor();
    // Written and taken back is not written.
    await box(page, 'Story').focus();
    await page.keyboard.type('x');
    await page.getByText('Not saved').waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText('Not saved').waitFor({ state: 'detached' });
    expect(await read(name)).toEqual(before);
    expect(await axe()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('write formatted text by keyboard: headings, marks, lists, links, tables, undo', { timeout: 60_000 }, async () => {
    const name = await newEssay();
    const { page, open, complaints, axe } = await desk();
    await open(`/app/essay/detail/${name}`);
    await box(page, 'Story').waitFor();
    await page.locator('#f-story-label').click();
    await expect
      .poll(() => box(page, 'Story').evaluate((element) => element.contains(document.activeElement)))
      .toBe(true);
    await page.keyboard.type('Big');
    // To the buttons and along them.
    await page.keyboard.press('Shift+Tab');
    const tools = page.getByRole('toolbar', { name: 'Formatting' });
    expect(await tools.evaluate((row) => row.contains(document.activeElement))).toBe(true);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await tools.getByRole('button', { name: 'Heading 2', pressed: true }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('plain ');
    await page.keyboard.press('Control+b');
    await page.keyboard.type('bold');
    await page.keyboard.press('Control+b');
    await page.keyboard.press('Enter');
    await tools.getByRole('button', { name: 'Link' }).click();
    await page.getByRole('textbox', { name: 'Where the link leads to' }).fill('javascript:alert(1)');
    await page.keyboard.press('Enter');
    await page.getByText('Begin with https://').waitFor();
    await page.getByRole('textbox', { name: 'Where the link leads to' }).fill('https://example.test/x');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await box(page, 'Story').focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Enter');
    await tools.getByRole('button', { name: 'Bullets' }).click();
    await page.keyboard.type('one');
    await page.keyboard.press('Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await axe()).toEqual([]);
    await tools.getByRole('button', { name: 'Table' }).click();
    await page.keyboard.type('head');
    // What follows so soon would be undone together with it.
    await page.waitForTimeout(700);
    await tools.getByRole('button', { name: 'Rows and columns' }).click();
    await page.getByRole('menuitem', { name: 'Delete the column' }).click();
    await tools.getByRole('button', { name: 'Undo' }).click();
    // In a table Tab goes from cell to cell; after Escape it leaves.
    await box(page, 'Story').getByText('head').click();
    await page.keyboard.press('Tab');
    expect(await box(page, 'Story').evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await box(page, 'Story').evaluate((element) => element.contains(document.activeElement))).toBe(false);
    expect(new URL(page.url()).pathname).toContain('/detail/');
    await save(page);
    const { story } = await read(name);
    expect(story).toContain('<h2>Big</h2>');
    expect(story).toContain('plain <strong>bold</strong>');
    expect(story).toMatch(/<a [^>]*href="https:\/\/example\.test\/x"[^>]*>https:\/\/example\.test\/x<\/a>/);
    expect(story).toMatch(/<ul><li><p>one<\/p><\/li><li><p>two<\/p><\/li><\/ul>/);
    expect(story).toMatch(/<th[^>]*><p>head<\/p><\/th>/);
    await page.reload();
    await box(page, 'Story').waitFor();
    await page.waitForTimeout(300);
    expect(await page.getByText('Not saved').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('put a pasted picture into the text, and who may read the document sees it', async () => {
    const { page, open, complaints } = await desk();
    await open('/app/essay/new');
    await page.getByLabel('Title').fill('With a picture');
    await box(page, 'Story').focus();
    await page.keyboard.type('Look: ');
    await box(page, 'Story').evaluate((element, bytes) => {
      const clipboardData = new DataTransfer();
      const content = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
      clipboardData.items.add(new File([content], 'shot.png', { type: 'image/png' }));
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, PNG.toString('base64'));
    await box(page, 'Story').locator('img[src^="/private/files/"]').waitFor();
    await page.keyboard.press('Control+s');
    await page.waitForURL(/\/detail\//);
    const name = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
    const { user } = await world.app.user({ name: 'reader@editors.test' });
    const reader = await desk({ user });
    await reader.open(`/app/essay/detail/${name}`);
    const shown = await reader.page
      .locator('[data-fieldname="story"] img')
      .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth));
    expect(shown).toBe(32);
    expect([...complaints, ...reader.complaints]).toEqual([]);
  });

  it('write code, JSON, HTML and Markdown, and let nobody be caught by Tab', { timeout: 60_000 }, async () => {
    const { page, open, complaints } = await desk();
    await open('/app/essay/new');
    await page.getByLabel('Title').fill('Written');
    await box(page, 'Script').focus();
    await page.keyboard.type('if x:\ny');
    await page.keyboard.press('Tab');
    expect(await box(page, 'Script').evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await box(page, 'Query').evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.type("select 'a");
    await box(page, 'Facts').focus();
    await page.keyboard.type('x');
    await page.getByText('This is no JSON').waitFor();
    await page.keyboard.press('Backspace');
    // Brackets and quotes close themselves.
    await page.keyboard.type('{"a": [1, 2');
    await page.getByRole('button', { name: 'Put in order' }).click();
    expect(await box(page, 'Facts').textContent()).toContain('  "a": [');
    await box(page, 'Page').focus();
    await page.keyboard.type('<p>By hand');
    await box(page, 'Notes').focus();
    await page.keyboard.type('# Head\n\n<img src=x onerror=alert(1)>**bold**');
    await page.locator('[data-fieldname="notes"]').getByRole('tab', { name: 'Preview' }).click();
    await page.locator('[data-fieldname="notes"]').getByRole('heading', { name: 'Head' }).waitFor();
    expect(await page.locator('[data-fieldname="notes"] [onerror]').count()).toBe(0);
    await page.keyboard.press('Control+s');
    await page.waitForURL(/\/detail\//);
    const made = await read(decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? ''));
    expect(made.script).toMatch(/^if x:\n +y$/);
    expect(made.query).toBe("select 'a'");
    expect(made.facts).toEqual({ a: [1, 2] });
    expect(made.page).toContain('<p>By hand</p>');
    expect(made.notes).toContain('**bold**');
    expect(complaints.filter((each) => !/404/.test(each))).toEqual([]);
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
    ['dark', 320],
  ] as const)('break no rule of access in %s at %i px', async (theme, width) => {
    const name = await newEssay(WHOLE);
    const { page, open, axe, complaints } = await desk({ theme, width });
    const { user } = await world.app.user({ name: `reader-${theme}-${width}@editors.test` });
    const reader = await desk({ user, theme, width });
    await open(`/app/essay/detail/${name}`);
    await reader.open(`/app/essay/detail/${name}`);
    await page.locator('.cm-content').nth(4).waitFor();
    await reader.page.locator('.cm-content').nth(1).waitFor();
    await page.waitForTimeout(300);
    expect(await axe()).toEqual([]);
    expect(await reader.axe(), 'to be read').toEqual([]);
    const aligned = reader.page.locator('[data-fieldname="story"] p').first();
    expect(await aligned.evaluate((element) => getComputedStyle(element).textAlign)).toBe('center');
    for (const each of [page, reader.page]) {
      const over = await each.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(over).toBeLessThanOrEqual(0);
    }
    if (process.env.SHOTS) {
      const at = (what: string) => path.join(process.env.SHOTS as string, `editors-${what}-${theme}-${width}.png`);
      await page.screenshot({ path: at('write'), fullPage: true });
      await reader.page.screenshot({ path: at('read'), fullPage: true });
    }
    expect([...complaints, ...reader.complaints]).toEqual([]);
  });
});
