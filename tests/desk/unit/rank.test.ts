/** What the command palette puts first. */
import { describe, expect, test } from 'vitest';
import { fitOf, nearestNames, ranked } from '../../../desk/src/meta/rank.ts';

const DOCTYPES = ['Customer', 'Customer Group', 'Sales Order', 'Sales Person', 'Custom Field', 'Task Item', 'User'];
const found = (typed: string) => ranked(typed, DOCTYPES, (text) => text).map(({ item }) => item);

describe('ranked', () => {
  test.each([
    ['customer', ['Customer', 'Customer Group']],
    ['cust', ['Customer', 'Custom Field', 'Customer Group']],
    ['group', ['Customer Group']],
    ['order sales', ['Sales Order']],
    ['so', ['Sales Order']],
    ['slsordr', ['Sales Order']],
    ['xyz', []],
    ['custfld', ['Custom Field']],
  ])('%s', (typed, expected) => {
    expect(found(typed).slice(0, expected.length || 9)).toEqual(expected);
  });

  test('nothing typed fits everything', () => {
    expect(new Set(found('  '))).toEqual(new Set(DOCTYPES));
  });

  test('further texts count less than the first one', () => {
    const items = [
      { text: 'Theme: dark', also: ['night'] },
      { text: 'Night shift', also: [] },
    ];
    expect(
      ranked(
        'night',
        items,
        ({ text }) => text,
        ({ also }) => also,
      ).map(({ item }) => item.text),
    ).toEqual(['Night shift', 'Theme: dark']);
  });
});

describe('fitOf', () => {
  test('knows neither case nor accents', () => {
    expect(fitOf('jose', 'José')).toBeGreaterThan(90);
    expect(fitOf('STRASSE', 'strasse')).toBeGreaterThan(90);
  });

  test('letters far apart are no match', () => {
    expect(fitOf('abc', 'a long way to b and then c')).toBe(0);
    expect(fitOf('zz', 'jazz')).toBeGreaterThan(0);
    expect(fitOf('er', 'Sales Order')).toBeLessThan(fitOf('or', 'Sales Order'));
  });
});

describe('nearestNames', () => {
  const near = (meant: string) =>
    nearestNames(meant, ['customer', 'customer-group', 'sales-order', 'user', 'task-item'], (name) => name);

  test.each([
    ['custmer', ['customer']],
    ['sale-order', ['sales-order']],
    ['usr', ['user']],
    ['tasks-items', ['task-item']],
    ['group-of-customers', ['customer-group']],
    ['nowhere', []],
  ])('%s', (meant, expected) => {
    expect(near(meant).slice(0, 1)).toEqual(expected);
  });
});
