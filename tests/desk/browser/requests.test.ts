/** What a page asks the server for when it is opened: a list only for the rows that it will show. */
import { afterAll, beforeAll, expect, it } from 'vitest';
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
