import { expect, test } from 'vitest';
import { changesOf, forCreation, newDraft } from '../../../desk/src/meta/draft.ts';
import { field, meta } from './support.ts';

const TODAY = { user: 'ada', now: new Date(2026, 2, 10, 9, 30).getTime() };

const note = meta([
  field('name', 'data', { is_standard: true }),
  field('naming_series', 'select', { reqd: 1, options: 'A-.##\nB-.##' }),
  field('title'),
  field('due', 'date', { default: 'Today' }),
  field('done', 'check'),
  field('urgent', 'check', { default: '1' }),
  field('share', 'percent', { default: '12.5' }),
  field('kept_by', 'link', { default: '__user' }),
  field('company', 'link', { default: ':Company' }),
  field('rows', 'table'),
  field('sum', 'float', { is_virtual: true }),
  field('break', 'section-break'),
]);

test('a new document has its defaults, and what its address gives', () => {
  expect(newDraft(note, TODAY, { title: 'Milk' })).toEqual({
    doctype: 'Note',
    docstatus: 0,
    naming_series: 'A-.##',
    title: 'Milk',
    due: '2026-03-10',
    done: false,
    urgent: true,
    share: 12.5,
    kept_by: 'ada',
    rows: [],
  });
});

test('a new document is sent without what is empty, not its own, or only on the screen', () => {
  const doc = {
    doctype: 'Note',
    docstatus: 0,
    name: 'x',
    title: 'Milk',
    due: null,
    sum: 3,
    rows: [{ qty: 1, __key: 'k' }],
  };
  expect(forCreation(note, doc)).toEqual({ title: 'Milk', rows: [{ qty: 1 }] });
});

test('a change is what differs; nothing spelt otherwise is no change', () => {
  const saved = { name: 'x', title: 'Milk', due: null, rows: [{ name: 'r', qty: 1 }] };
  expect(changesOf(note, saved, { ...saved, due: '', done: undefined })).toEqual({});
  expect(changesOf(note, saved, { ...saved, title: '' })).toEqual({ title: '' });
  expect(changesOf(note, saved, { ...saved, rows: [{ name: 'r', qty: 1, __key: 'k' }] })).toEqual({});
  const rows = [{ name: 'r', qty: 2, __key: 'k' }];
  expect(changesOf(note, saved, { ...saved, rows })).toEqual({ rows: [{ name: 'r', qty: 2 }] });
});
