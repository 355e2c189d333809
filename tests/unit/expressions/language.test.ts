/** What the JavaScript spelling means, its errors with their positions, and its limits. */
import { describe, expect, test } from 'vitest';
import { compileExpression } from '../../../server/expressions/compile.ts';
import { ExpressionError, ExpressionSyntaxError } from '../../../server/expressions/errors.ts';

const doc = {
  status: 'Open',
  total: 120.5,
  hold: false,
  paid: true,
  note: null,
  tags: ['red', 'blue'],
  items: [{ qty: 1 }, { qty: 3 }],
  'odd name': 7,
};
const parent = { kind: 'Sales' };

function evaluate(source: string): unknown {
  return compileExpression(source).evaluate({ doc, parent });
}

describe('values', () => {
  test.each<[string, unknown]>([
    ['doc.status == "Open" && doc.total > 100', true],
    ["in_list(['Open', 'Held'], doc.status)", true],
    ['doc.items.length', 2],
    ['doc.items[1].qty + 1', 4],
    ['doc["odd name"]', 7],
    ['doc.missing', undefined],
    ['doc.missing?.deeper.still', undefined],
    ['doc.missing ?? "none"', 'none'],
    ['doc.note == undefined', true],
    ['parent.kind', 'Sales'],
    ['!doc.hold ? "go" : "stop"', 'go'],
    ['doc.total > 1000 ? "a" : doc.total > 100 ? "b" : "c"', 'b'],
    ['typeof doc.note', 'object'],
    ['typeof nowhere', 'undefined'],
    ['typeof cint', 'function'],
    ['doc.tags.includes("red") && doc.tags.indexOf("green") === -1', true],
    ['doc.status.toLowerCase().startsWith("op")', true],
    ['" x ".trim() + "\\u00e9\\n"', 'xé\n'],
    ['doc.total&1', 0],
    ['1 + 2 * 3 ** 2 % 4', 3],
    ['  doc.paid\n  && true ;; ', true],
    ['[1, [2, null], "x"] + ""', '1,2,,x'],
    ['[+"x"].includes(+"y") && [+"x"].indexOf(+"y") === -1', true],
    ['cint("007") + cint(true) + cint("x", 5)', 13],
    ['flt("1,234.565", 2)', 1234.57],
    ['flt(1.005, 2)', 1.01],
    ['flt("EUR 3.5") + flt(null)', 3.5],
    ['cstr(null) + cstr(5)', '5'],
  ])('%s', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });

  test.each(['doc.paid == 1', 'doc.paid === 1', 'doc.paid == "1"', 'doc.paid == true', 'doc.paid === true'])(
    'a checked Check satisfies %s, as the number 1 did in Frappe',
    (source) => {
      expect(evaluate(source)).toBe(true);
      expect(evaluate(source.replace('paid', 'hold'))).toBe(false);
    },
  );

  test('a Check is found in a list of numbers', () => {
    expect(evaluate('in_list([1, 2], doc.paid) && [0].includes(doc.hold) && [5, 1].indexOf(doc.paid) == 1')).toBe(true);
  });

  test('fields are read by own name only, whatever they are called', () => {
    const scope = { doc: JSON.parse('{"toString":"a","valueOf":1,"hasOwnProperty":2,"length":3}'), parent: {} };
    const value = compileExpression('doc.toString + doc.valueOf + doc.hasOwnProperty + doc.length + (doc == "x")');
    expect(value.evaluate(scope)).toBe('a123false');
    expect(compileExpression('doc.isPrototypeOf').evaluate(scope)).toBeUndefined();
  });

  test('documents without a prototype are compared like any other', () => {
    const bare = Object.assign(Object.create(null), { list: [Object.create(null)] });
    expect(
      compileExpression('doc == "[object Object]" && doc.list == "[object Object]"').evaluate({
        doc: bare,
        parent: bare,
      }),
    ).toBe(true);
  });
});

describe('functions of an app', () => {
  const functions = new Map<string, (...args: unknown[]) => unknown>([
    ['frappe.utils.double', (value) => Number(value) * 2],
    [
      'frappe.utils.broken',
      () => {
        throw new TypeError('no such table');
      },
    ],
    ['frappe.utils.leak', () => setTimeout],
  ]);

  test('are called by their dotted name', () => {
    expect(compileExpression('frappe.utils.double(doc.total) + 1', functions).evaluate({ doc, parent })).toBe(242);
  });

  test.each([
    ['frappe.utils.broken(1)', /no such table/],
    ['frappe.utils.leak()', /not a value/],
    ['frappe.utils.other(1)', /"frappe.utils.other" is unknown/],
    ['frappe.boot.sysdefaults', /"frappe" is unknown/],
  ])('%s compiles, and fails with a reason when it is evaluated', (source, reason) => {
    const expression = compileExpression(source, functions);
    expect(() => expression.evaluate({ doc, parent })).toThrow(ExpressionError);
    expect(() => expression.evaluate({ doc, parent })).toThrow(reason);
  });

  test('without a registry the same source knows none of them', () => {
    expect(() => evaluate('frappe.utils.double(1)')).toThrow(/unknown/);
  });
});

test('reads names the fields of doc, and only those', () => {
  const source = 'doc.a == doc["b"] && parent.c && in_list(doc.d, doc.a) && doc.e.includes(doc.f?.g) && doc[doc.h]';
  expect([...compileExpression(source).reads].sort()).toEqual(['a', 'b', 'd', 'e', 'f', 'h']);
});

describe('what is refused says where', () => {
  test.each<[string, number]>([
    ['', 0],
    ['doc.a = 1', 6],
    ['doc.a == ', 9],
    ['doc.a doc.b', 6],
    ['doc.a == "x', 9],
    ['(doc.a', 0],
    ['doc.a)', 5],
    ['doc.a == 1; doc.b', 10],
    ['doc..a', 4],
    ['[1,,2]', 3],
    ['in_list([1] 2)', 12],
    ['doc.a && || doc.b', 9],
    ['doc.a ? 1', 9],
    ['doc.a : 1', 6],
    ['doc.a ?? doc.b || 1', 15],
    ['-doc.a ** 2', 7],
    ['doc.a == 010', 9],
    ['doc.é', 4],
    ['(1, 2)', 2],
    ['"\\u12"', 0],
    ['doc.a, doc.b', 5],
  ])('%j at %i', (source, position) => {
    let error: unknown;
    try {
      compileExpression(source);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ExpressionSyntaxError);
    expect(error).toMatchObject({ position });
  });
});

describe('limits', () => {
  const big = { list: Array.from({ length: 20_000 }, (_, i) => `row ${i}`), text: 'x'.repeat(900_000) };
  const scope = { doc: big, parent: big };

  test('10,000 characters are accepted, one more is not', () => {
    const long = `${'1+'.repeat(4_999)}11`;
    expect(long).toHaveLength(10_000);
    expect(compileExpression(long).evaluate(scope)).toBe(5_010);
    expect(() => compileExpression(`${long}1`)).toThrow(/at most 10000 characters/);
  });

  test.each([
    ['parentheses', (n: number) => `${'('.repeat(n)}1${')'.repeat(n)}`],
    ['signs', (n: number) => `${'!'.repeat(n)}1`],
    ['lists', (n: number) => '['.repeat(n) + ']'.repeat(n)],
    ['choices', (n: number) => `${'1?1:'.repeat(n)}1`],
    ['powers', (n: number) => `${'1**'.repeat(n)}1`],
    ['signs and calls', (n: number) => `${'!cint('.repeat(n / 2)}1${')'.repeat(n / 2)}`],
  ])('%s nest 100 deep and no deeper', (_, nested) => {
    expect(() => compileExpression(nested(100)).evaluate(scope)).not.toThrow();
    expect(() => compileExpression(nested(102))).toThrow(/100 levels/);
    expect(() => compileExpression(nested(1_600))).toThrow(/100 levels/);
  });

  test('long chains of operators and members are no depth', () => {
    expect(compileExpression(Array(400).fill('doc.a == "x"').join(' || ')).evaluate(scope)).toBe(false);
    expect(compileExpression(`doc?${'.a'.repeat(3_000)}`.replace('.a', '.b?.a')).evaluate(scope)).toBeUndefined();
  });

  test('walking lists and texts costs steps', () => {
    const once = compileExpression('in_list(doc.list, 1)');
    const often = compileExpression(Array(50).fill('in_list(doc.list, 1)').join(' || '));
    expect(once.evaluate(scope)).toBe(false);
    expect(() => often.evaluate(scope)).toThrow(/100000 steps/);
    expect(() => compileExpression(Array(300).fill('doc.text.includes("y")').join('||')).evaluate(scope)).toThrow(
      /steps/,
    );
  });

  test('every evaluation has its own budget', () => {
    const heavy = compileExpression(Array(4).fill('in_list(doc.list, 1)').join(' || '));
    for (let i = 0; i < 5; i++) expect(heavy.evaluate(scope)).toBe(false);
  });

  test('a text cannot be grown without bounds', () => {
    expect(() => compileExpression('doc.text + doc.text').evaluate(scope)).toThrow(/1000000 characters/);
    expect(() => compileExpression('[doc.text, doc.text] + ""').evaluate(scope)).toThrow(/1000000 characters/);
  });

  test('a list that holds itself ends in an ExpressionError', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => compileExpression('doc.loop + ""').evaluate({ doc: { loop }, parent: {} })).toThrow(ExpressionError);
  });
});
