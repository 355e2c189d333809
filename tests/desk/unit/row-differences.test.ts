import { expect, test } from 'vitest';
import { rowDifferences } from '../../../desk/src/meta/row-differences.ts';
import { field, meta } from './support.ts';

const child = meta([
  field('name', 'data', { is_standard: true }),
  field('item', 'link', { label: 'Item' }),
  field('qty', 'float', { label: 'Quantity' }),
  field('secret', 'password', { label: 'Secret' }),
  field('weight', 'float', { label: 'Weight', hidden: 1 }),
]);
const q = { child, locale: 'en', doc: {} };

test('rows of both are told by the fields that differ, others whole, and the same not at all', () => {
  const mine = [
    { name: 'a', item: 'Axe', qty: 1, secret: 'x', weight: 1 },
    { name: 'b', item: 'Saw', qty: 2 },
    { item: 'New', qty: 3 },
  ];
  const theirs = [
    { name: 'b', item: 'Saw', qty: 2 },
    { name: 'a', item: 'Axe', qty: 5, secret: 'y', weight: 2 },
    { name: 'c', item: 'Nail', qty: 9 },
  ];
  expect(rowDifferences(mine, theirs, q)).toEqual([
    { row: 1, fields: [{ label: 'Quantity', value: '1' }] },
    { row: 3, whole: 'New · 3', fields: [] },
  ]);
  expect(rowDifferences(theirs, mine, q)).toEqual([
    { row: 2, fields: [{ label: 'Quantity', value: '5' }] },
    { row: 3, whole: 'Nail · 9', fields: [] },
  ]);
  expect(rowDifferences(mine, mine.slice(0, 2), { ...q, child: undefined })).toHaveLength(1);
});
