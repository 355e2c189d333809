/** Whoever works in a list with keys alone is never thrown back to the top of the page: what takes the focus gives it back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

const TASKS = '/app/task-item/list';
const REST = '/api/v1/Task%20Item';
const MANY = encodeURIComponent(JSON.stringify([['subject', 'like', 'Stone %']]));

let world: World;

beforeAll(async () => {
  world = await openWorld();
  const docs = Array.from({ length: 45 }, (_, at) => ({
    subject: `Stone ${100 + at}`,
    task_list: 'Hiring',
    due_date: '2026-12-24',
    status: 'Open',
  }));
  expect((await world.app.json('POST', `${REST}/bulk`, { action: 'insert', docs })).status).toBe(200);
}, 180_000);
afterAll(() => world?.close());

async function press({ page }: Desk, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** The row that has the focus, the label of what else has it, or "" for nothing. */
const place = ({ page }: Desk): Promise<string> =>
  page.evaluate(`(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return '';
    const row = at.closest('[data-row]');
    return row ? 'row ' + row.dataset.row : (at.dataset.card ?? at.getAttribute('aria-label') ?? at.textContent.trim());
  })()`);

describe.each([1280, 375])('at %d px', (width) => {
  let desk: Desk;
  const at = (): Promise<string> => place(desk);

  beforeAll(async () => {
    desk = await world.desk({ width, height: 700 });
  });
  afterAll(async () => {
    expect(desk.complaints).toEqual([]);
    await desk.page.context().close();
  });

  async function open(query: string): Promise<void> {
    await desk.open(`${TASKS}?view=list&sort=subject+asc&filters=${MANY}${query}`);
    await desk.page.locator('tr[data-row]').first().waitFor();
  }

  it('a dialog that a menu led to gives it back to the row', async () => {
    await open('');
    await press(desk, 'j', 'j', 'Space', 'Shift+ArrowDown', 'x');
    await desk.page.getByRole('menuitem', { name: 'Edit a field' }).waitFor();
    await press(desk, 'Enter');
    await desk.page.getByRole('dialog').waitFor();
    await press(desk, 'Escape');
    await expect.poll(at).toBe('row 2');
    await press(desk, 'x');
    await desk.page.getByRole('menuitem', { name: 'Edit a field' }).waitFor();
    await press(desk, 'Enter');
    await desk.page.getByLabel('Field', { exact: true }).selectOption('priority');
    await desk.page.getByLabel('New value').selectOption('Urgent');
    await desk.page.getByRole('button', { name: 'Change 2 documents' }).press('Enter');
    await desk.page.getByText('2 documents changed').waitFor();
    await expect.poll(at).toBe('row 2');
    // And goes on from there.
    await press(desk, 'j');
    await expect.poll(at).toBe('row 3');
  });

  it('what goes with its last use leaves it beside', async () => {
    await open('&group=status');
    await press(desk, 'j', 'Space');
    await desk.page.getByRole('button', { name: 'Choose none' }).press('Enter');
    await expect.poll(at).toBe('row 0');
    await desk.page.getByRole('button', { name: 'Do not group' }).press('Enter');
    await expect.poll(at).toBe('row 0');
    await desk.page.getByRole('button', { name: 'Clear', exact: true }).press('Enter');
    // The rows take it where the grid had it a moment before.
    await expect.poll(at).toMatch(/^(Filters|row 0)$/);
  });

  it('more of a board begins with the first of them', async () => {
    await desk.open(`${TASKS}?view=kanban&sort=subject+asc&filters=${MANY}`);
    const lane = desk.page.getByRole('region', { name: /^Open,/ });
    await lane.locator('[data-card]').nth(19).waitFor();
    await lane.getByRole('button', { name: 'Show more' }).press('Enter');
    await lane.locator('[data-card]').nth(39).waitFor();
    expect(await at()).toBe(await lane.locator('[data-card]').nth(20).getAttribute('data-card'));
  });
});
