/** Lists of a DocType without a table, over the documents that its repository gave. */
import { describe, expect, test } from 'vitest';
import type { Access } from '../../../server/access/decide.ts';
import { type Document, newDocument } from '../../../server/kernel/document.ts';
import { AppError } from '../../../server/kernel/error.ts';
import { ALL, condition } from '../../../server/kernel/filter.ts';
import { evaluateList } from '../../../server/query/in-memory.ts';
import { isLike } from '../../../server/query/in-memory-filter.ts';
import { parseListRequest } from '../../../server/query/wire.ts';
import { docType, planOf, snapshotOf } from '../../support/plans.ts';

const line = planOf(docType('Log Line', ['word Data', 'size Int'], { istable: 1 }));
const plan = planOf(
  docType(
    'Log',
    [
      'level! Select info\nwarn',
      'text Small_Text',
      'size Int',
      'key Password',
      'by Link Log',
      'lines Table Log Line',
      'data JSON',
    ],
    { is_virtual: 1 },
  ),
);
const snapshot = snapshotOf([plan, line]);
const access = (): Access => ({
  allowed: true,
  rows: ALL,
  canRead: () => true,
  canWrite: () => true,
  isVisible: true,
  key: 'open',
});

const documents: Document[] = [
  {
    name: 'a',
    level: 'info',
    text: 'Starting',
    size: 3,
    key: 'hush',
    lines: [
      { word: 'x', size: 1 },
      { word: 'y', size: 5 },
    ],
    data: 'text',
  },
  { name: 'b', level: 'warn', text: null, size: 10, lines: [] },
  { name: 'c', level: 'info', size: '9007199254740993', lines: [{ word: 'x', size: 5 }] },
].map((each) => newDocument(Object.entries(each)));

function list(query: string, open: (of: unknown) => Access = access) {
  return evaluateList({
    plan,
    snapshot,
    access: open,
    request: parseListRequest(new URLSearchParams(query)),
    documents,
    now: 0,
  });
}
const names = (query: string): unknown[] => list(query).items.map((each) => each.name);

test('the default list has the name and the fields of the list view', () => {
  expect(list('order_by=name')).toEqual({
    items: [
      { name: 'a', level: 'info' },
      { name: 'b', level: 'warn' },
      { name: 'c', level: 'info' },
    ],
    total: 3,
    limit: 20,
    offset: 0,
    has_more: false,
  });
});

describe('filters', () => {
  test.each([
    ['{"level":"info"}', ['a', 'c']],
    ['[["text","!=","Starting"]]', ['b', 'c']],
    ['[["text","is","not set"]]', ['b', 'c']],
    ['[["text","like","start%25"]]', ['a']],
    ['[["size",">",3]]', ['b', 'c']],
    ['[["size","=","9007199254740993"]]', ['c']],
    ['[["lines.word","=","x"],["lines.size","=",5]]', ['c']],
    ['[["lines.word","is","not set"]]', ['b']],
    ['[["data","is","set"]]', ['a']],
    ['["or",["name","a"],["level","warn"]]', ['a', 'b']],
  ])('%s', (filters, wanted) => {
    expect(names(`filters=${filters}&order_by=name`)).toEqual(wanted);
  });

  test('that do not fit are refused though there be no document', () => {
    const empty = { plan, snapshot, access, documents: [], now: 0 };
    for (const query of [
      'filters={"nope":1}',
      'filters={"size":"x"}',
      'filters={"key":"x"}',
      'filters={"by.level":"x"}',
      'expand=by',
      'order_by=nope',
    ]) {
      expect(() => evaluateList({ ...empty, request: parseListRequest(new URLSearchParams(query)) }), query).toThrow(
        AppError,
      );
    }
  });
});

test('groups, sums beyond 2^53, pages and cursors', () => {
  expect(
    list('fields=["level",{"count":"*","as":"n"},{"sum":"size","as":"s"}]&group_by=level&order_by=n desc').items,
  ).toEqual([
    { level: 'info', n: 2, s: '9007199254740996' },
    { level: 'warn', n: 1, s: 10 },
  ]);
  expect(list('fields=["name"]&limit=2&order_by=size desc')).toMatchObject({
    items: [{ name: 'c' }, { name: 'b' }],
    total: 3,
    has_more: true,
  });
  const first = list('fields=["name"]&limit=2&order_by=text&cursor=');
  const next = list(`fields=["name"]&limit=2&order_by=text&cursor=${first.next_cursor}`);
  expect([...first.items, ...next.items].map((each) => each.name)).toEqual(['a', 'b', 'c']);
  expect(next.next_cursor).toBeNull();
});

test('secrets stay hidden, and permission holds', () => {
  expect(list('fields=["key"]&filters={"name":"a"}').items).toEqual([{ key: '********' }]);
  const mine = (): Access => ({ ...access(), rows: condition('level', '=', 'warn') });
  expect(list('fields=["name"]', mine)).toMatchObject({ items: [{ name: 'b' }], total: 1 });
  expect(list('fields=["name"]', () => ({ ...access(), allowed: false }))).toMatchObject({ items: [], total: 0 });
});

test('LIKE is quick on patterns that make others slow', () => {
  const began = performance.now();
  expect(isLike('a'.repeat(20_000), `${'%a'.repeat(400)}%b`)).toBe(false);
  expect(performance.now() - began).toBeLessThan(2000);
  expect(isLike('50% off', '%\\%%')).toBe(true);
  expect(isLike('50 off', '%\\%%')).toBe(false);
  expect(isLike('日本', '__')).toBe(true);
});
