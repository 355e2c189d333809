/** The time of a document on a calendar: days and moments, their ends, and what a move writes. */
import { expect, test } from 'vitest';
import { setReader } from '../../../desk/src/meta/reader.ts';
import { addDays, endingAt, movedTo, shifted, spanOf, stretched, within } from '../../../desk/src/meta/spans.ts';
import { hasView, viewFields } from '../../../desk/src/meta/view-fields.ts';
import { field, meta } from './support.ts';

const days = { start: field('starts_on', 'date'), end: field('ends_on', 'date') };
const clock = { start: field('from_time', 'datetime'), end: field('to_time', 'datetime') };

test('the last day belongs to a document, and calendars name the one after', () => {
  expect(spanOf({ starts_on: '2026-02-27', ends_on: '2026-02-28' }, days)).toEqual({
    start: '2026-02-27',
    end: '2026-03-01',
    isWholeDay: true,
  });
  expect(spanOf({ starts_on: '2026-02-27' }, days)).toEqual({ start: '2026-02-27', isWholeDay: true });
  expect(spanOf({ starts_on: '2026-02-27', ends_on: '2026-02-01' }, days)).toEqual({
    start: '2026-02-27',
    isWholeDay: true,
  });
  expect(spanOf({ ends_on: '2026-02-28' }, days)).toBeUndefined();
});

test('what is moved stays as long as it was', () => {
  const doc = { starts_on: '2026-03-03', ends_on: '2026-03-05' };
  expect(movedTo(doc, days, '2026-02-27')).toEqual({ starts_on: '2026-02-27', ends_on: '2026-03-01' });
  expect(movedTo({ starts_on: '2026-03-03' }, days, '2026-03-04')).toEqual({ starts_on: '2026-03-04' });
  const call = { from_time: '2026-03-03T08:00:00Z', to_time: '2026-03-03T09:30:00Z' };
  expect(movedTo(call, clock, '2026-03-04T22:00:00.000Z')).toEqual({
    from_time: '2026-03-04T22:00:00.000Z',
    to_time: '2026-03-04T23:30:00.000Z',
  });
});

test('an end never comes before its begin', () => {
  const doc = { starts_on: '2026-03-03', ends_on: '2026-03-03' };
  expect(endingAt(doc, days, '2026-03-02')).toBeUndefined();
  expect(stretched(doc, days, -1)).toBeUndefined();
  expect(stretched({ starts_on: '2026-03-03' }, days, 1)).toEqual({ ends_on: '2026-03-04' });
  expect(stretched(doc, { start: days.start }, 1)).toBeUndefined();
});

test('days go over the ends of months and years', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(shifted({ starts_on: '2026-12-31' }, { start: days.start }, 1)).toEqual({ starts_on: '2027-01-01' });
});

test('a day later is the same hour of the clock, also where clocks change', () => {
  setReader({ timeZone: 'Europe/Berlin' });
  // Half past two in the night to Sunday, 29 March 2026, is there no more: clocks go from two to three.
  const call = { from_time: '2026-03-28T09:00:00Z', to_time: '2026-03-28T10:00:00Z' };
  expect(shifted(call, clock, 1)).toEqual({
    from_time: '2026-03-29T08:00:00.000Z',
    to_time: '2026-03-29T09:00:00.000Z',
  });
  expect(within({ start: clock.start }, '2026-03-29', '2026-03-30')).toEqual([
    ['from_time', '<', '2026-03-29T22:00:00.000Z'],
    ['from_time', '>=', '2026-03-28T23:00:00.000Z'],
  ]);
  setReader({ timeZone: undefined });
});

test('a period asks for what touches it', () => {
  expect(within(days, '2026-03-01', '2026-04-01')).toEqual([
    ['starts_on', '<', '2026-04-01'],
    ['or', ['starts_on', '>=', '2026-03-01'], ['ends_on', '>=', '2026-03-01']],
  ]);
  expect(within({ start: days.start }, '2026-03-01', '2026-04-01')[1]).toEqual(['starts_on', '>=', '2026-03-01']);
});

test('fields are guessed from their names, chosen ones win, and what does not fit is passed over', () => {
  const project = meta([
    field('due_date', 'date'),
    field('start_date', 'date'),
    field('end_date', 'date'),
    field('seen_at', 'datetime'),
  ]);
  const names = (chosen?: Record<string, string>) => {
    const { start, end } = viewFields(project, 'calendar', chosen);
    return [start?.fieldname, end?.fieldname];
  };
  expect(names()).toEqual(['start_date', 'end_date']);
  expect(names({ start: 'due_date', end: '' })).toEqual(['due_date', undefined]);
  // An end is of the same kind as its begin.
  expect(names({ start: 'seen_at', end: 'end_date' })).toEqual(['seen_at', undefined]);
  expect(names({ start: 'gone' })).toEqual(['start_date', 'end_date']);
});

test('a view is offered where its fields are', () => {
  const task = meta([field('due_date', 'date'), field('closed', 'date')]);
  expect(['calendar', 'gantt', 'gallery', 'map'].map((view) => hasView(task, view))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(hasView({ ...task, is_calendar_and_gantt: true }, 'gantt')).toBe(true);
  expect(hasView(meta([field('lat', 'float'), field('lng', 'float')]), 'map')).toBe(true);
  expect(hasView(meta([field('lat', 'float')]), 'map')).toBe(false);
  expect(hasView(meta([field('picture', 'attach-image')]), 'gallery')).toBe(true);
  // When a document was made says nothing of its own time.
  expect(hasView(meta([field('creation', 'datetime', { is_standard: true })]), 'calendar')).toBe(false);
});
