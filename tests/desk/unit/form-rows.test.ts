/** Rows of child tables, what is pasted into them, and the paths of errors in them. */
import { describe, expect, it } from 'vitest';
import {
  cellProblem,
  cellText,
  parseCell,
  parseDate,
  parseTsv,
  pasteInto,
  toTsv,
} from '../../../desk/src/meta/paste.ts';
import { errorsByField, errorsOfRow, openProblems, parsePath } from '../../../desk/src/meta/problems.ts';
import { duplicateRows, fillDown, moveRow, withoutRows } from '../../../desk/src/meta/rows.ts';
import type { FieldMeta } from '../../../desk/src/meta/types.ts';

const field = (fieldname: string, widget: string, more: Partial<FieldMeta> = {}): FieldMeta => ({
  id: fieldname,
  fieldname,
  label: fieldname,
  fieldtype: widget,
  widget,
  operators: [],
  is_standard: false,
  is_virtual: false,
  may_write: true,
  ...more,
});

describe('rows', () => {
  const rows = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];

  it('move, also against the ends', () => {
    expect(moveRow(rows, 0, 2).map(({ name }) => name)).toEqual(['b', 'c', 'a']);
    expect(moveRow(rows, 2, 9).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('go, and leave the old list as it was', () => {
    expect(withoutRows(rows, new Set([1]))).toEqual([{ name: 'a' }, { name: 'c' }]);
    expect(rows).toHaveLength(3);
  });

  it('are copied without what the server gave them and what must not be copied', () => {
    const given = [{ name: 'a', id: '1', qty: 2, delivered: 1 }];
    const [, copy] = duplicateRows(given, [0], [field('qty', 'float'), field('delivered', 'float', { no_copy: 1 })]);
    expect(copy).toMatchObject({ qty: 2 });
    expect(Object.keys(copy ?? {}).filter((key) => !key.startsWith('__'))).toEqual(['qty']);
  });

  it('take the value of the row above', () => {
    expect(fillDown([{ qty: 1 }, { qty: 2 }], 1, 'qty')).toEqual([{ qty: 1 }, { qty: 1 }]);
    expect(fillDown([{ qty: 1 }], 0, 'qty')).toEqual([{ qty: 1 }]);
  });
});

describe('a paste', () => {
  it('reads cells in quotes with tabs, lines and quotes in them', () => {
    expect(parseTsv('a\t"b\tc"\r\n"say ""so"""\td\r\n')).toEqual([
      ['a', 'b\tc'],
      ['say "so"', 'd'],
    ]);
    expect(parseTsv('a "b"\tc')).toEqual([['a "b"', 'c']]);
    expect(toTsv(parseTsv('a\t"b\nc"'))).toBe('a\t"b\nc"');
  });

  it.each([
    ['1.234,5', 'de', 'float', 1234.5],
    ['1,234.50', 'en', 'currency', 1234.5],
    ['€ 12', 'en', 'currency', 12],
    ['12 %', 'en', 'percent', 12],
    ['many', 'en', 'int', 'many'],
    ['', 'en', 'int', null],
    ['yes', 'en', 'check', true],
    ['', 'en', 'check', false],
    ['31/03/2026', 'en-GB', 'date', '2026-03-31'],
    ['31.02.2026', 'de', 'date', '31.02.2026'],
    ['1h 30m', 'en', 'duration', 5400],
  ])('takes %j in %s for a %s', (text, locale, widget, value) => {
    expect(parseCell(text, field('x', widget), locale)).toEqual(value);
  });

  it('finds a choice however it is written', () => {
    expect(parseCell('piece', field('uom', 'select', { options: 'Set\nPiece' }), 'en')).toBe('Piece');
  });

  it('fills writable cells only, and makes the rows that are missing', () => {
    const columns = [field('item', 'data'), field('amount', 'currency')];
    const cells = [
      ['A', '1'],
      ['B', '2'],
    ];
    const isWritable = (one: FieldMeta) => one.fieldname === 'item';
    const rows = pasteInto([{ name: 'r1', amount: 9 }], {
      cells,
      row: 0,
      columns,
      isWritable,
      newRow: () => ({ qty: 1 }),
    });
    expect(rows).toEqual([{ name: 'r1', item: 'A', amount: 9 }, expect.objectContaining({ item: 'B', qty: 1 })]);
    expect(rows[1]).not.toHaveProperty('amount');
  });

  it('says what a value is not', () => {
    expect(cellProblem('many', field('qty', 'int'))).toBe('This is no number.');
    expect(cellProblem('9007199254740993', field('qty', 'long-int'))).toBeUndefined();
    expect(cellProblem('Box', field('uom', 'select', { options: 'Set\nPiece' }))).toBe('This is none of the choices.');
    expect(cellProblem(null, field('qty', 'int'))).toBeUndefined();
  });

  it('goes out as it comes in', () => {
    const qty = field('qty', 'float');
    expect(parseCell(cellText(1234.5, qty, 'de'), qty, 'de')).toBe(1234.5);
  });

  it('knows that a month is not a day', () => {
    expect(parseDate('13/31/2026', 'en-GB')).toBeUndefined();
    expect(parseDate('3/31/26', 'en-US')).toBe('2026-03-31');
  });
});

describe('errors', () => {
  const problems = [
    { field: 'items[1].qty', message: 'Too few.' },
    { field: 'customer', message: 'Needed.' },
    { field: '', message: 'Of the whole.' },
  ];

  it('stand at their cell, and at their table with the row', () => {
    expect([...errorsByField(problems)]).toEqual([
      ['items[1].qty', 'Too few.'],
      ['items', 'Row 2: Too few.'],
      ['customer', 'Needed.'],
    ]);
    expect([...errorsOfRow(errorsByField(problems), 'items', 1)]).toEqual([['qty', 'Too few.']]);
  });

  it('are read in both spellings, and in rows of rows', () => {
    expect(parsePath('items.2.qty')).toEqual({ fieldname: 'items', row: 2, rest: 'qty' });
    expect(parsePath('items[2].parts[0].size')).toEqual({ fieldname: 'items', row: 2, rest: 'parts[0].size' });
    expect(parsePath('customer')).toEqual({ fieldname: 'customer', row: undefined, rest: '' });
  });

  it('go when their own cell is changed, not with another one', () => {
    const before = [{ qty: 1 }, { qty: 2, rate: 1 }];
    const other = [{ qty: 1 }, { qty: 2, rate: 5 }];
    expect(openProblems(problems, 'items', before, other)).toHaveLength(3);
    expect(openProblems(problems, 'items', before, [{ qty: 1 }, { qty: 3 }])).toHaveLength(2);
    expect(openProblems(problems, 'customer', '', 'C-1')).toHaveLength(2);
  });
});
