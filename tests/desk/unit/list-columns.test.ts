/** Columns of lists: as the DocType has them, as a user has made them, and on a phone. */
import { expect, test } from 'vitest';
import {
  clampWidth,
  fieldsToAsk,
  listColumns,
  moved,
  phoneColumns,
  possibleColumns,
  widthOf,
} from '../../../desk/src/meta/columns.ts';
import type { DocTypeMeta, FieldMeta } from '../../../desk/src/meta/types.ts';

function field(fieldname: string, widget: string, more: Partial<FieldMeta> = {}): FieldMeta {
  return {
    id: fieldname,
    fieldname,
    label: fieldname,
    fieldtype: '',
    widget,
    operators: ['='],
    is_standard: false,
    is_virtual: false,
    may_write: true,
    ...more,
  };
}

const meta = {
  name: 'Order',
  is_submittable: true,
  title_field: 'customer',
  list_fields: ['name', 'total', 'status', 'items'],
  order: [],
  fields: [
    field('name', 'data', { is_standard: true }),
    field('docstatus', 'int', { is_standard: true }),
    field('modified', 'datetime', { is_standard: true }),
    field('customer', 'link', { options: 'Customer' }),
    field('total', 'currency', { options: 'currency' }),
    field('currency', 'select'),
    field('status', 'select'),
    field('items', 'table', { operators: [] }),
    field('pin', 'password'),
  ],
} as unknown as DocTypeMeta;

const names = (fields: readonly FieldMeta[]): string[] => fields.map(({ fieldname }) => fieldname);

test('the title is first, then the state, then what the DocType names, then the change', () => {
  expect(names(listColumns(meta))).toEqual(['customer', 'status', 'name', 'total', 'modified']);
});

test('a DocType that is submitted shows its state even without a field for it', () => {
  const plain = { ...meta, fields: meta.fields.filter(({ fieldname }) => fieldname !== 'status') };
  expect(names(listColumns(plain))[1]).toBe('docstatus');
});

test('what a user chose comes after the title; what is gone or cannot be listed is passed over', () => {
  expect(names(listColumns(meta, { columns: ['total', 'gone', 'items', 'customer', 'currency'] }))).toEqual([
    'customer',
    'total',
    'currency',
  ]);
  expect(names(possibleColumns(meta))).not.toContain('pin');
});

test('a phone has the title, the state and one more', () => {
  expect(names(phoneColumns(listColumns(meta)))).toEqual(['customer', 'status', 'name']);
});

test('an amount is asked for with its currency, and every row with its version', () => {
  expect(fieldsToAsk(meta, listColumns(meta))).toEqual(
    expect.arrayContaining(['currency', '_version', 'docstatus', 'name']),
  );
});

test('widths stay within reason', () => {
  expect(clampWidth(5)).toBe(72);
  expect(clampWidth(9000)).toBe(640);
  expect(widthOf(field('total', 'currency'), false, { widths: { total: 99 } })).toBe(99);
});

test('a column is moved, never out of the row', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 0, 3)).toEqual(['a', 'b', 'c']);
  expect(moved(['a', 'b', 'c'], 5, 0)).toEqual(['a', 'b', 'c']);
});
