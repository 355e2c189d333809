/** What hangs on a document, by people who work on it together: said, assigned, tagged, shared, and told again. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { UserClient } from '../../support/app.ts';
import { ROOT } from '../../support/sources.ts';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
let ada: UserClient;
const desks: Desk[] = [];

beforeAll(async () => {
  world = await openWorld();
  const person = (name: string, first_name: string, last_name: string, roles: string[]) =>
    world.app.user({ name, roles, fields: { first_name, last_name } });
  ada = await person('ada@example.com', 'Ada', 'Lovelace', ['Sales Manager']);
  await person('ben@example.com', 'Ben', 'Okri', ['Sales User']);
  await person('nina@example.com', 'Nina', 'Gast', []);
}, 180_000);
afterEach(async () => {
  for (const { page } of desks.splice(0)) await page.context().close();
});
afterAll(() => world?.close());

async function desk(wish: Parameters<World['desk']>[0] = {}): Promise<Desk> {
  const made = await world.desk({ user: ada.user, ...wish });
  desks.push(made);
  return made;
}

async function newOrder(): Promise<string> {
  const { body: customers } = await ada.json('GET', '/api/v1/Customer?limit=1&order_by=name');
  const given = { customer: customers.items[0].name, items: [{ item: 'AF-D100', qty: 2 }] };
  const { body, status, text } = await ada.json('POST', '/api/v1/Sales%20Order', given);
  expect(status, text).toBe(201);
  return body.name;
}

const at = (name: string, part = ''): string => `/api/v1/Sales%20Order/${encodeURIComponent(name)}${part}`;
const form = (name: string): string => `/app/sales-order/detail/${encodeURIComponent(name)}`;
const info = async (name: string) => (await ada.json('GET', at(name, '/docinfo'))).body;
const timelineOf = (page: Page) => page.getByRole('region', { name: 'Activity' });
const panelOf = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const commentBox = (page: Page) => page.getByRole('textbox', { name: 'Write a comment' });

describe('a comment', () => {
  it('names somebody by keyboard, is seen by them, changed, deleted and brought back', async () => {
    const name = await newOrder();
    const { page, open, axe, complaints } = await desk();
    await open(form(name));
    await commentBox(page).focus();
    await page.keyboard.type('Please look, @ben');
    await page.getByRole('option', { name: /Ben Okri/ }).waitFor();
    expect(await axe(), 'with the list of people').toEqual([]);
    await page.keyboard.press('Enter');
    await expect.poll(() => commentBox(page).inputValue()).toBe('Please look, @Ben Okri ');
    await page.keyboard.type('<b>now</b>');
    await page.keyboard.press('Control+Enter');
    const mine = timelineOf(page).getByRole('article', { name: 'Comment of Ada Lovelace' });
    await mine.getByRole('button', { name: 'Edit comment' }).waitFor();
    expect(await commentBox(page).inputValue()).toBe('');
    await mine.getByText('<b>now</b>').waitFor();
    await mine.locator('[data-mention="ben@example.com"]', { hasText: '@Ben Okri' }).waitFor();
    const { items } = (await ada.json('GET', at(name, '/comments'))).body;
    expect(items.map((item: { mentions: string[] }) => item.mentions)).toEqual([['ben@example.com']]);

    const ben = await desk({ user: 'ben@example.com' });
    await ben.open(form(name));
    const theirs = timelineOf(ben.page).getByRole('article', { name: 'Comment of Ada Lovelace' });
    await theirs.getByText('Please look').waitFor();
    expect(await theirs.getByRole('button').count(), 'what is another’s cannot be changed').toBe(0);
    await commentBox(ben.page).fill('On it');
    await ben.page.keyboard.press('Control+Enter');
    // As it happens, without a reload.
    await timelineOf(page).getByRole('article', { name: 'Comment of Ben Okri' }).getByText('On it').waitFor();

    await mine.getByRole('button', { name: 'Edit comment' }).click();
    await page.keyboard.type(' Thanks.');
    await page.keyboard.press('Control+Enter');
    await mine.getByText('edited').waitFor();
    await mine.getByRole('button', { name: 'Delete comment' }).click();
    await mine.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await mine.getByText('Thanks.').waitFor();
    await mine.getByRole('button', { name: 'Delete comment' }).click();
    // Whoever leaves means it.
    await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link').last().click();
    await expect.poll(async () => (await info(name)).comments.total).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('that is refused comes back into the box', async () => {
    const name = await newOrder();
    const { page, open } = await desk();
    await open(form(name));
    await commentBox(page).fill('x'.repeat(50_001));
    await page.keyboard.press('Control+Enter');
    await timelineOf(page)
      .getByRole('alert')
      .getByText(/at most 50000 characters/)
      .waitFor();
    expect((await commentBox(page).inputValue()).length).toBe(50_001);
    expect((await info(name)).comments.total).toBe(0);
  });

  it('shows nothing that runs, whoever wrote it', async () => {
    const name = await newOrder();
    const content =
      '<p>Hello <img src="x" onerror="document.title=\'taken\'"><a href="javascript:alert(1)">there</a></p>';
    await ada.json('POST', at(name, '/comments'), { content });
    const { page, open } = await desk();
    await open(form(name));
    await timelineOf(page).getByText('there').waitFor();
    expect(await timelineOf(page).locator('a[href^="javascript"], [onerror]').count()).toBe(0);
    expect(await page.title()).not.toBe('taken');
  });

  it('says who cannot read it, and shares the document with them', async () => {
    const name = await newOrder();
    const { page, open } = await desk();
    await open(form(name));
    await commentBox(page).fill('Hi @nina@example.com');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Share it with them' }).click();
    await panelOf(page, 'Shared with').getByText('Nina Gast').waitFor();
    expect((await info(name)).shares).toMatchObject([{ user: 'nina@example.com', write: false }]);
  });
});

describe('the timeline', () => {
  it('tells what fields and rows were and became, and only comments or changes on demand', async () => {
    const name = await newOrder();
    await ada.json('PATCH', at(name), { po_no: 'PO-1' });
    const { body } = await ada.json('GET', at(name));
    await ada.json('PATCH', at(name), {
      po_no: 'PO-2',
      items: [
        { name: body.items[0].name, qty: 5 },
        { item: 'AF-D110', qty: 1 },
      ],
    });
    await ada.json('POST', at(name, '/comments'), { content: 'All said' });
    await ada.json('POST', at(name, '/submit'), {});
    const { page, open, axe } = await desk();
    await open(form(name));
    const list = timelineOf(page).getByRole('list', { name: 'Activity' });
    const change = list.getByRole('listitem').filter({ hasText: 'PO-2' }).first();
    await change.locator('del', { hasText: 'PO-1' }).first().waitFor();
    await change.locator('ins', { hasText: 'PO-2' }).first().waitFor();
    await change.getByText('Items, row 1 · Quantity').waitFor();
    await change.getByText(/row added: AF-D110/).waitFor();
    await list.getByText('Ada Lovelace submitted this').waitFor();
    expect(await axe()).toEqual([]);
    await timelineOf(page).getByRole('button', { name: 'Comments' }).click();
    await list.getByText('submitted this').waitFor({ state: 'detached' });
    await list.getByText('All said').waitFor();
    await timelineOf(page).getByRole('button', { name: 'Changes' }).click();
    await list.getByText('All said').waitFor({ state: 'detached' });
    await list.getByText('Ada Lovelace created this').waitFor();
  });

  it('goes back page by page', async () => {
    const name = await newOrder();
    for (let n = 1; n <= 24; n++) await ada.json('POST', at(name, '/comments'), { content: `Said ${n}` });
    const { page, open } = await desk();
    await open(form(name));
    await timelineOf(page).getByText('Said 24').waitFor();
    expect(await timelineOf(page).getByText('Said 1', { exact: true }).count()).toBe(0);
    await timelineOf(page).getByRole('button', { name: 'Show earlier' }).click();
    await timelineOf(page).getByText('Said 1', { exact: true }).waitFor();
    await timelineOf(page).getByText('created this').waitFor();
  });

  it('shows the document as it was, and brings values back into the form', async () => {
    const name = await newOrder();
    await ada.json('PATCH', at(name), { po_no: 'PO-1' });
    const { body } = await ada.json('GET', at(name));
    await ada.json('PATCH', at(name), {
      po_no: 'PO-2',
      items: [
        { name: body.items[0].name, qty: 5 },
        { item: 'AF-D110', qty: 1 },
      ],
    });
    const { page, open, axe } = await desk();
    await open(form(name));
    const list = timelineOf(page).getByRole('list', { name: 'Activity' });
    const first = list.getByRole('listitem').filter({ hasText: 'PO-1' }).filter({ hasNotText: 'PO-2' });
    await first.getByRole('button', { name: 'Show as it was' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1. AF-D100').first().waitFor();
    await dialog.getByText('2. AF-D110').waitFor();
    expect(await axe(), 'the version').toEqual([]);
    if (process.env.SHOTS) await page.screenshot({ path: path.join(ROOT, '.screenshots/activity-version.png') });
    await dialog.getByRole('button', { name: 'Bring these values back' }).click();
    await page.getByText('Not saved').first().waitFor();
    expect(await page.getByLabel('Customer’s Order Number').inputValue()).toBe('PO-1');
    await page.keyboard.press('Control+s');
    await expect.poll(async () => (await ada.json('GET', at(name))).body.po_no).toBe('PO-1');
    const { items } = (await ada.json('GET', at(name))).body;
    expect(items.map((row: { item: string; qty: number }) => [row.item, row.qty])).toEqual([['AF-D100', 2]]);
  });

  it('follows what is saved in the form', async () => {
    const name = await newOrder();
    const { page, open } = await desk();
    await open(form(name));
    await page.getByLabel('Customer’s Order Number').fill('PO-9');
    await page.keyboard.press('Control+s');
    await timelineOf(page).locator('ins', { hasText: 'PO-9' }).waitFor();
  });
});

describe('beside the form', () => {
  it('tags are put there, found again in the list, and taken away', async () => {
    const name = await newOrder();
    await newOrder();
    const { page, open, complaints } = await desk();
    await open(form(name));
    const panel = panelOf(page, 'Tags');
    await panel.getByRole('combobox', { name: 'Add a tag' }).fill('rush job');
    await page.getByRole('option', { name: /New tag/ }).waitFor();
    await page.keyboard.press('Enter');
    await panel.getByRole('link', { name: 'rush job' }).click();
    await page.waitForURL(/\/list\?/);
    await page.locator(`[role="grid"] a[href$="${name}"]`).first().waitFor();
    await expect.poll(() => page.getByRole('grid').getByRole('row').count()).toBe(2);
    await page.getByRole('button', { name: 'Tags: rush job', exact: true }).waitFor();
    await open(form(name));
    await panel.getByRole('button', { name: 'Take away the tag rush job' }).click();
    await expect.poll(async () => (await info(name)).tags).toEqual([]);
    await panel.getByRole('combobox').fill('a,b');
    await page.getByRole('option', { name: /New tag/ }).waitFor();
    await page.keyboard.press('Enter');
    await panel
      .getByRole('alert')
      .getByText(/without commas/)
      .waitFor();
    expect(complaints).toEqual([]);
  });

  it('work is assigned with a note and a date, done, and brought back', async () => {
    const name = await newOrder();
    const { page, open, axe } = await desk();
    await open(form(name));
    await page.getByRole('banner').getByText(name, { exact: true }).waitFor();
    const panel = panelOf(page, 'Assigned to');
    await panel.getByRole('button', { name: 'Assign' }).click();
    const dialog = page.getByRole('dialog');
    // Its first field has the focus, not the cross: who opened it goes on typing.
    await dialog.getByRole('combobox', { name: 'Assign to' }).and(page.locator(':focus')).waitFor();
    await dialog.getByRole('button', { name: 'Assign', exact: true }).click();
    await dialog.getByText('Choose at least one person.').waitFor();
    await dialog.getByRole('combobox', { name: 'Assign to' }).fill('Okri');
    await page.getByRole('option', { name: /Ben Okri/ }).waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Note').fill('Check the prices');
    expect(await axe(), 'the dialog').toEqual([]);
    await dialog.getByRole('button', { name: 'Assign', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await panel.getByText('Ben Okri').waitFor();
    await panel.getByText('Check the prices').waitFor();
    await timelineOf(page).getByText('Ada Lovelace assigned this to Ben Okri').waitFor();
    const ben = await desk({ user: 'ben@example.com' });
    await ben.open(form(name));
    await panelOf(ben.page, 'Assigned to').getByRole('button', { name: 'Assignment of Ben Okri' }).click();
    await ben.page.getByRole('menuitem', { name: 'Done' }).click();
    await expect.poll(async () => (await info(name)).assignments.length).toBe(0);
    await ben.page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await info(name)).assignments.length).toBe(1);
  });

  it('what they may not read is shared with them on the way', async () => {
    const name = await newOrder();
    const { page, open } = await desk();
    await open(form(name));
    await panelOf(page, 'Assigned to').getByRole('button', { name: 'Assign' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Assign to' }).fill('Nina');
    await page.getByRole('option', { name: /Nina Gast/ }).waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Assign', exact: true }).click();
    await dialog
      .getByRole('alert')
      .getByText(/may read this document/)
      .waitFor();
    await dialog.getByRole('button', { name: 'Share and assign' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await info(name)).toMatchObject({
      assignments: [{ allocated_to: 'nina@example.com' }],
      shares: [{ user: 'nina@example.com' }],
    });
  });

  it('a share lets somebody in, gives more, and ends; who may only read has no dead buttons', async () => {
    const name = await newOrder();
    const [{ page, open }, nina] = [await desk(), await desk({ user: 'nina@example.com' })];
    await nina.open(form(name));
    await nina.page.getByRole('heading', { level: 1, name: /not/i }).waitFor();
    await open(form(name));
    const panel = panelOf(page, 'Shared with');
    await panel.getByRole('button', { name: 'Share', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Share with' }).fill('Nina');
    await page.getByRole('option', { name: /Nina Gast/ }).waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Share', exact: true }).click();
    await panel.getByText('Nina Gast').waitFor();

    await nina.open(form(name));
    await commentBox(nina.page).waitFor();
    const aside = nina.page.getByRole('complementary', { name: 'About this document' });
    await aside.getByRole('button', { name: 'Like', exact: true }).click();
    await aside.getByText('1 like').waitFor();
    expect(await aside.getByRole('combobox', { name: 'Add a tag' }).count()).toBe(0);
    expect(await aside.getByRole('button', { name: 'Share', exact: true }).count()).toBe(0);

    await panel.getByRole('button', { name: /Rights of Nina Gast/ }).click();
    await page.getByRole('menuitem', { name: 'May write' }).click();
    await panel.getByText('read, write').waitFor();
    await expect.poll(async () => (await info(name)).shares[0].write).toBe(true);
    await panel.getByRole('button', { name: 'Stop sharing with Nina Gast' }).click();
    await panel.getByText('Nobody in particular.').waitFor();
    await nina.page.reload();
    await nina.page.getByRole('heading', { level: 1, name: /not/i }).waitFor();
  });

  it('connections lead to the list, and to a new document that has the link', async () => {
    const name = await newOrder();
    const { customer } = (await ada.json('GET', at(name))).body;
    const { page, open } = await desk();
    const address = `/app/customer/detail/${encodeURIComponent(customer)}`;
    await open(address);
    const panel = panelOf(page, 'Connections');
    await panel.getByRole('link', { name: /^Sales Order \d/ }).click();
    await page.waitForURL(/sales-order\/list\?/);
    await page.locator(`[role="grid"] a[href$="${name}"]`).first().waitFor();
    await open(address);
    await panel.getByRole('link', { name: 'New Sales Order for this' }).click();
    await page.waitForURL(/sales-order\/new/);
    await expect.poll(() => page.getByRole('combobox', { name: 'Customer', exact: true }).inputValue()).not.toBe('');
    expect(await page.getByRole('region', { name: 'Activity' }).count(), 'nothing hangs on a new document').toBe(0);
  });
});

describe('the recycle bin', () => {
  it('gives a document back, with what hangs on it', async () => {
    const name = await newOrder();
    await ada.json('POST', at(name, '/comments'), { content: 'Still here' });
    expect((await ada.json('DELETE', at(name))).status).toBe(204);
    const filters = JSON.stringify([['deleted_name', '=', name]]);
    const { body } = await world.app.json('GET', `/api/v1/Deleted%20Document?filters=${encodeURIComponent(filters)}`);
    const { page, open, axe } = await desk({ user: 'Administrator' });
    await open(`/app/deleted-document/detail/${body.items[0].name}`);
    await page.getByRole('button', { name: `Restore ${name}` }).click();
    await page
      .getByRole('link', { name: `Restored as ${name}` })
      .and(page.locator(':focus'))
      .waitFor();
    expect(await axe()).toEqual([]);
    await page.getByRole('link', { name: `Restored as ${name}` }).click();
    await timelineOf(page).getByText('Still here').waitFor();
    await page.getByRole('complementary', { name: 'About this document' }).getByText('Ada Lovelace').first().waitFor();
  });
});

describe('a list', () => {
  it('assigns and tags what is chosen, and says what was refused', async () => {
    const names = [await newOrder(), await newOrder()];
    const { page, open, axe } = await desk();
    await open(`/app/sales-order/list?filters=${encodeURIComponent(JSON.stringify([['name', 'in', names]]))}`);
    await expect.poll(() => page.getByRole('grid').getByRole('row').count()).toBe(3);
    const choose = async (command: string) => {
      await page.keyboard.press('Control+a');
      await page.getByRole('button', { name: 'Actions' }).click();
      await page.getByRole('menuitem', { name: command }).click();
    };
    await choose('Assign …');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Assign to' }).fill('Okri');
    await page.getByRole('option', { name: /Ben Okri/ }).waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Assign', exact: true }).click();
    await page.getByRole('status').getByText('2 documents assigned').waitFor();
    for (const name of names)
      expect((await info(name)).assignments).toMatchObject([{ allocated_to: 'ben@example.com' }]);
    await choose('Add tags …');
    await dialog.getByRole('combobox', { name: 'Add a tag' }).fill('both');
    await page.getByRole('option', { name: /New tag/ }).waitFor();
    await page.keyboard.press('Enter');
    expect(await axe(), 'the tags').toEqual([]);
    await dialog.getByRole('button', { name: 'Add tags' }).click();
    await page.getByRole('status').getByText('2 documents tagged').waitFor();
    for (const name of names) expect((await info(name)).tags).toEqual(['both']);
    await choose('Assign …');
    await dialog.getByRole('combobox', { name: 'Assign to' }).fill('Nina');
    await page.getByRole('option', { name: /Nina Gast/ }).waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Assign', exact: true }).click();
    await page
      .getByRole('dialog', { name: '2 of 2 could not be done' })
      .getByText('Share it with them first.')
      .first()
      .waitFor();
  });
});

describe('the bell', () => {
  it('rings at once for who is mentioned, without being asked again and again', async () => {
    const name = await newOrder();
    const ben = await desk({ user: 'ben@example.com' });
    let asked = 0;
    ben.page.on('request', (request) => {
      if (request.url().includes('/activity/mentions')) asked += 1;
    });
    await ben.open('/app');
    const bell = ben.page.getByRole('button', { name: /^Notifications/ });
    await bell.click();
    await ben.page.getByRole('dialog', { name: 'Notifications' }).waitFor();
    await ben.page.keyboard.press('Escape');
    await expect.poll(() => bell.getAttribute('aria-label')).toBe('Notifications');
    await ben.page.waitForTimeout(500);
    const before = asked;
    await ada.json('POST', at(name, '/comments'), { content: 'Ring, @ben@example.com' });
    await ben.page.getByRole('button', { name: 'Notifications, 1 new' }).waitFor();
    expect(asked).toBe(before + 1);
    await bell.click();
    await ben.page.getByText('Ada Lovelace mentioned you in').first().waitFor();
    await ben.page.getByText('Ring,').waitFor();
    expect(ben.complaints).toEqual([]);
  });
});

describe('a form with all of it', () => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
    ['dark', 320],
  ] as const)('breaks no rule of access in %s at %i px', async (theme, width) => {
    const name = await newOrder();
    await ada.json('PATCH', at(name), { po_no: 'PO-1', terms: 'Ex works. '.repeat(20) });
    await ada.json('PATCH', at(name), { terms: `Free on board. ${'Ex works. '.repeat(19)}` });
    await ada.json('POST', at(name, '/comments'), {
      content:
        '<p>Look at <a href="https://example.com">this</a>, <span data-mention="ben@example.com">@Ben Okri</span></p>',
    });
    await ada.json('POST', at(name, '/assignments'), {
      user: 'ben@example.com',
      description: 'Check it',
      date: '2020-01-02',
    });
    await ada.json('POST', at(name, '/tags'), { tags: ['Urgent', 'Export'] });
    await ada.json('POST', '/api/v1/share', { doctype: 'Sales Order', name, user: 'nina@example.com', write: true });
    await ada.json('PUT', at(name, '/like'));
    const { page, open, axe, complaints } = await desk({ theme, width });
    await open(form(name));
    await timelineOf(page).getByText('created this').waitFor();
    await timelineOf(page).locator('ins', { hasText: 'Free' }).waitFor();
    expect(await axe()).toEqual([]);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    if (process.env.SHOTS) {
      await mkdir(path.join(ROOT, '.screenshots'), { recursive: true });
      await page.screenshot({ path: path.join(ROOT, `.screenshots/activity-${theme}-${width}.png`), fullPage: true });
    }
  });
});
