/** What is kept of a list, and what of it is asked again when its DocType is another by then. */
import { describe, expect, test } from 'vitest';
import { firstQuery, lastQuery, toKeep } from '../../../desk/src/meta/last-list.ts';
import { field, meta as metaOf } from './support.ts';

const meta = metaOf([field('status'), field('items')]);
const filters = (path: string): string => JSON.stringify([[path, '=', 'x']]);

describe('of an address', () => {
  test('what was searched for and the day of a calendar are of the moment', () => {
    expect(toKeep({ q: 'boat', on: '2026-01-01', sort: 'status asc', view: '', group: null })).toEqual({
      sort: 'status asc',
    });
  });
  test('a list of a thousand names is no habit', () => {
    const names = Array.from({ length: 1000 }, (_, at) => `NAME-${at}`);
    expect(toKeep({ filters: JSON.stringify([['name', 'in', names]]) })).toBeUndefined();
  });
});

describe('what was kept', () => {
  test.each([
    [
      { filters: filters('status'), sort: 'status desc' },
      { filters: filters('status'), sort: 'status desc' },
    ],
    [{ filters: filters('items.qty') }, { filters: filters('items.qty') }],
    [{ filters: filters('_assign') }, { filters: filters('_assign') }],
    [
      { filters: filters('gone'), view: 'kanban', by: 'status' },
      { view: 'kanban', by: 'status' },
    ],
    [{ filters: JSON.stringify([['or', ['status', '=', 'x'], ['gone', '=', 'x']]]) }, undefined],
    [{ sort: 'gone asc', group: 'gone' }, undefined],
    [{ sort: 5, filters: [] }, undefined],
    [{}, undefined],
    [null, undefined],
    ['nonsense', undefined],
  ])('%j is asked as %j', (kept, asked) => {
    expect(lastQuery(kept, meta)).toEqual(asked);
  });
});

test('a list opens on a saved view with what was searched for, and without fields that are gone', () => {
  expect(firstQuery({ q: 'boat', filters: filters('gone') }, meta)).toEqual({ q: 'boat' });
  expect(firstQuery({ sort: 'status desc' }, meta)).toEqual({ sort: 'status desc' });
  expect(firstQuery({}, meta)).toBeUndefined();
  expect(firstQuery(undefined, meta)).toBeUndefined();
});
