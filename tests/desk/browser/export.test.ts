/** Exports from the list: what the file says is what the documents say, as far as they were listed, chosen and allowed. */
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readWorkbook } from '../../integration/export/workbook-reader.ts';
import { DOCS, makeVisits, VISITS } from './visits.ts';
import { type Desk, openWorld, type World } from './world.ts';

let world: World;
let desk: Desk;
let names: string[];

beforeAll(async () => {
  world = await openWorld();
  names = await makeVisits(world);
  desk = await world.desk();
});

afterEach(() => {
  expect(desk.complaints.splice(0)).toEqual([]);
});

afterAll(() => world?.close());

async function openList(address: string): Promise<void> {
  await desk.open(address);
  await desk.page.locator('tr[data-row]').first().waitFor();
}

async function askFromMenu(): Promise<void> {
  await desk.page.getByRole('button', { name: 'More', exact: true }).click();
  await desk.page.getByRole('menuitem', { name: 'Export' }).click();
}

async function take(): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    desk.page.waitForEvent('download'),
    desk.page.getByRole('dialog').getByRole('button', { name: 'Export' }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

test('an Excel sheet of the list, cell by cell', async () => {
  await openList(`${VISITS}?sort=name+asc`);
  await askFromMenu();
  const { name, bytes } = await take();
  expect(name).toBe('Visit.xlsx');
  await desk.page.getByText('4 documents exported').waitFor();
  const [head = [], ...rows] = readWorkbook(bytes).rows;
  const at = (label: string) => head.findIndex((cell) => cell?.value === label);
  for (const [index, doc] of DOCS.entries()) {
    const cell = (label: string) => rows[index]?.[at(label)];
    expect(cell('Subject')).toMatchObject({ type: 'text', value: doc.subject });
    expect(cell('Status')?.value).toBe(doc.status);
    expect(cell('Is Paid')).toMatchObject({ type: 'boolean', value: doc.is_paid ?? false });
    expect(cell('Amount')).toMatchObject({ type: 'number', value: doc.amount ?? 0 });
  }
  expect(rows).toHaveLength(DOCS.length);
  // What only a column of the list holds is there; what is in no column is not.
  expect(at('Secret')).toBe(-1);
});

test('CSV of what the filters leave, with all columns, without the mark', async () => {
  const filters = encodeURIComponent(JSON.stringify([['status', '=', 'Cancelled']]));
  await openList(`${VISITS}?filters=${filters}`);
  await askFromMenu();
  await desk.page.getByLabel('Kind of file').selectOption('csv');
  await desk.page.getByLabel('Columns', { exact: true }).selectOption('every');
  await desk.page.getByLabel('To be opened with Excel').uncheck();
  const { name, bytes } = await take();
  expect(name).toBe('Visit.csv');
  const lines = bytes.toString('utf8').trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('Starts On');
  expect(lines[1]).toContain('"\'=HYPERLINK(""x"")"');
  expect(lines[1]).toContain('2026-03-17');
});

test('JSON of the chosen rows only', async () => {
  await openList(`${VISITS}?sort=name+asc`);
  await desk.page.keyboard.press('j');
  await desk.page.keyboard.press('Space');
  await desk.page.getByText('1 chosen').waitFor();
  await desk.page.keyboard.press('x');
  await desk.page.getByRole('menuitem', { name: 'Export' }).click();
  await desk.page.getByLabel('Kind of file').selectOption('json');
  const { bytes } = await take();
  const rows = JSON.parse(bytes.toString('utf8')) as { name: string; subject: string }[];
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ name: names[0], subject: DOCS[0]?.subject });
});

test('the dialog breaks no rule of WCAG', async () => {
  await openList(VISITS);
  await askFromMenu();
  await desk.page.getByLabel('Kind of file').selectOption('csv');
  await desk.page.screenshot({ path: '.screenshots/export-light-1280.png' });
  expect(await desk.axe()).toEqual([]);
  await desk.page.keyboard.press('Escape');
});

test('who may not export is not offered it', async () => {
  await world.app.user({ name: 'looker@test.org', roles: ['Looker'] });
  const other = await world.desk({ user: 'looker@test.org' });
  await other.open(VISITS);
  await other.page.locator('tr[data-row]').first().waitFor();
  await other.page.getByRole('button', { name: 'More', exact: true }).click();
  await other.page.getByRole('menuitem', { name: 'Refresh' }).waitFor();
  expect(await other.page.getByRole('menuitem', { name: 'Export' }).count()).toBe(0);
  await other.page.context().close();
});
