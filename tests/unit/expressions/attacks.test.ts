/**
 * Ways out of other expression languages, tried on ours: each is refused or gives nothing, and the host is
 * as it was. Payloads: attack-payloads.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileExpression } from '../../../server/expressions/compile.ts';
import { compileCondition } from '../../../server/expressions/condition.ts';
import { ExpressionError, ExpressionSyntaxError } from '../../../server/expressions/errors.ts';
import { compilePythonCondition } from '../../../server/expressions/python.ts';
import { PAYLOADS } from './attack-payloads.ts';

const CANARY = 'EXPRESSION_TEST_CANARY';
const PRIMORDIALS = [
  Object,
  Function,
  Array,
  String,
  Number,
  Boolean,
  Object.getPrototypeOf(async () => {}).constructor,
];

const doc = {
  text: 'abc',
  list: [1, 'x', { a: 1 }],
  record: { deep: {} },
  number: 5,
  flag: true,
  key: 'constructor',
  proto: '__proto__',
  hook: () => process.env,
  symbol: Symbol.iterator,
  nested: { hook: console.log },
};
const scope = { doc, parent: doc };

let before: string;

beforeAll(() => {
  process.env[CANARY] = 'secret';
  before = fingerprint();
});

afterAll(() => {
  delete process.env[CANARY];
});

describe('escapes', () => {
  test.each([...new Set(PAYLOADS)])('%s', (payload) => {
    const outcome = attempt(() => compileExpression(payload).evaluate(scope));
    expect(outcome).toBeUndefined();
    expect(compileCondition(`eval:${payload}`).evaluate(scope)).toBe(false);
    expect(attempt(() => compilePythonCondition(payload).evaluate(scope)) ?? null).toBeNull();
    expect(doc.text).toBe('abc');
    expect(doc.number).toBe(5);
  });

  test('leave the objects of JavaScript as they were', () => {
    expect(PAYLOADS.length).toBeGreaterThan(300);
    expect(fingerprint()).toBe(before);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

test('an own field called __proto__ or constructor is refused too, not read', () => {
  const hostile = JSON.parse('{"__proto__":{"admin":true},"constructor":"x"}');
  for (const source of ['doc.__proto__.admin', 'doc["__proto__"].admin', 'doc.admin', 'doc["constr" + "uctor"]']) {
    expect(attempt(() => compileExpression(source).evaluate({ doc: hostile, parent: hostile }))).toBeUndefined();
  }
});

test('methods and getters of a value are never run to convert it', () => {
  let ran = 0;
  const trap = Object.fromEntries(['toString', 'valueOf', 'toJSON', 'join', 'then'].map((name) => [name, () => ++ran]));
  const each = { doc: { trap, list: Object.assign([trap], { join: () => ++ran, includes: () => ++ran }) }, parent: {} };
  for (const source of [
    'doc.trap == "x"',
    'doc.trap + ""',
    '+doc.trap',
    'doc.trap < 1',
    'doc.list == "x"',
    'doc.list.includes(doc.trap)',
    '"x".includes(doc.trap)',
    'cint(doc.trap)',
    'flt(doc.list)',
    'doc[doc.trap]',
  ]) {
    attempt(() => compileExpression(source).evaluate(each));
    attempt(() => compilePythonCondition(source).evaluate(each));
  }
  expect(ran).toBe(0);
});

describe('bombs end soon and in an error of ours', () => {
  test.each<[string, string]>([
    ['open parentheses', '('.repeat(9_999)],
    ['open brackets', '['.repeat(9_999)],
    ['open calls', 'cint('.repeat(1_999)],
    ['signs', `${'!'.repeat(9_998)}1`],
    ['spaced signs', `${'- '.repeat(4_999)}1`],
    ['choices', `${'1?'.repeat(4_999)}1`],
    ['indexes', `${'doc['.repeat(2_499)}`],
    ['typeof', `${'typeof '.repeat(1_427)}1`],
    ['a huge source', 'doc.a || '.repeat(1_000_000)],
    ['a huge text', `"${'x'.repeat(5_000_000)}"`],
    ['quotes', '"'.repeat(9_999)],
    ['backslashes', `"${'\\'.repeat(9_998)}`],
    ['digits', '1'.repeat(9_999).concat('n')],
  ])('%s', (_, source) => {
    const start = performance.now();
    expect(() => compileExpression(source).evaluate(scope)).toThrow(/./);
    expect(attempt(() => compileExpression(source).evaluate(scope))).toBeUndefined();
    expect(attempt(() => compilePythonCondition(source).evaluate(scope))).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test('long texts compared and joined again and again', () => {
    const big = { doc: { text: 'x'.repeat(500_000) }, parent: { text: `${'x'.repeat(499_999)}y` } };
    for (const part of ['doc.text == parent.text', 'doc.text + doc.text', 'doc.text.toUpperCase() == 1', '+doc.text']) {
      const source = `[${Array(Math.floor(9_000 / (part.length + 2)))
        .fill(part)
        .join(', ')}]`;
      const start = performance.now();
      expect(attempt(() => compileExpression(source).evaluate(big))).toBeUndefined();
      expect(performance.now() - start).toBeLessThan(2_000);
    }
  });
});

/** What it gave; undefined when it was refused by one of our two errors. Any other error is a failure. */
function attempt(evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof ExpressionError || error instanceof ExpressionSyntaxError) {
      expect(error.message).not.toContain('secret');
      return undefined;
    }
    throw error;
  }
}

function fingerprint(): string {
  return (
    PRIMORDIALS.map((each) =>
      [
        ...Reflect.ownKeys(each).map(String),
        ...Reflect.ownKeys(each.prototype).map(String),
        String(each.prototype.toString),
      ].join(),
    ).join(';') + Object.keys(globalThis).join()
  );
}
