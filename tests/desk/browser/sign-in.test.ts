/** Coming in: what is refused and how it is said, the second step, providers, and a session that ends while one works. */
import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN_PASSWORD, type UserClient } from '../../support/app.ts';
import { openWorld, type World } from './world.ts';

const PASSWORD = 'a quiet lake at dawn';
let world: World;
let ada: UserClient;

beforeAll(async () => {
  world = await openWorld();
  ada = await world.app.user({ name: 'ada', roles: ['Task User'], password: PASSWORD, fields: { first_name: 'Ada' } });
  const provider = {
    provider_name: 'Acme',
    client_id: 'x',
    client_secret: 'y',
    base_url: 'https://id.acme.test',
    enable_social_login: 1,
  };
  await world.app.json('POST', '/api/v1/Social%20Login%20Key', provider);
});

afterAll(() => world?.close());

/** As when it has run out, while the pages stand still: what a page asks by itself would be refused before what one does. */
const endSession = async (page: Page): Promise<void> => {
  for (const each of page.context().pages()) await each.waitForLoadState('networkidle');
  await page.context().clearCookies();
};

test('who is not signed in is asked to, without a refusal before; a reload knows who has come in', async () => {
  const { page, open } = await world.desk({ user: '' });
  const refused: string[] = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
  page.on('response', (response) => response.status() >= 400 && refused.push(response.url()));
  await open('/login');
  await open('/app/task-item/list');
  await page.getByLabel('Name or mail address').fill('ada');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password', { exact: true }).press('Enter');
  await page.locator('tr[data-row]').first().waitFor();
  await page.goto(`${world.app.url}/docs`);
  await page.goBack();
  await page.locator('tr[data-row]').first().waitFor();
  await page.reload();
  await page.locator('tr[data-row]').first().waitFor();
  expect(refused).toEqual([]);
  await page.context().close();
});

test('what is refused is said, Caps Lock too, and a lock tells how long it takes', async () => {
  const { page, open, axe } = await world.desk({ user: '', width: 320 });
  await open('/login?redirect_to=%2Fapp%2Ftask-item%2Flist');
  expect(await page.evaluate('document.activeElement.id')).toBe('user');
  expect(await page.getByLabel('Name or mail address').getAttribute('autocomplete')).toBe('username');
  expect(await page.getByLabel('Password', { exact: true }).getAttribute('autocomplete')).toBe('current-password');
  await page.getByLabel('Name or mail address').fill('nobody-we-know');
  const box = page.getByLabel('Password', { exact: true });
  await box.fill('wrong');
  await page.getByRole('button', { name: 'Show what is typed' }).click();
  expect(await box.getAttribute('type')).toBe('text');
  await box.focus();
  await page.evaluate(`window.dispatchEvent(new KeyboardEvent('keydown', { key: 'A', modifierCapsLock: true }))`);
  await page.getByText('Caps Lock is on.').first().waitFor();
  await box.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'wrong' }).waitFor();
  expect(await axe()).toEqual([]);
  for (let attempt = 0; attempt < 30; attempt++)
    await world.app.anonymous.json('POST', '/api/v1/auth/login', { user: 'nobody-we-know', password: 'wrong' });
  await box.press('Enter');
  await page.getByRole('button', { name: /Try again in \d+ s/ }).waitFor();
  await page.getByRole('alert').filter({ hasText: 'Too many attempts' }).waitFor();
  expect(await axe()).toEqual([]);
});

test('a provider is offered with the way back, and a forgotten password has one too', async () => {
  const { page, open, axe } = await world.desk({ user: '' });
  await open('/login?redirect_to=%2Fapp%2Ftask-item%2Flist');
  const link = page.getByRole('link', { name: 'Sign in with Acme' });
  expect(await link.getAttribute('href')).toBe('/api/v1/auth/oauth/acme/start?redirect_to=%2Fapp%2Ftask-item%2Flist');
  await page.getByLabel('Name or mail address').fill('ada');
  await page.getByRole('button', { name: 'Forgot your password?' }).click();
  expect(await page.getByLabel('Name or mail address').inputValue()).toBe('ada');
  expect(await axe()).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'a mail is on its way' }).waitFor();
  await page.getByRole('button', { name: 'Back to the sign-in' }).click();
  await page.getByRole('heading', { name: 'Sign in to Framework M' }).waitFor();
});

test('a sign-in with a provider that fails leads back here and says why', async () => {
  const { page, axe } = await world.desk({ user: '' });
  await page.goto(`${world.app.url}/api/v1/auth/oauth/acme/callback?state=forged&code=x`);
  await page.waitForURL('**/login?failed=bad_request');
  await page.getByRole('alert').filter({ hasText: 'did not confirm who you are' }).waitFor();
  expect(await axe()).toEqual([]);
  const asked = await world.app.anonymous.json('GET', '/api/v1/auth/oauth/acme/callback?state=forged&code=x');
  expect([asked.status, asked.body.title]).toEqual([400, 'Bad request']);
});

test('a second factor is asked for; a wrong code does not lead back to the password', async () => {
  const enrolled = await ada.json('POST', '/api/v1/auth/totp', { password: PASSWORD });
  const codes = new TOTP({ secret: enrolled.body.secret });
  const confirmed = await ada.json('POST', '/api/v1/auth/totp/confirm', { otp: codes.generate() });
  const { page, open, axe } = await world.desk({ user: '' });
  await open('/app/task-item/list?q=milk');
  await page.getByLabel('Name or mail address').fill('ada');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  const code = page.getByLabel('Code of your app');
  await code.waitFor();
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  expect(await page.evaluate('document.activeElement.id')).toBe('otp');
  expect(await axe()).toEqual([]);
  await page.keyboard.type('000000');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await code.fill(confirmed.body.recovery_codes[0]);
  await code.press('Enter');
  await page.waitForURL('**/app/task-item/list?q=milk');
});

test('a session that ends while somebody types costs nothing: the save goes on after the sign-in', async () => {
  const { page, open, axe, complaints } = await world.desk();
  await open('/app/task-list/new');
  await page.getByLabel('Title').fill('Typed before the end');
  await endSession(page);
  await page.keyboard.press('Control+s');
  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await dialog.waitFor();
  expect(await axe()).toEqual([]);
  await page.keyboard.press('Escape');
  expect(await dialog.isVisible()).toBe(true);
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Password', { exact: true }).fill(ADMIN_PASSWORD);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.waitForURL('**/app/task-list/detail/*');
  await page.getByRole('heading', { level: 1, name: 'Typed before the end' }).waitFor();
  expect(complaints).toEqual([]);
});

test('signing in again in one tab brings the other one back', async () => {
  const { page, open } = await world.desk();
  await open('/app/task-list/new');
  await page.getByLabel('Title').fill('In two tabs');
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByLabel('Title').fill('The other one');
  await endSession(page);
  for (const each of [page, other]) await each.keyboard.press('Control+s');
  await other.getByRole('dialog', { name: 'Sign in again' }).waitFor();
  await page.getByLabel('Password', { exact: true }).fill(ADMIN_PASSWORD);
  await page.getByLabel('Password', { exact: true }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'In two tabs' }).waitFor();
  await other.getByRole('heading', { level: 1, name: 'The other one' }).waitFor();
});
