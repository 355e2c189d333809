/** A saved view that the list of a DocType opens on: made so for oneself or for everybody, and taken back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeVisits, VISITS } from './visits.ts';
import { type Desk, openWorld, type World } from './world.ts';

const VIEWS = '/api/v1/Saved%20View';

let world: World;
let desk: Desk;

beforeAll(async () => {
  world = await openWorld();
  await makeVisits(world);
  await world.app.user({ name: 'reader@views.test', roles: ['Looker'] });
  await world.app.user({ name: 'newcomer@views.test', roles: ['Looker'] });
  desk = await world.desk();
}, 180_000);
afterAll(() => world?.close());

const searchOf = ({ page }: Desk) => Object.fromEntries(new URL(page.url()).searchParams);
const rows = ({ page }: Desk) => page.locator('tr[data-row]');
const queryOf = (filters: unknown[], more: object = {}) => ({ filters: JSON.stringify(filters), ...more });
const OPEN = queryOf([['status', '=', 'Open']]);
const PAID = queryOf([['is_paid', '=', true]], { sort: 'subject desc' });

async function openList(on: Desk): Promise<void> {
  await on.open(VISITS);
  await rows(on).first().waitFor();
}

async function choose(on: Desk, item: string): Promise<void> {
  await on.page.getByRole('button', { name: /^Saved view/ }).click();
  await on.page.getByRole('menuitem', { name: item, exact: true }).click();
}

async function makeView(label: string, query: object, more: object = {}): Promise<void> {
  const view = { label, for_doctype: 'Visit', kind: 'list', settings: { query }, ...more };
  const { status, text } = await world.app.json('POST', VIEWS, view);
  expect(status, text).toBe(201);
}

/** What the server keeps of the list for whoever it is. */
async function isKept(text: string): Promise<boolean> {
  return JSON.stringify((await world.app.json('GET', '/api/v1/settings/user/Visit')).body).includes(text);
}

it('opens the list for everybody until somebody looks at it in another way, and one’s own goes over it', async () => {
  await makeView('Open ones', OPEN, { is_shared: true, columns: [{ field: 'amount' }, { field: 'starts_on' }] });
  await makeView('Paid ones', PAID);
  await openList(desk);
  expect(searchOf(desk)).toEqual({});
  await choose(desk, 'Open ones');
  await expect.poll(() => searchOf(desk)).toEqual(OPEN);
  await choose(desk, 'Make it the default for everybody');
  await desk.page.getByText('The list opens on “Open ones”').waitFor();

  // Who has never looked at the list, in one request.
  const other = await world.desk({ user: 'reader@views.test' });
  const lists: string[] = [];
  other.page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/api/v1/Visit') lists.push(url.searchParams.get('filters') ?? '');
  });
  await openList(other);
  await expect.poll(() => searchOf(other)).toEqual(OPEN);
  expect(new Set(lists)).toEqual(new Set([OPEN.filters]));
  expect(await other.page.locator('thead th').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringContaining('Amount'), expect.stringContaining('Starts On')]),
  );
  expect(await other.page.locator('thead').textContent()).not.toContain('Status');
  // It is nobody's but a System Manager's to decide.
  await other.page.getByRole('button', { name: /^Saved view/ }).click();
  await other.page.getByRole('menuitem', { name: 'Make it my default' }).waitFor();
  expect(await other.page.getByRole('menuitem', { name: /everybody/ }).count()).toBe(0);
  // An open menu stands at the end of the page, in no landmark.
  expect((await other.axe()).filter((broken) => !broken.startsWith('region'))).toEqual([]);
  await other.page.getByRole('menuitem', { name: 'Everything' }).click();
  await expect.poll(() => searchOf(other)).toEqual({});
  await other.page.waitForTimeout(1_200);
  await openList(other);
  expect(searchOf(other)).toEqual({});
  // Chosen again, it is what the list opens on again.
  await choose(other, 'Open ones (default)');
  await other.page.waitForTimeout(1_200);
  await openList(other);
  await expect.poll(() => searchOf(other)).toEqual(OPEN);
  expect(other.complaints).toEqual([]);
  await other.page.context().close();

  await choose(desk, 'Paid ones');
  await expect.poll(() => searchOf(desk)).toEqual(PAID);
  await choose(desk, 'Make it my default');
  await desk.page.getByText('The list opens on “Paid ones”').waitFor();
  await expect.poll(() => isKept('list-default')).toBe(true);
  const again = await world.desk();
  await openList(again);
  await expect.poll(() => searchOf(again)).toEqual(PAID);
  // What an address says is what is shown.
  await again.open(`${VISITS}?q=depot`);
  await again.page.waitForTimeout(300);
  expect(searchOf(again)).toEqual({ q: 'depot' });
  await again.page.context().close();
});

it('is taken back as it was made', async () => {
  // Whichever of its answers comes first.
  for (let n = 0; n < 5; n++) {
    await openList(desk);
    await expect.poll(() => searchOf(desk)).toEqual(PAID);
  }
  await choose(desk, 'No longer my default');
  await desk.page.getByText('The list opens as you leave it').waitFor();
  await choose(desk, 'Open ones (default)');
  await choose(desk, 'No longer the default for everybody');
  await desk.page.getByText('is no longer the default for everybody').waitFor();
  const other = await world.desk({ user: 'newcomer@views.test' });
  await openList(other);
  expect(searchOf(other)).toEqual({});
  await other.page.context().close();
  expect(desk.complaints).toEqual([]);
});
