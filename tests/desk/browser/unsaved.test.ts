/** What was typed and not saved outlives the page: offered again once, to its writer alone, and never where another tab still has it. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
let name: string;
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
  ({ name } = (await world.app.json('POST', '/api/v1/Task%20List', { title: `Unsaved ${Math.random()}` })).body);
  return made;
}

const path = () => `${world.app.url}/app/task-list/detail/${encodeURIComponent(name)}`;
const box = (page: Page) => page.getByRole('textbox', { name: 'Description' });
const offer = (page: Page) => page.getByRole('alert').filter({ hasText: 'unsaved changes' });
/** Longer than the pause after which it is kept. */
const kept = (page: Page) => page.waitForTimeout(1_200);

async function crash(page: Page): Promise<Page> {
  const again = await page.context().newPage();
  await page.close();
  await again.goto(path());
  await box(again).waitFor();
  return again;
}

describe('after a crash', () => {
  it('is offered, restored and saved, and then no more', async () => {
    const { page } = await desk();
    await page.goto(path());
    await box(page).fill('Half a thought');
    await kept(page);
    const again = await crash(page);
    await offer(again).waitFor();
    expect(await box(again).inputValue()).toBe('');
    await offer(again).getByRole('button', { name: 'Restore' }).click();
    expect(await box(again).inputValue()).toBe('Half a thought');
    await again.getByText('Not saved').waitFor();
    // Restored, it is kept on.
    const third = await crash(again);
    await offer(third).getByRole('button', { name: 'Restore' }).click();
    await third.keyboard.press('Control+s');
    await third.getByRole('status').getByText('Saved').first().waitFor();
    const fourth = await crash(third);
    await kept(fourth);
    expect(await offer(fourth).count()).toBe(0);
  });

  it('is compared where others have changed the same, and merged where not', async () => {
    const { page } = await desk();
    await page.goto(path());
    await box(page).fill('Mine');
    await kept(page);
    const blank = await page.context().newPage();
    await page.close();
    const patched = await world.app.json('PATCH', `/api/v1/Task%20List/${encodeURIComponent(name)}`, {
      description: 'From others',
    });
    expect(patched.status, patched.text).toBe(200);
    await blank.goto(path());
    await offer(blank).getByRole('button', { name: 'Restore' }).click();
    await blank.getByRole('dialog').getByText('From others').waitFor();
    await blank.getByRole('button', { name: 'Keep all of mine' }).click();
    expect(await box(blank).inputValue()).toBe('Mine');
    await blank.keyboard.press('Control+s');
    await blank.getByRole('status').getByText('Saved').first().waitFor();
  });

  it('is gone once it is discarded', async () => {
    const { page } = await desk();
    await page.goto(path());
    await box(page).fill('Never mind');
    await kept(page);
    const again = await crash(page);
    await offer(again).getByRole('button', { name: 'Discard' }).click();
    await offer(again).waitFor({ state: 'detached' });
    const third = await crash(again);
    await kept(third);
    expect(await offer(third).count()).toBe(0);
  });

  it('of a new document is offered too', async () => {
    const { page } = await desk();
    await page.goto(`${world.app.url}/app/task-list/new`);
    await box(page).fill('A list to be');
    await kept(page);
    const again = await page.context().newPage();
    await page.close();
    await again.goto(`${world.app.url}/app/task-list/new`);
    await offer(again).getByRole('button', { name: 'Restore' }).click();
    expect(await box(again).inputValue()).toBe('A list to be');
  });
});

it('is not offered while the tab that has it is there', async () => {
  const { page } = await desk();
  await page.goto(path());
  await box(page).fill('In this tab');
  await kept(page);
  const other = await page.context().newPage();
  await other.goto(path());
  await box(other).fill('In the other tab');
  await kept(other);
  expect(await offer(other).count()).toBe(0);
  await other.close();
  expect(await box(page).inputValue()).toBe('In this tab');
});

it('is cleared at the sign-out, and is nobody else’s', async () => {
  const { page } = await desk();
  await page.goto(path());
  await box(page).fill('Secret plan');
  await kept(page);
  page.on('dialog', (dialog) => void dialog.accept());
  const again = await crash(page);
  await offer(again).waitFor();
  await again.getByRole('button', { name: /^Your menu/ }).click();
  await again.getByRole('menuitem', { name: 'Sign out' }).click();
  await again.waitForURL(/\/login/);
  const count = await again.evaluate<number>(`new Promise((resolve) => {
    const request = indexedDB.open('desk');
    request.onsuccess = () => {
      const all = request.result.transaction('drafts').objectStore('drafts').count();
      all.onsuccess = () => resolve(all.result);
    };
  })`);
  expect(count).toBe(0);
});

describe('a new document in a dialog', () => {
  const dialog = (page: Page) => page.getByRole('dialog', { name: 'New Task List' });
  const question = (page: Page) => page.getByRole('alertdialog', { name: 'Leave without saving?' });

  it('is not thrown away by Escape or a click beside it without a question', async () => {
    const { page, open, axe, complaints } = await desk();
    await open('/app/task-list/list');
    await page.keyboard.press('c');
    const title = dialog(page).getByRole('textbox', { name: 'Title' });
    await title.fill('Half a list');
    await page.keyboard.press('Escape');
    await question(page).waitFor();
    expect(await axe()).toEqual([]);
    await page.keyboard.press('Escape');
    await question(page).waitFor({ state: 'detached' });
    expect(await title.inputValue()).toBe('Half a list');
    await page.mouse.click(5, 5);
    await question(page).getByRole('button', { name: 'Stay' }).click();
    expect(await title.inputValue()).toBe('Half a list');
    await dialog(page).getByRole('button', { name: 'Close' }).click();
    await question(page).getByRole('button', { name: 'Leave' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('closes at once while nothing is typed in it', async () => {
    const { page, open } = await desk();
    await open('/app/task-list/list');
    await page.keyboard.press('c');
    await dialog(page).getByRole('textbox', { name: 'Title' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    expect(await question(page).count()).toBe(0);
  });
});
