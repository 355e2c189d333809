/** What somebody has made of the desk in one browser is there in the next one; what they share, others find. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
const desks: Desk[] = [];

beforeAll(async () => {
  world = await openWorld();
  for (const name of ['ina', 'udo']) await world.app.user({ name: `${name}@x.org`, roles: ['System Manager'] });
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

const LIST = '/app/task-item/list';
const heads = async ({ page }: Desk) => (await page.locator('th').allTextContents()).map((text) => text.trim());

it('columns as they were ordered are so in the next browser, and nobody else’s', async () => {
  const first = await desk({ user: 'ina@x.org' });
  await first.open(LIST);
  const usual = await heads(first);
  const head = first.page.locator('th button', { hasText: 'Status' });
  await head.focus();
  await first.page.keyboard.press('Control+ArrowRight');
  await expect.poll(() => heads(first), { timeout: 10_000 }).not.toEqual(usual);
  const mine = await heads(first);
  await expect
    .poll(async () => (await (await world.app.as('ina@x.org')).json('GET', '/api/v1/settings/user/Task%20Item')).text, {
      timeout: 10_000,
    })
    .toContain('"list"');
  const second = await desk({ user: 'ina@x.org' });
  await second.open(LIST);
  await expect.poll(() => heads(second), { timeout: 10_000 }).toEqual(mine);
  const other = await desk({ user: 'udo@x.org' });
  await other.open(LIST);
  await other.page.locator('[data-row]').first().waitFor();
  expect(await heads(other)).toEqual(usual);
  expect([...first.complaints, ...second.complaints, ...other.complaints]).toEqual([]);
});

it('what is chosen while the server is away is kept, and sent when it is back', async () => {
  const { page, open } = await desk({ user: 'udo@x.org' });
  await open(LIST);
  await page.locator('[data-row]').first().waitFor();
  await page.route('**/api/v1/settings/user/**', (route) => route.abort());
  await page.locator('th button', { hasText: 'Status' }).focus();
  await page.keyboard.press('Control+ArrowRight');
  await page.waitForTimeout(1_500);
  await page.unroute('**/api/v1/settings/user/**');
  await page.reload();
  await expect
    .poll(async () => (await (await world.app.as('udo@x.org')).json('GET', '/api/v1/settings/user/Task%20Item')).text, {
      timeout: 10_000,
    })
    .toContain('"list"');
});

it('a view is kept for its owner, and shared when they say so', async () => {
  const [ina, udo] = [await desk({ user: 'ina@x.org' }), await desk({ user: 'udo@x.org' })];
  const keep = async (name: string, isShared: boolean) => {
    await ina.page.getByRole('button', { name: /^Saved view/ }).click();
    await ina.page.getByRole('menuitem', { name: 'Save this view' }).click();
    await ina.page.getByLabel('Name').fill(name);
    if (isShared) await ina.page.getByLabel('Share it with everybody who may see these').check();
    expect(await ina.axe()).toEqual([]);
    await ina.page.getByRole('button', { name: 'Save', exact: true }).click();
    await ina.page.getByText(`View “${name}” is saved`).waitFor();
  };
  await ina.open(`${LIST}?q=boat`);
  await keep('My boats', false);
  await ina.open(`${LIST}?q=house&sort=${encodeURIComponent('title desc')}`);
  await keep('Our houses', true);
  await udo.open(LIST);
  await udo.page.getByRole('button', { name: 'Saved views' }).click();
  await udo.page.getByRole('menuitem', { name: 'Our houses' }).waitFor();
  expect(await udo.page.getByRole('menuitem', { name: 'My boats' }).count()).toBe(0);
  await udo.page.getByRole('menuitem', { name: 'Our houses' }).click();
  await expect.poll(() => new URL(udo.page.url()).searchParams.get('q')).toBe('house');
  const again = await desk({ user: 'ina@x.org' });
  await again.open(LIST);
  await again.page.getByRole('button', { name: 'Saved views' }).click();
  await again.page.getByRole('menuitem', { name: 'My boats' }).click();
  await again.page.getByRole('button', { name: 'Saved view: My boats' }).click();
  await again.page.getByRole('menuitem', { name: 'Delete “My boats”' }).click();
  await again.page.getByText('View “My boats” is deleted').waitFor();
});

it('one’s password is changed in the settings, that of others at their user', { timeout: 90_000 }, async () => {
  const { page, open, axe, complaints } = await desk({ user: '' });
  await world.app.json('POST', '/api/v1/auth/users/udo@x.org/password', { new_password: 'harbour-lamp-77' });
  const login = (user: string, password: string) =>
    world.app.anonymous.json('POST', '/api/v1/auth/login', { user, password });
  await open('/login');
  await page.getByLabel('Name or mail address').fill('udo@x.org');
  await page.getByLabel('Password', { exact: true }).fill('harbour-lamp-77');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/app');
  await open('/app/settings');
  await page.getByRole('button', { name: 'Change my password' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Password until now').fill('not mine');
  await dialog.getByLabel('New password').fill('tall-ship-41-north');
  await dialog.getByRole('button', { name: 'Change it' }).click();
  await dialog.getByText('This is not your password').waitFor();
  expect(await axe()).toEqual([]);
  await dialog.getByLabel('Password until now').fill('harbour-lamp-77');
  await dialog.getByRole('button', { name: 'Change it' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect((await login('udo@x.org', 'tall-ship-41-north')).status).toBe(200);
  await open('/app/user/detail/ina@x.org');
  await page.getByRole('button', { name: 'Set a password' }).click();
  await dialog.getByLabel('Your own password').fill('tall-ship-41-north');
  await dialog.getByLabel('New password').fill('short');
  await dialog.getByRole('button', { name: 'Set it' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('New password').fill('green-door-93-east');
  await dialog.getByRole('button', { name: 'Set it' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect((await login('ina@x.org', 'green-door-93-east')).status).toBe(200);
  await open('/app/user/detail/Administrator');
  await page.getByRole('heading', { name: 'Assigned to' }).waitFor();
  expect(await page.getByRole('button', { name: 'Set a password' }).count()).toBe(0);
  expect(complaints).toEqual([]);
});
