/** The Python spelling: Workflow conditions and the options of virtual fields. */
import { describe, expect, test } from 'vitest';
import { ExpressionError, ExpressionSyntaxError } from '../../../server/expressions/errors.ts';
import { compilePythonCondition, isTruthyInPython } from '../../../server/expressions/python.ts';

const doc = {
  status: 'Open',
  total: 120,
  hold: false,
  paid: true,
  note: null,
  empty: '',
  items: [{ qty: 2 }],
  none: [],
  first: 'Ada',
  last: 'Lovelace',
  or: 'a field',
};

function evaluate(source: string): unknown {
  return compilePythonCondition(source).evaluate({ doc, parent: doc });
}

describe('values', () => {
  test.each<[string, unknown]>([
    ['doc.status == "Open" and not doc.hold', true],
    ['not doc.status == "Open" or doc.total > 100', true],
    ['not (doc.paid and doc.total > 100)', false],
    ['not not doc.paid', true],
    ['doc.paid == 1 and doc.hold == 0 and doc.paid == True', true],
    ['doc.total == "120"', false],
    ['doc.empty == 0', false],
    ['doc.note is None and doc.missing is None and doc.total is not None', true],
    ['doc.missing == None', true],
    ['doc.status in ("Open", "Held")', true],
    ['doc.status not in ["Open", "Held"]', false],
    ['"Love" in doc.last and "x" not in doc.last', true],
    ['doc.status in ("Open",)', true],
    ['doc.status in ()', false],
    ['doc.none or "nothing"', 'nothing'],
    ['doc.empty and 1', ''],
    ['doc.first + " " + doc.last', 'Ada Lovelace'],
    ['doc.total * 2 - 1', 239],
    ['-7 % 3', 2],
    ['"big" if doc.total > 1000 else "middle" if doc.total > 100 else "small"', 'middle'],
    ['[1, 2] == [1, 2]', true],
    ['len(doc.items) + len(doc.first)', 4],
    ['doc.items[0].qty', 2],
    ['doc.get("total", 0) + doc.get("missing", 5)', 125],
    ['doc.get("missing")', null],
    ['doc.missing', null],
    ['doc.first.upper().startswith("AD")', true],
    ['str(doc.total) + str(None) + str(True)', '120NoneTrue'],
    ['int("7") + float(" 0.5 ") + abs(-1)', 8.5],
    ['doc.or', 'a field'],
    ['flt("1,000.5") + cint("3")', 1003.5],
  ])('%s', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });

  test('truth is Python’s', () => {
    expect([[], {}, '', 0, null, undefined, false].map(isTruthyInPython)).not.toContain(true);
    expect([[0], { a: 1 }, '0', -1, Number.NaN, true].map(isTruthyInPython)).not.toContain(false);
  });

  test('reads names the fields, by dot and by get', () => {
    expect(compilePythonCondition('doc.a and doc.get("b") in (doc["c"],)').reads).toEqual(['a', 'b', 'c']);
  });
});

describe('what Python raises is an ExpressionError', () => {
  test.each([
    'doc.note > 1',
    'doc.first + 1',
    'doc.total / 0',
    'doc.missing.x',
    'len(5)',
    'int("x")',
    'frappe.db.count("X")',
    '"ab" * 9',
  ])('%s', (source) => {
    expect(() => evaluate(source)).toThrow(ExpressionError);
  });

  test('unless an app gave the function', () => {
    const functions = new Map([['frappe.db.count', () => 3]]);
    expect(compilePythonCondition('frappe.db.count("X") > 2', functions).evaluate({ doc, parent: doc })).toBe(true);
  });
});

describe('what is not of the language is refused where it stands', () => {
  test.each<[string, number]>([
    ['doc.a && doc.b', 6],
    ['!doc.a', 0],
    ['doc.a === 1', 6],
    ['doc.a == null', 9],
    ['1 < doc.a < 3', 10],
    ['doc.a = 1', 6],
    ['lambda: 1', 0],
    ['[x for x in doc.items]', 3],
    ['doc.a and', 9],
    ['(doc.a', 0],
    ['doc.a)', 5],
    ['doc.a if doc.b', 6],
    ['f"{doc.a}"', 1],
    ['doc.__proto__', 4],
    ['import os', 0],
    ['9 ** 9', 2],
    ['', 0],
  ])('%j at %i', (source, position) => {
    let error: unknown;
    try {
      compilePythonCondition(source);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ExpressionSyntaxError);
    expect(error).toMatchObject({ position });
  });

  test('nesting is bounded here too', () => {
    expect(() => compilePythonCondition(`${'not '.repeat(2_000)}doc.a`)).toThrow(/100 levels/);
    expect(() => compilePythonCondition('('.repeat(2_000))).toThrow(/100 levels/);
    expect(() => compilePythonCondition(`${'1 if 1 else '.repeat(800)}1`)).toThrow(/100 levels/);
    expect(compilePythonCondition(Array(900).fill('doc.x').join(' or ')).evaluate({ doc, parent: doc })).toBe(null);
  });
});
