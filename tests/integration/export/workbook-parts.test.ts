/** The parts of an exported workbook, as a spreadsheet program opens them: whole, in order, and with no formula. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { readWorkbook, unzip } from './workbook-reader.ts';
import { all, type Element, readXml } from './xml-reader.ts';

const CRATE = {
  name: 'Crate',
  module: 'Test',
  autoname: 'prompt',
  fields: [
    { fieldname: 'title', fieldtype: 'Data', label: 'Title' },
    { fieldname: 'many', fieldtype: 'Int', label: 'Many & More <than>' },
    { fieldname: 'price', fieldtype: 'Currency', label: 'Price' },
    { fieldname: 'due', fieldtype: 'Date', label: 'Due' },
    { fieldname: 'sent_at', fieldtype: 'Datetime', label: 'Sent At' },
  ],
  permissions: [{ role: 'System Manager', read: 1, write: 1, create: 1, export: 1 }],
};
const TITLES = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  ']]>',
  '&amp;<c t="str"><f>1</f></c>',
  '\ud83d\ude00 ﷽',
  '  spaced  ',
];
const PATHS = ['name', 'title', 'many', 'price', 'due', 'sent_at'];

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
  expect((await app.json('POST', '/api/v1/DocType', CRATE)).status).toBe(201);
  for (const [index, title] of TITLES.entries()) {
    const given = {
      name: `C-${index}`,
      title,
      many: index,
      price: 1.5,
      due: '2026-03-31',
      sent_at: '2026-03-29T12:00:00Z',
    };
    expect((await app.json('POST', `/api/v1/${CRATE.name}`, given)).status).toBe(201);
  }
  const words = { language: 'ar', source_text: 'Title', translated_text: 'العنوان' };
  expect((await app.json('POST', '/api/v1/Translation', words)).status).toBe(201);
});
afterAll(() => app?.close());

async function taken(language = 'en'): Promise<Buffer> {
  const response = await fetch(`${app.url}/api/v1/${CRATE.name}/export?_lang=${language}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ format: 'xlsx', fields: PATHS, order_by: 'name' }),
  });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

const attribute = (element: Element, name: string): string => element.attributes.get(name) ?? '';

test('are well-formed, have their types, and lead to each other', async () => {
  const parts = unzip(await taken());
  const read = new Map([...parts].map(([name, text]) => [name, readXml(text)]));
  const types = read.get('[Content_Types].xml') as Element;
  expect([...parts.keys()][0]).toBe('[Content_Types].xml');
  const extensions = new Set(all(types, 'Default').map((each) => attribute(each, 'Extension')));
  const named = all(types, 'Override').map((each) => attribute(each, 'PartName').slice(1));
  for (const name of named) expect([name, parts.has(name)]).toEqual([name, true]);
  for (const name of parts.keys()) {
    if (name === '[Content_Types].xml') continue;
    expect([name, named.includes(name) || extensions.has(name.split('.').at(-1) ?? '')]).toEqual([name, true]);
    // A part that is XML by its ending alone would be nothing that is known.
    if (!name.endsWith('.rels')) expect(named).toContain(name);
  }
  for (const [name, rels] of read) {
    if (!name.endsWith('.rels')) continue;
    const folder = name.replace(/_rels\/[^/]*$/, '');
    const ids = all(rels, 'Relationship').map((each) => attribute(each, 'Id'));
    expect(new Set(ids).size).toBe(ids.length);
    for (const each of all(rels, 'Relationship')) expect(parts.has(folder + attribute(each, 'Target'))).toBe(true);
  }
  const ways = all(read.get('xl/_rels/workbook.xml.rels') as Element, 'Relationship');
  const [sheet] = all(read.get('xl/workbook.xml') as Element, 'sheet');
  const way = ways.find((each) => attribute(each, 'Id') === attribute(sheet as Element, 'r:id'));
  expect(way && attribute(way, 'Target')).toBe('worksheets/sheet1.xml');
});

test('have counted styles, cells in their order, typed values, and text where a formula could be', async () => {
  const file = await taken();
  const parts = unzip(file);
  const styles = readXml(parts.get('xl/styles.xml') as string);
  for (const name of ['numFmts', 'fonts', 'fills', 'borders', 'cellStyleXfs', 'cellXfs']) {
    const [list] = all(styles, name);
    expect([name, Number(list?.attributes.get('count'))]).toEqual([name, list?.children.length]);
  }
  const looks = all(styles, 'cellXfs')[0]?.children ?? [];
  const sheet = readXml(parts.get('xl/worksheets/sheet1.xml') as string);
  expect(sheet.children.map(({ name }) => name)).toEqual(['sheetViews', 'cols', 'sheetData']);
  expect(all(sheet, 'f')).toEqual([]);
  const rows = all(sheet, 'row');
  expect(rows.map((row) => Number(attribute(row, 'r')))).toEqual(rows.map((_, index) => index + 1));
  for (const row of rows) {
    const places = row.children.map((cell) => attribute(cell, 'r'));
    expect(places).toEqual([...places].sort());
    for (const cell of row.children) {
      expect(['', 'b', 'inlineStr']).toContain(attribute(cell, 't'));
      expect(Number(attribute(cell, 's') || 0)).toBeLessThan(looks.length);
    }
  }
  const titles = rows
    .slice(1)
    .map((row) => row.children.find((cell) => attribute(cell, 'r').startsWith('B')) as Element);
  expect(titles.map((cell) => attribute(cell, 't'))).toEqual(TITLES.map(() => 'inlineStr'));
  // Who opens the cell and leaves it again has the text still.
  const isQuoted = (cell: Element) => looks[Number(attribute(cell, 's') || 0)]?.attributes.get('quotePrefix') === '1';
  expect(titles.map(isQuoted)).toEqual(TITLES.map((title) => /^[=+\-@]/.test(title)));
  expect(
    readWorkbook(file)
      .rows.slice(1)
      .map((row) => row[1]?.value),
  ).toEqual(TITLES);
});

test('in a language that is read from the right stand so, with the same dates and numbers', async () => {
  const [left, right] = [await taken('en'), await taken('ar')];
  const viewOf = (file: Buffer) =>
    all(readXml(unzip(file).get('xl/worksheets/sheet1.xml') as string), 'sheetView')[0]?.attributes.get('rightToLeft');
  expect([viewOf(left), viewOf(right)]).toEqual([undefined, '1']);
  const [ours, theirs] = [readWorkbook(left).rows, readWorkbook(right).rows];
  expect(theirs[0]?.[1]?.value).toBe('العنوان');
  expect(theirs.slice(1)).toEqual(ours.slice(1));
  expect(theirs[1]?.slice(2).map((cell) => [cell?.type, cell?.value, cell?.format])).toEqual([
    ['number', 0, undefined],
    ['number', 1.5, undefined],
    ['number', 46112, 'yyyy-mm-dd'],
    ['number', 46110.5, 'yyyy-mm-dd hh:mm:ss'],
  ]);
});
