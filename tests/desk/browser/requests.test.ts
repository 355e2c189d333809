/**
 * What a page asks the server for when it is opened: each thing once, a list only for the rows that it will show, and
 * after a cut only what may be another by then.
 */
import type { WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

const TASKS = '/app/task-item/list';
const WAITING = '[["status","=","Waiting"]]';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 180_000);
afterAll(() => world?.close());

/** Addresses that begin so, as they are asked for. */
function asked({ page }: Desk, beginning: string): URL[] {
  const urls: URL[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (decodeURIComponent(url.pathname).startsWith(beginning)) urls.push(url);
  });
  return urls;
}

async function keep(room: string, value: unknown): Promise<void> {
  const settings = { settings: { rooms: { [room]: { value, at: Date.now() } } } };
  const { status } = await world.app.json('PUT', '/api/v1/settings/user/Task%20Item', settings);
  expect(status).toBe(200);
}

it('a browser that has kept nothing itself asks for the rows that were kept, and for no others', async () => {
  await keep('list-last', { filters: WAITING, sort: 'subject desc' });
  const desk = await world.desk();
  const lists = asked(desk, '/api/v1/Task Item');
  // However late the answer is.
  await desk.page.route('**/api/v1/settings/user/Task%20Item', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await route.continue();
  });
  await desk.open(TASKS);
  await desk.page.locator('tr[data-row]').first().waitFor();
  await desk.page.waitForTimeout(1_500);
  expect(lists.map(({ searchParams }) => [searchParams.get('filters'), searchParams.get('order_by')])).toEqual([
    [WAITING, 'subject desc'],
  ]);
  expect(desk.complaints).toEqual([]);
  await desk.page.context().close();
});

it('a list is there although what was kept cannot be had', async () => {
  const desk = await world.desk();
  await desk.page.route('**/api/v1/settings/user/Task%20Item', (route) => route.abort());
  await desk.open(TASKS);
  await desk.page.locator('tr[data-row]').first().waitFor();
  expect(new URL(desk.page.url()).search).toBe('');
  await desk.page.context().close();
});

describe('what concerns the user', () => {
  const MINE = ['activity/assigned-to-me', 'activity/mentions', 'settings/workspaces'];
  const times = (urls: readonly URL[]) =>
    MINE.map((path) => urls.filter(({ pathname }) => pathname === `/api/v1/${path}`).length);

  it.each(['/app', TASKS, '/app/task-item/new', '/app/workspace/tasks'])(
    'is asked for once by %s, and again by a page that is loaded anew',
    async (path) => {
      const desk = await world.desk();
      const all = asked(desk, '/api/');
      const lists = () =>
        all.filter((url) => url.pathname === '/api/v1/Task%20Item' && url.searchParams.has('order_by'));
      await desk.open(path);
      await desk.page.waitForTimeout(1_500);
      expect(times(all)).toEqual([1, 1, 1]);
      if (path === TASKS) expect(lists()).toHaveLength(1);
      const definitions = all.map(({ pathname }) => pathname).filter((asked) => asked.startsWith('/api/meta/'));
      expect(definitions).toEqual([...new Set(definitions)]);
      await desk.page.reload();
      await desk.page.waitForTimeout(2_000);
      expect(times(all)).toEqual([2, 2, 2]);
      if (path === TASKS) expect(lists()).toHaveLength(2);
      expect(desk.complaints).toEqual([]);
      await desk.page.context().close();
    },
  );

  it('is asked for once after signing in', async () => {
    await world.app.user({
      name: 'signer@requests.test',
      password: 'a long enough passphrase',
      roles: ['System Manager'],
    });
    const desk = await world.desk({ user: '' });
    const all = asked(desk, '/api/v1/');
    await desk.open('/login');
    await desk.page.getByLabel('Name or mail address').fill('signer@requests.test');
    await desk.page.getByLabel('Password', { exact: true }).fill('a long enough passphrase');
    await desk.page.keyboard.press('Enter');
    await desk.page.getByRole('heading', { level: 1 }).first().waitFor();
    await desk.page.waitForURL('**/app');
    await desk.page.waitForTimeout(1_500);
    expect(times(all)).toEqual([1, 1, 1]);
    await desk.page.context().close();
  });

  it('is asked for after a cut only if there was something meanwhile', async () => {
    const desk = await world.desk();
    const all = asked(desk, '/api/v1/');
    const connections: WebSocketRoute[] = [];
    let isAway = false;
    await desk.page.routeWebSocket(/\/api\/v1\/stream/, async (route) => {
      connections.push(route);
      if (isAway) await route.close({ code: 1001 });
      else route.connectToServer();
    });
    const cut = () => connections.at(-1)?.close({ code: 1011 });
    await desk.open(TASKS);
    await desk.page.waitForTimeout(1_500);
    expect(times(all)).toEqual([1, 1, 1]);
    await cut();
    await expect.poll(() => connections.length, { timeout: 10_000 }).toBe(2);
    await desk.page.waitForTimeout(1_500);
    expect(times(all)).toEqual([1, 1, 1]);

    isAway = true;
    await cut();
    await expect.poll(() => connections.length, { timeout: 10_000 }).toBeGreaterThan(2);
    const other = await world.app.user({ name: 'giver@requests.test', roles: ['System Manager'] });
    const [task] = (await world.app.json('GET', '/api/v1/Task%20Item?limit=1')).body.items;
    const path = `/api/v1/Task%20Item/${task.name}/assignments`;
    const { status, text } = await other.json('POST', path, { user: 'Administrator' });
    expect(status, text).toBeLessThan(300);
    isAway = false;
    await expect.poll(() => times(all), { timeout: 30_000 }).toEqual([2, 2, 1]);
    await desk.page.waitForTimeout(1_500);
    expect(times(all)).toEqual([2, 2, 1]);
    await desk.page.context().close();
  });
});
