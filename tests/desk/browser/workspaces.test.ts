/** Workspaces: those of the demo, one that somebody makes, what others see of it, and that it is seen at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;

const LEFT_SHORTCUTS = [
  { type: 'DocType', link_to: 'Sales Order', label: 'All the orders' },
  {
    type: 'DocType',
    link_to: 'Task Item',
    label: 'Things to do',
    stats_filter: '{"status":"Open"}',
    format: '{} open',
  },
  { type: 'URL', url: 'https://example.com/help', label: 'Handbook' },
];
const LINKS = [
  { type: 'Card Break', label: 'Selling desk' },
  { type: 'Link', link_to: 'Customer', label: 'Our customers' },
  { type: 'Card Break', label: 'Doing' },
  { type: 'Link', link_to: 'Task List', label: 'Lists of tasks' },
];

beforeAll(async () => {
  world = await openWorld();
  await world.app.user({ name: 'mia', roles: ['Workspace Manager', 'Sales User'], fields: { first_name: 'Mia' } });
  await world.app.user({ name: 'tom', roles: [], fields: { first_name: 'Tom' } });
  const morning = {
    title: 'Morning',
    public: true,
    icon: 'house',
    sequence_id: 3,
    shortcuts: LEFT_SHORTCUTS,
    links: LINKS,
  };
  expect((await world.app.json('POST', '/api/v1/Workspace', morning)).status).toBe(201);
});

afterAll(() => world?.close());

const navOf = ({ page }: Desk) => page.getByRole('navigation', { name: 'Main' });
const mainOf = ({ page }: Desk) => page.getByRole('main');
async function shoot({ page }: Desk, name: string): Promise<void> {
  const folder = process.env.WORKSPACE_SHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

async function countOf(doctype: string, filters: unknown[]): Promise<number> {
  const query = `filters=${encodeURIComponent(JSON.stringify(filters))}`;
  return (await world.app.json('GET', `/api/v1/${encodeURIComponent(doctype)}/count?${query}`)).body.count;
}

describe('of the demo', () => {
  test('one leads by its shortcut to the documents that it counted', async () => {
    const desk = await world.desk();
    const { page, open, complaints } = desk;
    await open('/app');
    await mainOf(desk).getByRole('link', { name: 'Sales', exact: true }).waitFor();
    await navOf(desk).getByRole('link', { name: 'Sales', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/app/workspace/sales');
    await page.getByRole('heading', { level: 1, name: 'Sales', exact: true }).waitFor();
    const waiting = [['status', 'in', ['To Deliver', 'Partly Delivered']]];
    const count = await countOf('Sales Order', waiting);
    const shortcut = mainOf(desk).getByRole('link', { name: `Orders to deliver ${count} open` });
    await shortcut.waitFor();
    expect(await navOf(desk).locator('[aria-current="page"]').textContent()).toContain('Sales');
    await shoot(desk, 'sales-light');
    await shortcut.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === '/app/sales-order/list');
    expect(JSON.parse(new URL(page.url()).searchParams.get('filters') ?? '')).toEqual(waiting);
    await page.goBack();
    await mainOf(desk)
      .getByRole('link', { name: /^Opportunities by stage/ })
      .click();
    await page.waitForURL((url) => url.searchParams.get('view') === 'kanban');
    await page.goBack();
    await mainOf(desk).getByRole('link', { name: 'Settings' }).click();
    await page.waitForURL('**/app/sales-settings/detail/Sales%20Settings');
    expect(complaints).toEqual([]);
  });

  test('one is found by the palette; an address that is none says so', async () => {
    const desk = await world.desk();
    await desk.open('/app/workspace/nowhere');
    await desk.page.getByText('There is nothing here').waitFor();
    await desk.page.keyboard.press('Control+k');
    await desk.page.getByRole('dialog').locator('input').fill('tasks');
    await desk.page.getByRole('option', { name: /^Tasks Workspace/ }).waitFor();
    await desk.page.keyboard.press('Enter');
    await desk.page.waitForURL('**/app/workspace/tasks');
    await desk.open('/app/workspace/list');
    await desk.page.getByRole('heading', { level: 1, name: 'Workspace' }).waitFor();
    expect(desk.complaints).toEqual([]);
  });
});

describe('one for everybody', () => {
  test('shows each what they may read, and says nothing of the rest', async () => {
    const mia = await world.desk({ user: 'mia' });
    await mia.open('/app/workspace/morning');
    await mainOf(mia)
      .getByRole('link', { name: /^All the orders/ })
      .waitFor();
    await mainOf(mia).getByRole('heading', { name: 'Selling desk' }).waitFor();
    const tom = await world.desk({ user: 'tom' });
    await tom.open('/app/workspace/morning');
    const open = await countOf('Task Item', [['status', '=', 'Open']]);
    await mainOf(tom)
      .getByRole('link', { name: `Things to do ${open} open` })
      .waitFor();
    await mainOf(tom).getByRole('link', { name: 'Handbook' }).waitFor();
    expect(await mainOf(tom).getByRole('link').count()).toBe(3);
    expect(await tom.page.content()).not.toMatch(/All the orders|Selling desk|Our customers/);
    expect(await tom.page.getByRole('button', { name: 'Edit this workspace' }).count()).toBe(0);
    // Nothing in it is for him.
    expect(await navOf(tom).getByRole('link', { name: 'Sales', exact: true }).count()).toBe(0);
    await shoot(tom, 'morning-tom');
    expect([...mia.complaints, ...tom.complaints]).toEqual([]);
  });

  test('changes before the eyes of who has it open, and its counts follow what is written', async () => {
    const tom = await world.desk({ user: 'tom' });
    await tom.open('/app/workspace/morning');
    const open = await countOf('Task Item', [['status', '=', 'Open']]);
    await mainOf(tom)
      .getByRole('link', { name: `Things to do ${open} open` })
      .waitFor();
    // The stream is there a moment after the page.
    await tom.page.waitForTimeout(500);
    await world.app.json('PATCH', '/api/v1/Workspace/Morning', { title: 'Early hours' });
    await navOf(tom).getByRole('link', { name: 'Early hours' }).waitFor();
    await tom.page.getByRole('heading', { level: 1, name: 'Early hours' }).waitFor();
    const list = (await world.app.json('GET', '/api/v1/Task%20List?limit=1')).body.items[0].name;
    const made = await world.app.json('POST', '/api/v1/Task%20Item', {
      subject: 'One more',
      task_list: list,
      status: 'Open',
    });
    expect(made.status, made.text).toBe(201);
    await mainOf(tom)
      .getByRole('link', { name: `Things to do ${open + 1} open` })
      .waitFor();
    await world.app.json('PATCH', '/api/v1/Workspace/Morning', { title: 'Morning' });
    expect(tom.complaints).toEqual([]);
  });
});

test('somebody makes one of their own by keyboard, and fills it', async () => {
  const desk = await world.desk({ user: 'tom' });
  const { page, open, complaints } = desk;
  await open('/app');
  await navOf(desk).getByRole('link', { name: 'New workspace' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/app/workspace/new');
  await page.getByLabel('Title').first().waitFor();
  await page.getByLabel('Title').first().focus();
  await page.keyboard.type('My corner');
  await shoot(desk, 'new-form');
  await page.keyboard.press('Control+s');
  await page.waitForURL('**/app/workspace/detail/My%20corner-tom');
  await navOf(desk).getByRole('link', { name: 'My corner' }).waitFor();
  await page.getByRole('link', { name: 'Open the workspace' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Nothing is here yet').waitFor();
  await page.getByText('Only yours').waitFor();
  await shoot(desk, 'empty');
  expect(await desk.axe()).toEqual([]);
  await page.getByRole('button', { name: 'Fill this workspace' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/app/workspace/detail/My%20corner-tom');
  await page.getByRole('tab', { name: 'Shortcuts' }).click();
  await shoot(desk, 'shortcuts-form');
  await page.getByRole('button', { name: 'Add row to Shortcuts' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-cell="0:0"]').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type('task it');
  // Though he may not read DocTypes themselves, he is offered those that he knows.
  await page.locator('[role="option"][data-highlighted]', { hasText: 'Task Item' }).waitFor();
  await shoot(desk, 'row-choice');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.locator('[data-cell="0:1"]', { hasText: 'Task Item' }).waitFor();
  await page.keyboard.press('Control+s');
  await page.getByRole('link', { name: 'Open the workspace' }).click();
  await page.waitForURL('**/app/workspace/my-corner-tom');
  await mainOf(desk)
    .getByRole('link', { name: `Task Item ${await countOf('Task Item', [])}` })
    .waitFor();
  const mia = await world.desk({ user: 'mia' });
  await mia.open('/app/workspace/My%20corner-tom');
  await mia.page.getByText('There is nothing here').waitFor();
  expect(complaints).toEqual([]);
});

describe.each(['light', 'dark'] as const)('axe finds nothing, %s', (theme) => {
  test.each([1280, 375])('%i wide', async (width) => {
    const desk = await world.desk({ theme, width, height: width === 375 ? 700 : 800 });
    for (const path of ['/app/workspace/sales', '/app/workspace/tasks', '/app/workspace/morning', '/app']) {
      await desk.open(path);
      await mainOf(desk).getByRole('link').first().waitFor();
      await desk.page.waitForTimeout(300);
      await shoot(desk, `${path.split('/').at(-1)}-${theme}-${width}`);
      expect(await desk.axe(), path).toEqual([]);
      const [shown, whole] = await desk.page.evaluate<[number, number]>(
        '[document.documentElement.clientWidth, document.documentElement.scrollWidth]',
      );
      expect(whole, `${path} scrolls sideways`).toBeLessThanOrEqual(shown);
    }
    if (width === 375) {
      await desk.page.getByRole('button', { name: /Open the menu/ }).click();
      await desk.page.getByRole('dialog').getByRole('link', { name: 'Sales', exact: true }).waitFor();
      await shoot(desk, `drawer-${theme}`);
      expect(await desk.axe(), 'the drawer').toEqual([]);
      await desk.page.getByRole('dialog').getByRole('link', { name: 'Sales', exact: true }).click();
      await desk.page.waitForURL('**/app/workspace/sales');
    } else if (theme === 'light') {
      await desk.page.getByRole('button', { name: 'Fold the sidebar' }).click();
      await navOf(desk).getByRole('button', { name: 'Workspaces' }).click();
      await desk.page.getByRole('menuitem', { name: 'Tasks' }).click();
      await desk.page.waitForURL('**/app/workspace/tasks');
    }
    expect(desk.complaints).toEqual([]);
  });
});
