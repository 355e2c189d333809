/** Filters in every shape that people write, and in shapes that nobody should. */

import { describe, expect, test } from 'vitest';
import { AppError } from '../../../server/kernel/error.ts';
import { ALL, and, condition, type Filter } from '../../../server/kernel/filter.ts';
import { parseFilters } from '../../../server/query/filters.ts';
import fc from '../../support/properties.ts';

const open = condition('status', '=', 'Open');
const large = condition('amount', '>', 10);
const mine = condition('owner', '=', 'me');
const or = (...of: Filter[]): Filter => ({ kind: 'or', of });

const shapes: [string, unknown, Filter][] = [
  ['nothing', [], ALL],
  ['an empty object', {}, ALL],
  ['null', null, ALL],
  ['a name', 'SO-1', condition('name', '=', 'SO-1')],
  ['a number is a name', 7, condition('name', '=', 7)],
  ['names', ['A', 'B'], condition('name', 'in', ['A', 'B'])],
  ['a dict', { status: 'Open', amount: ['>', 10] }, and(open, large)],
  [
    'a list of triples',
    [
      ['status', '=', 'Open'],
      ['amount', '>', 10],
    ],
    and(open, large),
  ],
  ['a triple alone', ['status', '=', 'Open'], open],
  ['pairs', [['status', 'Open']], open],
  ['with the DocType', [['Sales Order', 'status', '=', 'Open']], condition('`tabSales Order`.status', '=', 'Open')],
  [
    'with Frappe’s fifth element',
    [['Sales Order', 'status', '=', 'Open', false]],
    condition('`tabSales Order`.status', '=', 'Open'),
  ],
  ['dicts in a list', [{ status: 'Open' }, ['amount', '>', 10]], and(open, large)],
  ['and, first', ['and', ['status', '=', 'Open'], ['amount', '>', 10]], and(open, large)],
  ['or, first', ['or', ['status', '=', 'Open'], ['amount', '>', 10]], or(open, large)],
  ['or of dicts', ['or', { status: 'Open' }, { amount: ['>', 10] }], or(open, large)],
  [
    'between conditions, left to right',
    [['status', 'Open'], 'or', ['amount', '>', 10], 'and', ['owner', 'me']],
    and(or(open, large), mine),
  ],
  ['nested', [['owner', 'me'], 'and', [['status', 'Open'], 'or', ['amount', '>', 10]]], and(mine, or(open, large))],
  [
    'nested in a plain list',
    [
      ['owner', 'me'],
      ['or', ['status', 'Open'], ['amount', '>', 10]],
    ],
    and(mine, or(open, large)),
  ],
  ['in as a comma list', [['status', 'in', 'Open, Closed']], condition('status', 'in', ['Open', 'Closed'])],
  ['in with one value', [['status', 'in', 3]], condition('status', 'in', [3])],
  ['operators in any case', [['status', 'NOT  In', ['a']]], condition('status', 'not in', ['a'])],
  ['is', [['status', 'is', 'Not Set']], condition('status', 'is', 'not set')],
  [
    'between as a comma list',
    [['due', 'between', '2026-01-01,2026-02-01']],
    condition('due', 'between', ['2026-01-01', '2026-02-01']),
  ],
  ['previous', [['due', 'previous', '3 months']], condition('due', 'timespan', 'last quarter')],
  [
    'fields called like words of ours',
    [
      ['or', '=', 'x'],
      ['and', 'y'],
    ],
    and(condition('or', '=', 'x'), condition('and', '=', 'y')),
  ],
  ['__proto__ is a name like any other', JSON.parse('{"__proto__":"x"}'), condition('__proto__', '=', 'x')],
];

test.each(shapes)('%s', (_, given, wanted) => {
  expect(parseFilters(given)).toEqual(wanted);
});

test('or_filters are joined by or', () => {
  expect(
    parseFilters(
      [
        ['status', '=', 'Open'],
        ['amount', '>', 10],
      ],
      'or_filters',
      'or',
    ),
  ).toEqual(or(open, large));
  expect(parseFilters({ status: 'Open', amount: ['>', 10] }, 'or_filters', 'or')).toEqual(or(open, large));
});

const refused: [unknown, RegExp, string][] = [
  [[['status', '=', 'Open'], 'xor', ['a', 1]], /"and" or "or"/, 'filters[1]'],
  [[['status', '=', 'Open'], 'or'], /missing after "or"/, 'filters[1]'],
  [
    [
      ['a', '=', 1],
      ['b', '~', 2],
    ],
    /no operator "~"/,
    'filters[1]',
  ],
  [
    [
      ['a', '=', 1],
      ['b', '=', [1]],
    ],
    /takes one value/,
    'filters[1]',
  ],
  [[['b', '=', { a: 1 }]], /takes one value/, 'filters[0]'],
  [{ a: ['x', 'y', 'z'] }, /\[operator, value\]/, 'filters.a'],
  [[['or', ['x', '=', 1]], [['y', 'in', [[1]]]]], /list of values/, 'filters[1][0]'],
  [[[], 7], /expected a condition/, 'filters[1]'],
  [[[1, '=', 2]], /expected a condition/, 'filters[0][0]'],
  [[['a']], /a condition is/, 'filters[0]'],
  [[['a', 'b', 'c', 'd', 'e', 'f']], /a condition is/, 'filters[0]'],
  [[['a`b', 'x', '=', 1]], /name of a DocType/, 'filters[0][0]'],
  [[['', '=', 1]], /name of a field/, 'filters[0]'],
  [[['a', 'like', 'x'.repeat(1001)]], /at most 1000 characters/, 'filters[0]'],
  [[['a', 'in', Array.from({ length: 10_001 }, () => 1)]], /at most 10000 values/, 'filters[0]'],
  [Array.from({ length: 501 }, () => ['a', '=', 1]), /at most 500 conditions/, 'filters[500]'],
];

test.each(refused)('refuses %j', (given, message, field) => {
  const error = caught(() => parseFilters(given));
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).message).toMatch(message);
  expect((error as AppError).errors[0]?.field).toBe(field);
});

describe('depth', () => {
  const nested = (depth: number): unknown =>
    Array.from({ length: depth }).reduce<unknown>((inner) => ['and', inner, ['b', '=', 1]], ['a', 'in', [1]]);

  test('twenty levels are read, more are not', () => {
    expect(parseFilters(nested(20)).kind).toBe('and');
    expect(caught(() => parseFilters(nested(21)))).toBeInstanceOf(AppError);
  });

  test('a bomb is refused at once', () => {
    const bomb = JSON.parse(`${'['.repeat(500_000)}${']'.repeat(500_000)}`);
    const began = performance.now();
    expect(caught(() => parseFilters(bomb))).toBeInstanceOf(AppError);
    // Walking half a million brackets takes far longer; the bound is wide, for slow machines.
    expect(performance.now() - began).toBeLessThan(100);
  });

  test('words that alternate do not nest without end', () => {
    const alternating = Array.from({ length: 200 }, (_, index) =>
      index % 2 === 0 ? ['a', 1] : index % 4 === 1 ? 'and' : 'or',
    );
    expect(caught(() => parseFilters(alternating.slice(0, 199)))).toBeInstanceOf(AppError);
  });
});

test('any JSON is a filter or a bad request', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (given) => {
      const error = caught(() => parseFilters(given));
      if (error !== undefined) expect(error).toBeInstanceOf(AppError);
    }),
    { numRuns: 2000 },
  );
  const near = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('and', 'or', '=', 'in', 'status', null, 1),
      fc.array(tie('node'), { maxLength: 5 }),
      fc.dictionary(fc.string(), tie('node'), { maxKeys: 2 }),
    ),
  })).node;
  fc.assert(
    fc.property(near, (given) => {
      const error = caught(() => parseFilters(given));
      if (error !== undefined) expect(error).toBeInstanceOf(AppError);
    }),
    { numRuns: 2000 },
  );
});

function caught(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
