import { describe, expect, test } from 'vitest';
import { TIMESPANS, timespanDays } from '../../../server/query/timespan.ts';

const at = (text: string): number => Date.parse(text);
const days = (word: string, now: string, firstWeekday?: number): string => {
  const span = timespanDays(word, at(now), firstWeekday);
  return `${span?.from} ${span?.to}`;
};

describe('on a Wednesday', () => {
  test.each([
    ['today', '2026-05-20 2026-05-20'],
    ['yesterday', '2026-05-19 2026-05-19'],
    ['tomorrow', '2026-05-21 2026-05-21'],
    ['last 7 days', '2026-05-13 2026-05-20'],
    ['next 14 days', '2026-05-20 2026-06-03'],
    ['this week', '2026-05-18 2026-05-24'],
    ['last week', '2026-05-11 2026-05-17'],
    ['next week', '2026-05-25 2026-05-31'],
    ['this month', '2026-05-01 2026-05-31'],
    ['last month', '2026-04-01 2026-04-30'],
    ['next month', '2026-06-01 2026-06-30'],
    ['this quarter', '2026-04-01 2026-06-30'],
    ['last quarter', '2026-01-01 2026-03-31'],
    ['last 6 months', '2025-10-01 2026-03-31'],
    ['next 6 months', '2026-07-01 2026-12-31'],
    ['this year', '2026-01-01 2026-12-31'],
    ['last year', '2025-01-01 2025-12-31'],
  ])('%s', (word, wanted) => {
    expect(days(word, '2026-05-20T23:59:59.999Z')).toBe(wanted);
    expect(days(word, '2026-05-20T00:00:00Z')).toBe(wanted);
  });
});

test('at the edges of years, leap days and weeks', () => {
  expect(days('last month', '2024-03-31T12:00:00Z')).toBe('2024-02-01 2024-02-29');
  expect(days('last quarter', '2026-01-01T00:00:00Z')).toBe('2025-10-01 2025-12-31');
  expect(days('next month', '2026-12-31T00:00:00Z')).toBe('2027-01-01 2027-01-31');
  expect(days('this week', '2026-05-24T00:00:00Z')).toBe('2026-05-18 2026-05-24');
  expect(days('this week', '2026-05-18T00:00:00Z')).toBe('2026-05-18 2026-05-24');
  expect(days('this week', '2026-05-24T00:00:00Z', 0)).toBe('2026-05-24 2026-05-30');
  expect(days('this quarter', '1969-12-31T00:00:00Z')).toBe('1969-10-01 1969-12-31');
});

test('every word has its days, in order, and other words have none', () => {
  for (const word of TIMESPANS) {
    const span = timespanDays(word, at('2026-05-20T00:00:00Z'));
    expect(span && span.from <= span.to, word).toBe(true);
  }
  for (const word of ['', 'last', 'last 8 days', '__proto__', 'LAST WEEK'])
    expect(timespanDays(word, 0)).toBeUndefined();
});
