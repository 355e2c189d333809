/** The parameters of a list: spellings, defaults, aggregates and order. */

import { expect, test } from 'vitest';
import { AppError } from '../../../server/kernel/error.ts';
import { ALL, and, condition } from '../../../server/kernel/filter.ts';
import { parseListRequest } from '../../../server/query/wire.ts';
import fc from '../../support/properties.ts';

const parse = (params: Record<string, string>) => parseListRequest(new Map(Object.entries(params)));

test('nothing asked is the first twenty', () => {
  expect(parse({})).toEqual({
    fields: undefined,
    filter: ALL,
    search: [],
    groupBy: [],
    order: undefined,
    limit: 20,
    offset: 0,
    count: 'exact',
    cursor: undefined,
    expand: [],
  });
  expect(parse({ fields: '', filters: ' ', order_by: '', limit: '' })).toEqual(parse({}));
});

test('URLSearchParams and Map say the same', () => {
  const query = 'fields=["name"]&filters={"a":1}&limit=5&offset=10&q=x y&expand=a,b.c';
  const search = new URLSearchParams(query);
  expect(parseListRequest(search)).toEqual(parse(Object.fromEntries(search)));
});

test.each([
  [
    '["name","status"]',
    [
      { kind: 'path', path: 'name' },
      { kind: 'path', path: 'status' },
    ],
  ],
  [
    'name, status',
    [
      { kind: 'path', path: 'name' },
      { kind: 'path', path: 'status' },
    ],
  ],
  ['*', [{ kind: 'all' }]],
  ['"name"', [{ kind: 'path', path: 'name' }]],
  ['["name as n"]', [{ kind: 'path', path: 'name', as: 'n' }]],
  ['["name AS `n`"]', [{ kind: 'path', path: 'name', as: 'n' }]],
  ['["`tabSales Order`.`name` as n"]', [{ kind: 'path', path: '`tabSales Order`.name', as: 'n' }]],
  ['["tabItem.name"]', [{ kind: 'path', path: 'tabItem.name' }]],
  ['["`name`"]', [{ kind: 'path', path: 'name' }]],
  ['{"count":"*","as":"n"}', [{ kind: 'aggregate', fn: 'count', path: '*', distinct: false, as: 'n' }]],
  ['[{"SUM":"amount"}]', [{ kind: 'aggregate', fn: 'sum', path: 'amount', distinct: false, as: 'sum' }]],
  [
    '[{"Count":"customer","Distinct":true,"AS":"c"}]',
    [{ kind: 'aggregate', fn: 'count', path: 'customer', distinct: true, as: 'c' }],
  ],
  ['count(name) as n', [{ kind: 'aggregate', fn: 'count', path: 'name', distinct: false, as: 'n' }]],
  ['["sum(amount)"]', [{ kind: 'aggregate', fn: 'sum', path: 'amount', distinct: false, as: 'sum(amount)' }]],
  [
    '["count(distinct customer) as c"]',
    [{ kind: 'aggregate', fn: 'count', path: 'customer', distinct: true, as: 'c' }],
  ],
  ['[{"items":["qty","rate"]}]', [{ kind: 'rows', path: 'items', fields: ['qty', 'rate'] }]],
])('fields %s', (fields, wanted) => {
  expect(parse({ fields }).fields).toEqual(wanted);
});

test.each([
  [
    'modified desc,name asc',
    [
      { path: 'modified', direction: 'desc' },
      { path: 'name', direction: 'asc' },
    ],
  ],
  ['name', [{ path: 'name', direction: 'asc' }]],
  [
    '["due DESC","name"]',
    [
      { path: 'due', direction: 'desc' },
      { path: 'name', direction: 'asc' },
    ],
  ],
  ['`tabSales Order`.`modified` desc', [{ path: '`tabSales Order`.modified', direction: 'desc' }]],
  ['customer.territory   desc', [{ path: 'customer.territory', direction: 'desc' }]],
])('order_by %s', (order_by, wanted) => {
  expect(parse({ order_by }).order).toEqual(wanted);
});

test.each([
  '["name\'"]',
  '["a--b c"]',
  '["a,b"]',
  '["1;2"]',
  '["name/**/"]',
  '["`a`b`"]',
  '["if(1,2,3)"]',
  '["count(count(x))"]',
  '["sum(*)"]',
  '["name as 1x"]',
  `["name as ${'x'.repeat(64)}"]`,
  '[]',
  '[1]',
  '[null]',
  '[["name"]]',
  '{"sum":"a","avg":"b"}',
  '{"as":"n"}',
  '{"sum":5}',
  '{"count":"*","distinct":"yes"}',
])('refuses the fields %s', (fields) => {
  expect(() => parse({ fields })).toThrow(AppError);
});

test('filters and alternatives are joined', () => {
  const wish = parse({ filters: '{"a":1}', or_filters: '[["b","=",2],["c","=",3]]' });
  expect(wish.filter).toEqual(
    and(condition('a', '=', 1), { kind: 'or', of: [condition('b', '=', 2), condition('c', '=', 3)] }),
  );
});

test('any text in any parameter is a request or a bad request, and soon', () => {
  const names = [
    'fields',
    'filters',
    'or_filters',
    'order_by',
    'limit',
    'offset',
    'group_by',
    'expand',
    'q',
    'cursor',
    'count',
    'limit_start',
  ];
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json(),
    fc.constantFrom('a'.repeat(5000), ' as '.repeat(2000), '`'.repeat(3000), '((('.repeat(900), 'x '.repeat(3000)),
  );
  const began = performance.now();
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 3 }), (params) => {
      try {
        parse(params);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 3000 },
  );
  expect(performance.now() - began).toBeLessThan(10_000);
});
