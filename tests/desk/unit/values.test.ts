import { describe, expect, test } from 'vitest';
import {
  editableNumber,
  formatDuration,
  formatValue,
  parseDuration,
  parseNumber,
  relativeTime,
} from '../../../desk/src/meta/values.ts';
import { field } from './support.ts';

describe('values as a person reads them', () => {
  test.each([
    ['int', 1234567, {}, 'en-GB', '1,234,567'],
    ['long-int', '9007199254740993', {}, 'en-GB', '9,007,199,254,740,993'],
    ['float', 1234.5, {}, 'de-DE', '1.234,5'],
    ['float', 1.005, { precision: '2' }, 'en-GB', '1.01'],
    ['percent', 12.5, {}, 'en-GB', '12.5 %'],
    ['currency', 1234.5, { options: 'currency' }, 'en-GB', '1,234.50 EUR'],
    ['date', '2026-02-03', {}, 'en-GB', '3 Feb 2026'],
    ['time', '14:05:00', {}, 'en-GB', '14:05'],
    ['duration', 5400, {}, 'en-GB', '1h 30m'],
    ['check', true, {}, 'en-GB', 'Yes'],
    ['rating', 0.8, {}, 'en-GB', '4 / 5'],
    ['text-editor', '<p>A &amp; <b>B</b></p>', {}, 'en-GB', 'A & B'],
    ['unheard-of', 'x', {}, 'en-GB', 'x'],
    ['data', null, {}, 'en-GB', ''],
    ['int', 0, {}, 'en-GB', '0'],
  ])('%s %j', (widget, value, more, locale, expected) => {
    expect(formatValue(value, field('x', widget, more), { locale, doc: { currency: 'EUR' } })).toBe(expected);
  });

  test('a moment is shown in the time zone of the reader', () => {
    const shown = formatValue('2026-01-01T23:30:00Z', field('x', 'datetime'), {
      locale: 'en-GB',
      timeZone: 'Asia/Tokyo',
    });
    expect(shown).toBe('2 Jan 2026, 08:30');
  });
});

describe('numbers as somebody types them', () => {
  test.each([
    ['1,234.5', 'en-GB', 1234.5],
    ['1.234,5', 'de-DE', 1234.5],
    ['-7', 'en-GB', -7],
    ['.5', 'en-GB', 0.5],
    [' 1 000 ', 'en-GB', 1000],
    ['9007199254740993', 'en-GB', '9007199254740993'],
    ['', 'en-GB', null],
    ['twelve', 'en-GB', undefined],
    ['1.2.3', 'en-GB', undefined],
  ])('%j in %s', (text, locale, expected) => {
    expect(parseNumber(text, locale)).toBe(expected);
  });

  test('what is edited is read back as the same', () => {
    expect(editableNumber(1234.5, 'de-DE')).toBe('1234,5');
    expect(parseNumber(editableNumber(1234.5, 'de-DE'), 'de-DE')).toBe(1234.5);
  });
});

test.each([
  ['1h 30m', 5400],
  ['90m', 5400],
  ['1:30', 5400],
  ['45', 45],
  ['2d', 172_800],
  ['', null],
  ['soon', undefined],
])('the duration %j', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
  if (typeof seconds === 'number') expect(parseDuration(formatDuration(seconds))).toBe(seconds);
});

test('how long ago', () => {
  const now = Date.parse('2026-03-10T12:00:00Z');
  expect(relativeTime('2026-03-10T11:57:00Z', now, 'en-GB')).toMatch(/^3 min/);
  expect(relativeTime('2026-03-09T12:00:00Z', now, 'en-GB')).toBe('yesterday');
  expect(relativeTime('2026-01-01T12:00:00Z', now, 'en-GB')).toBe('1 Jan 2026');
});
