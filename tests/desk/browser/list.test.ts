/** Lists as people use them: found, chosen, changed, with the mouse and with keys alone. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

const TASKS = '/app/task-item/list';
const REST = '/api/v1/Task%20Item';

let world: World;
let desk: Desk;

beforeAll(async () => {
  world = await openWorld();
  desk = await world.desk();
});

afterEach(() => {
  expect(desk.complaints.splice(0)).toEqual([]);
});

afterAll(() => world?.close());

const rows = () => desk.page.locator('tr[data-row]');
const header = () => desk.page.locator('header [role="status"]');
const filtersInUrl = () => JSON.parse(new URL(desk.page.url()).searchParams.get('filters') ?? '[]') as unknown[];

async function totalOf(filters: unknown[]): Promise<number> {
  const { body } = await world.app.json(
    'GET',
    `${REST}?limit=1&filters=${encodeURIComponent(JSON.stringify(filters))}`,
  );
  return body.total as number;
}

async function openList(address = TASKS): Promise<void> {
  await desk.open(address);
  await rows().first().waitFor();
}

interface FilterCase {
  field: string;
  operator: string;
  fill(): Promise<unknown>;
  expected: unknown[];
}

const value = (label: string) => desk.page.getByLabel(`Value for ${label}`);
const CASES: FilterCase[] = [
  {
    field: 'subject',
    operator: 'like',
    fill: () => value('Subject').fill('boat'),
    expected: [['subject', 'like', '%boat%']],
  },
  {
    field: 'status',
    operator: 'in',
    fill: async () => {
      await desk.page.getByText('Open', { exact: true }).last().click();
      await desk.page.getByText('Waiting', { exact: true }).last().click();
    },
    expected: [['status', 'in', ['Open', 'Waiting']]],
  },
  {
    field: 'task_list',
    operator: '=',
    fill: async () => {
      await value('List').fill('Hiring');
      await desk.page.getByRole('option', { name: 'Hiring Two developers' }).click();
      // What the picker itself does is tested with forms.
      desk.complaints.splice(0);
    },
    expected: [['task_list', '=', 'Hiring']],
  },
  {
    field: 'due_date',
    operator: 'between',
    fill: () => fillDates('2026-01-01', '2026-02-28'),
    expected: [['due_date', 'between', ['2026-01-01', '2026-02-28']]],
  },
  {
    field: 'creation',
    operator: 'timespan',
    fill: () => value('Created').selectOption('today'),
    expected: [['creation', 'timespan', 'today']],
  },
  { field: 'progress', operator: '>=', fill: () => value('Progress').fill('10'), expected: [['progress', '>=', 10]] },
  {
    field: 'completed_on',
    operator: 'is',
    fill: () => value('Completed On').selectOption('not set'),
    expected: [['completed_on', 'is', 'not set']],
  },
  { field: 'labels.label', operator: 'is', fill: async () => undefined, expected: [['labels.label', 'is', 'set']] },
];

async function fillDates(from: string, to: string): Promise<void> {
  for (const [end, date] of Object.entries({ from, to })) {
    const [year = '', month = '', day = ''] = date.split('-');
    const field = desk.page.getByLabel(`Value for Due Date, ${end}`);
    await field.getByRole('spinbutton', { name: 'year' }).pressSequentially(year);
    await field.getByRole('spinbutton', { name: 'month' }).pressSequentially(month);
    await field.getByRole('spinbutton', { name: 'day' }).pressSequentially(day);
  }
}

test.each(CASES)('a filter by $field with $operator', async ({ field, operator, fill, expected }) => {
  await openList();
  await desk.page.keyboard.press('f');
  await desk.page.getByLabel('Field of condition 1').selectOption(field);
  await desk.page.getByLabel('Operator of condition 1').selectOption(operator);
  await fill();
  await desk.page.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(filtersInUrl).toEqual(expected);
  const total = await totalOf(expected);
  if (total > 0) await expect.poll(() => header().textContent()).toContain(`${total} document`);
  else await desk.page.getByText('No Task Item matches').waitFor();
});

test('what an address says is shown again after a reload', async () => {
  const filters = [['or', ['status', '=', 'Waiting'], ['priority', '=', 'Urgent']]];
  await openList(`${TASKS}?filters=${encodeURIComponent(JSON.stringify(filters))}&sort=subject+desc`);
  const total = await totalOf(filters);
  await expect.poll(() => header().textContent()).toContain(`${total} document`);
  const title = rows().first().locator('a');
  const first = await title.textContent();
  await desk.page.reload();
  await rows().first().waitFor();
  expect(await title.textContent()).toBe(first);
  await expect.poll(() => header().textContent()).toContain(`${total} document`);
  expect(await desk.page.locator('th[aria-sort="descending"]').textContent()).toContain('Subject');
});

test('rows are chosen and changed with keys alone, and the change is taken back', async () => {
  const filters = [['task_list', '=', 'Hiring']];
  await openList(`${TASKS}?filters=${encodeURIComponent(JSON.stringify(filters))}&sort=name+asc`);
  const { body } = await world.app.json(
    'GET',
    `${REST}?order_by=name&limit=3&fields=["name","priority"]&filters=${encodeURIComponent(JSON.stringify(filters))}`,
  );
  const { keyboard } = desk.page;
  await keyboard.press('j');
  await keyboard.press('Space');
  await keyboard.press('Shift+ArrowDown');
  await keyboard.press('Shift+ArrowDown');
  await desk.page.getByText('3 chosen').waitFor();
  await keyboard.press('x');
  await desk.page.getByRole('menuitem', { name: 'Edit a field' }).waitFor();
  await keyboard.press('Enter');
  await desk.page.getByLabel('Field', { exact: true }).selectOption('priority');
  await desk.page.getByLabel('New value').selectOption('Urgent');
  await desk.page.getByLabel('New value').press('Tab');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await desk.page.getByText('3 documents changed').waitFor();
  const names = body.items.map((item: { name: string }) => item.name) as string[];
  const now = async () => {
    const chosen = encodeURIComponent(JSON.stringify([['name', 'in', names]]));
    return (await world.app.json('GET', `${REST}?fields=["name","priority"]&order_by=name&filters=${chosen}`)).body
      .items;
  };
  expect((await now()).map((item: { priority: string }) => item.priority)).toEqual(['Urgent', 'Urgent', 'Urgent']);
  await desk.page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(now).toEqual(body.items);
});

test('a cell is edited in its place; whoever was slower is asked', async () => {
  await openList(`${TASKS}?sort=name+asc`);
  const { body } = await world.app.json('GET', `${REST}?order_by=name&limit=1&fields=["name","subject","priority"]`);
  const path = `${REST}/${body.items[0].name}`;
  const cell = rows().first().locator('[data-column="0"]');
  await desk.page.keyboard.press('j');
  await desk.page.keyboard.press('e');
  await cell.locator('input').fill('Written in the list');
  await desk.page.keyboard.press('Enter');
  await expect.poll(async () => (await world.app.json('GET', path)).body.subject).toBe('Written in the list');
  await expect.poll(() => cell.textContent()).toBe('Written in the list');
  await world.app.json('PATCH', path, { priority: 'Low', subject: 'Somebody else' });
  await desk.page.keyboard.press('F2');
  await cell.locator('input').fill('Mine');
  await desk.page.keyboard.press('Enter');
  const dialog = desk.page.getByRole('dialog', { name: 'Somebody was faster' });
  await dialog.getByText('Somebody else').waitFor();
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await expect.poll(async () => (await world.app.json('GET', path)).body.subject).toBe('Mine');
});

test('groups count, and narrow the list', async () => {
  await openList(`${TASKS}?group=status`);
  const group = desk.page
    .getByRole('complementary', { name: 'Grouped by Status' })
    .getByRole('button', { name: /^Waiting/ });
  const total = await totalOf([['status', '=', 'Waiting']]);
  await expect.poll(() => group.textContent()).toBe(`Waiting${total}`);
  await group.click();
  await expect.poll(filtersInUrl).toEqual([['status', '=', 'Waiting']]);
  await expect.poll(() => rows().count()).toBe(total);
});

test('a view is kept under a name, and columns as they were chosen', async () => {
  await openList(`${TASKS}?q=boat`);
  await desk.page.getByRole('button', { name: 'Saved views' }).click();
  await desk.page.getByRole('menuitem', { name: 'Save this view' }).click();
  await desk.page.getByLabel('Name').fill('Boats');
  await desk.page.keyboard.press('Enter');
  await desk.page.getByText('View “Boats” is saved').waitFor();
  const head = desk.page.locator('th button', { hasText: 'Status' });
  await head.focus();
  await desk.page.keyboard.press('Control+ArrowRight');
  await openList();
  expect(await desk.page.locator('th').nth(2).textContent()).not.toContain('Status');
  await desk.page.getByRole('button', { name: 'Saved views' }).click();
  await desk.page.getByRole('menuitem', { name: 'Boats' }).click();
  await expect.poll(() => new URL(desk.page.url()).searchParams.get('q')).toBe('boat');
});

test('a list is opened again as it was left, on every browser, until that is taken away', async () => {
  const filters = [['status', '=', 'Waiting']];
  await openList(`${TASKS}?sort=subject+asc`);
  await desk.page.getByRole('search').getByLabel('Status').selectOption('Waiting');
  await expect.poll(filtersInUrl).toEqual(filters);
  const total = await totalOf(filters);
  const kept = async () =>
    JSON.stringify((await world.app.json('GET', '/api/v1/settings/user/Task%20Item')).body).includes('Waiting');
  await expect.poll(kept).toBe(true);
  await desk.open('/app');
  await desk.page.getByRole('link', { name: 'Task Item' }).first().click();
  await expect.poll(filtersInUrl).toEqual(filters);
  await expect.poll(() => rows().count()).toBe(total);
  expect(await desk.page.locator('th[aria-sort="ascending"]').textContent()).toContain('Subject');

  const other = await world.desk();
  await other.open(TASKS);
  // A browser that never had it asks the server what was kept.
  await expect.poll(() => other.page.locator('tr[data-row]').count(), { timeout: 10_000 }).toBe(total);
  await other.page.context().close();

  // What an address says is what is shown.
  await openList(`${TASKS}?q=boat`);
  expect(filtersInUrl()).toEqual([]);

  await openList();
  await expect.poll(filtersInUrl).toEqual(filters);
  await desk.page.getByRole('search').getByLabel('Status').selectOption('');
  await expect.poll(filtersInUrl).toEqual([]);
  await desk.page.getByRole('button', { name: 'Saved views' }).click();
  await desk.page.getByRole('menuitem', { name: 'Everything' }).click();
  await expect.poll(() => new URL(desk.page.url()).search).toBe('');
  await desk.open('/app');
  await openList();
  expect(new URL(desk.page.url()).search).toBe('');
});

test('a card of a board is moved with keys', async () => {
  await desk.open(`${TASKS}?view=kanban`);
  const open = desk.page.getByRole('region', { name: /^Open,/ });
  const card = open.locator('[data-card]').first();
  await card.waitFor();
  const name = (await card.getAttribute('data-card')) as string;
  await card.focus();
  await desk.page.keyboard.press('Control+ArrowRight');
  await desk.page
    .getByRole('region', { name: /^In Progress,/ })
    .locator(`[data-card="${name}"]`)
    .waitFor();
  expect((await world.app.json('GET', `${REST}/${name}`)).body.status).toBe('In Progress');
  await expect.poll(() => desk.page.evaluate(() => document.activeElement?.getAttribute('data-card'))).toBe(name);
});

test('what matches nothing names what was asked for', async () => {
  await desk.open(`${TASKS}?q=zzzz`);
  await desk.page.getByText('No Task Item matches').waitFor();
  await desk.page.getByRole('button', { name: 'Clear all' }).click();
  await rows().first().waitFor();
});
test('a list of two thousand more goes on to its end', { timeout: 120_000 }, async () => {
  for (let part = 0; part < 2; part += 1) {
    const docs = Array.from({ length: 1000 }, (_, at) => ({
      subject: `Many ${part * 1000 + at}`,
      task_list: 'Hiring',
    }));
    const { status } = await world.app.json('POST', `${REST}/bulk`, { action: 'insert', docs });
    expect(status).toBe(200);
  }
  const filters = [['subject', 'like', 'Many %']];
  await openList(`${TASKS}?filters=${encodeURIComponent(JSON.stringify(filters))}&sort=name+asc`);
  const grid = desk.page.getByRole('grid');
  const last = desk.page.locator('tr[data-row="1999"]');
  for (let tries = 0; tries < 120 && (await last.count()) === 0; tries += 1) {
    await grid.evaluate((table) => {
      const box = table.closest('[data-scroller]') as HTMLElement;
      box.scrollTop = box.scrollHeight;
    });
    await desk.page.waitForTimeout(60);
  }
  await last.waitFor();
  // Only what is on the screen is drawn.
  expect(await rows().count()).toBeLessThan(80);
});

test('rows stay when the next page fails; it is asked for at the next scroll or by the button, and not without end', {
  timeout: 60_000,
}, async () => {
  const filters = [['subject', 'like', 'Many %']];
  let asked = 0;
  let isAway = true;
  await desk.page.route(/\/api\/v1\/Task%20Item\?.*cursor=[^&]/, async (route) => {
    asked += 1;
    const problem = { type: '/problems/conflict', title: 'No', status: 409, detail: 'The shelf is empty.' };
    if (isAway)
      await route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify(problem) });
    else await route.continue();
  });
  await openList(`${TASKS}?filters=${encodeURIComponent(JSON.stringify(filters))}&sort=name+asc`);
  const scroll = (top: number) =>
    desk.page.locator('[data-scroller]').evaluate((box, to) => box.scrollTo({ top: to }), top);
  await scroll(1e6);
  await desk.page.getByText('More could not be loaded: The shelf is empty.').waitFor();
  expect(await rows().count()).toBeGreaterThan(5);
  await desk.page.waitForTimeout(500);
  const once = asked;
  expect(once).toBeLessThan(5);
  await scroll(0);
  await scroll(1e6);
  await expect.poll(() => asked).toBeGreaterThan(once);
  await desk.page.getByText('More could not be loaded').waitFor();
  isAway = false;
  await desk.page.getByRole('button', { name: 'Try again' }).click();
  await desk.page.locator('tr[data-row="60"]').waitFor();
  await desk.page.unrouteAll();
});
