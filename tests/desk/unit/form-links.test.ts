/** What links bring along, and which documents they may lead to. */
import { describe, expect, it } from 'vitest';
import { fetchedBy, fetchedValues } from '../../../desk/src/meta/fetch.ts';
import { linkFiltersOf, linkTargetOf } from '../../../desk/src/meta/links.ts';
import { fromWallClock, toWallClock } from '../../../desk/src/meta/moments.ts';
import { quickEntryOf } from '../../../desk/src/meta/quick.ts';
import type { DocTypeMeta, FieldMeta } from '../../../desk/src/meta/types.ts';

const field = (fieldname: string, more: Partial<FieldMeta> = {}): FieldMeta =>
  ({ fieldname, label: fieldname, widget: 'data', is_standard: false, ...more }) as FieldMeta;
const meta = (fields: FieldMeta[], more: Partial<DocTypeMeta> = {}): DocTypeMeta =>
  ({ name: 'Order', fields, links: [], layout: [], title_field: '', ...more }) as unknown as DocTypeMeta;

describe('fetch_from', () => {
  const order = meta([
    field('customer', { widget: 'link', options: 'Customer' }),
    field('territory', { fetch_from: 'customer.territory' }),
    field('rate', { fetch_from: 'customer.rate', fetch_if_empty: 1 }),
    field('other', { fetch_from: 'item.rate' }),
  ]);
  const fetched = fetchedBy(order, 'customer');

  it('follows its own link', () => {
    expect(fetched.map(({ source }) => source)).toEqual(['territory', 'rate']);
  });

  it('leaves what was typed where it only fills what is empty', () => {
    expect(fetchedValues(fetched, { territory: 'North', rate: 5 }, { rate: 7 })).toEqual({ territory: 'North' });
    expect(fetchedValues(fetched, { territory: 'North', rate: 5 }, {})).toEqual({ territory: 'North', rate: 5 });
  });

  it('empties what it brought when the link is cleared, and leaves what it may not read', () => {
    expect(fetchedValues(fetched, undefined, {})).toEqual({ territory: null, rate: null });
    expect(fetchedValues(fetched, {}, { territory: 'South' })).toEqual({});
  });
});

describe('a link', () => {
  it('leads where its field, or the field that it names, says', () => {
    expect(linkTargetOf(field('a', { widget: 'link', options: 'Customer' }), {})).toBe('Customer');
    expect(linkTargetOf(field('a', { widget: 'dynamic-link', options: 'type' }), { type: 'Lead' })).toBe('Lead');
    expect(linkTargetOf(field('a', { widget: 'dynamic-link', options: 'type' }), {})).toBe('');
  });

  it('is narrowed by fixed values and by those of the document', () => {
    const filters = '[["Address","country","=","eval: doc.country"],["Address","disabled","=",0]]';
    const address = field('address', { link_filters: filters });
    expect(linkFiltersOf(address, { country: 'Chile' })).toEqual([
      ['country', '=', 'Chile'],
      ['disabled', '=', 0],
    ]);
    expect(linkFiltersOf(address, {})).toEqual([['disabled', '=', 0]]);
    expect(linkFiltersOf(field('a', { link_filters: 'no json' }), {})).toEqual([]);
  });
});

it('has a short form unless a table must be filled', () => {
  const title = field('title', { reqd: 1 });
  const short = quickEntryOf(meta([title, field('notes'), field('color', { allow_in_quick_entry: 1 })]));
  expect(short?.layout[0]?.sections[0]?.columns).toEqual([['title'], ['color']]);
  expect(quickEntryOf(meta([title, field('items', { widget: 'table', reqd: 1 })]))).toBeUndefined();
});

it('reads a moment on the wall clock and back', () => {
  const utc = '2026-07-01T08:15:00.000Z';
  expect(fromWallClock(toWallClock(utc))).toBe(utc);
  expect([toWallClock('soon'), fromWallClock('soon')]).toEqual(['', null]);
});
