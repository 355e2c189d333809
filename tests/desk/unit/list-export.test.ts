/** Rows as files: quoted where they must be, harmless in a spreadsheet, values as the server has them. */
import { expect, test } from 'vitest';
import { csvHead, csvRows, jsonRows } from '../../../desk/src/meta/export.ts';
import type { FieldMeta } from '../../../desk/src/meta/types.ts';

const columns = [
  { fieldname: 'name', label: 'ID' },
  { fieldname: 'note', label: 'Note, long' },
] as unknown as FieldMeta[];

test('the head says UTF-8 and is quoted', () => {
  expect(csvHead(columns)).toBe('\uFEFFID,"Note, long"\r\n');
});

test.each([
  ['plain', 'plain'],
  ['a, b', '"a, b"'],
  ['say "x"', '"say ""x"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['@cmd', "'@cmd"],
  ['-12.5', '-12.5'],
  [-3, '-3'],
  [true, '1'],
  [null, ''],
  [{ a: 1 }, '"{""a"":1}"'],
])('%j is written as %s', (note, text) => {
  expect(csvRows(columns, [{ name: 'X', note }])).toBe(`X,${text}\r\n`);
});

test('JSON keeps types and has every column', () => {
  expect(jsonRows(columns, [{ name: 'X', note: 5 }, { name: 'Y' }])).toEqual([
    { name: 'X', note: 5 },
    { name: 'Y', note: null },
  ]);
});
