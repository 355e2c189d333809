/** The time axis of a chart: where bars stand, how far it reaches, and which names are over it. */
import { expect, test } from 'vitest';
import { axisOf, barOf, dayNumber, ticksOf } from '../../../desk/src/components/list/gantt/scale.ts';
import { field } from './support.ts';

const fields = { start: field('starts_on', 'date'), end: field('ends_on', 'date') };
const day = (text: string): number => dayNumber(text);

test('a bar covers its last day, and without an end it is a day long', () => {
  const from = day('2026-03-03');
  expect(barOf({ starts_on: '2026-03-03', ends_on: '2026-03-05' }, fields)).toEqual({ from, to: from + 3 });
  expect(barOf({ starts_on: '2026-03-03' }, fields)).toEqual({ from, to: from + 1 });
  expect(barOf({ ends_on: '2026-03-05' }, fields)).toBeUndefined();
  expect(barOf({ starts_on: 'soon' }, fields)).toBeUndefined();
});

test('the axis reaches around all bars, and never farther than ten years', () => {
  const bars = [
    { from: 100, to: 101 },
    { from: 300, to: 320 },
  ];
  expect(axisOf(bars, 0)).toEqual({ first: 90, days: 240 });
  expect(axisOf([], 500).first).toBe(490);
  expect(axisOf([{ from: 0, to: 100_000 }], 0).days).toBe(3660);
});

test('names over days, weeks and months meet without holes', () => {
  const axis = { first: day('2026-01-20'), days: 400 };
  const seen = { from: day('2026-02-25'), to: day('2026-03-10'), locale: 'en-GB' };
  const days = ticksOf(axis, 'day', seen);
  expect(days.lower.map(({ label }) => label)).toEqual([
    '25',
    '26',
    '27',
    '28',
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
    '9',
  ]);
  expect(days.upper.map(({ label }) => label)).toEqual(['February 2026', 'March 2026']);
  const weeks = ticksOf(axis, 'week', seen).lower;
  // Mondays.
  expect(weeks.map(({ label }) => label)).toEqual(['23', '2', '9']);
  expect(weeks.every((tick, at) => at === 0 || tick.day === (weeks[at - 1]?.day ?? 0) + 7)).toBe(true);
  const months = ticksOf(axis, 'month', { from: axis.first, to: axis.first + 400, locale: 'en-GB' });
  expect(months.upper.map(({ label }) => label)).toEqual(['2026', '2027']);
  expect(months.lower[0]).toMatchObject({ day: axis.first, label: 'Jan' });
  expect(months.lower.reduce((sum, tick) => sum + tick.days, 0)).toBe(400);
});
