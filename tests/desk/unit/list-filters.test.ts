/** Filters between the address, the server and the builder; and what a standard filter does to the rest. */
import { describe, expect, test } from 'vitest';
import {
  emptyValue,
  type FilterTree,
  fromQuery,
  isEmptyTree,
  NO_FILTERS,
  plainValue,
  toQuery,
  toWire,
  usualOperator,
  withCondition,
} from '../../../desk/src/meta/filters.ts';
import type { FieldMeta } from '../../../desk/src/meta/types.ts';

const open = { path: 'status', operator: '=', value: 'Open' };
const urgent = { path: 'priority', operator: 'in', value: ['High', 'Urgent'] };

describe('the address', () => {
  const trees: FilterTree[] = [
    NO_FILTERS,
    { joint: 'and', items: [open, urgent] },
    { joint: 'or', items: [open, urgent] },
    {
      joint: 'and',
      items: [open, { joint: 'or', items: [urgent, { path: 'due', operator: 'timespan', value: 'today' }] }],
    },
    { joint: 'or', items: [open, { joint: 'and', items: [urgent, { path: 'qty', operator: '>', value: 0 }] }] },
  ];
  test.each(trees)('holds a filter as it was: %j', (tree) => {
    expect(fromQuery(toQuery(tree))).toEqual(tree);
  });

  test.each(['', '{', '5', 'null', '[1,2]', '[["a"]]', '[["or"]]', '[[1,"=",2]]', undefined])(
    'with nonsense is no filter: %s',
    (text) => {
      expect(isEmptyTree(fromQuery(text))).toBe(true);
    },
  );
});

describe('the server', () => {
  test('gets no condition that is not finished', () => {
    const items = [
      open,
      { path: 'subject', operator: 'like', value: '' },
      { path: 'due', operator: 'between', value: ['2026-01-01', ''] },
    ];
    expect(
      toWire({ joint: 'and', items: [...items, { joint: 'or', items: [{ path: 'a', operator: 'in', value: [] }] }] }),
    ).toEqual([['status', '=', 'Open']]);
  });

  test('gets zero and false as values', () => {
    expect(toWire({ joint: 'and', items: [{ path: 'done', operator: '=', value: 0 }] })).toEqual([['done', '=', 0]]);
  });

  test('gets a group of one as its condition', () => {
    expect(toWire({ joint: 'and', items: [{ joint: 'or', items: [open] }] })).toEqual([['status', '=', 'Open']]);
  });
});

describe('a filter at hand', () => {
  test('takes the place of what was there for its field, and is taken away when it is emptied', () => {
    const done = { ...open, value: 'Done' };
    const tree = withCondition(withCondition({ joint: 'and', items: [urgent] }, open), done);
    expect(tree.items).toEqual([urgent, done]);
    expect(plainValue(tree, 'status')).toEqual(done);
    expect(withCondition(tree, { ...open, value: '' }).items).toEqual([urgent]);
  });

  test('narrows what any of several conditions finds', () => {
    const due = { path: 'due', operator: 'timespan', value: 'today' };
    expect(toWire(withCondition({ joint: 'or', items: [open, urgent] }, due))).toEqual([
      ['or', ['status', '=', 'Open'], ['priority', 'in', ['High', 'Urgent']]],
      ['due', 'timespan', 'today'],
    ]);
  });
});

test('operators begin as one means them', () => {
  const field = (widget: string, operators: string[]) => ({ widget, operators }) as unknown as FieldMeta;
  expect(usualOperator(field('data', ['=', 'like']))).toBe('like');
  expect(usualOperator(field('select', ['=', 'like']))).toBe('=');
  expect(usualOperator(field('link', ['=', 'like', 'descendants of']))).toBe('=');
  expect(usualOperator(field('json', ['is']))).toBe('is');
  expect(emptyValue('between')).toEqual(['', '']);
  expect(emptyValue('in')).toEqual([]);
  expect(emptyValue('is')).toBe('set');
});
