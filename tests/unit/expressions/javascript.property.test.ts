/** Random expressions mean what JavaScript itself makes of them. `new Function` is the oracle, here only. */
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { compileExpression } from '../../../server/expressions/compile.ts';
import { ExpressionSyntaxError } from '../../../server/expressions/errors.ts';
import fc from '../../support/properties.ts';

/** The same expression for us, and for JavaScript with our one difference (booleans are numbers in `===`) spelt out. */
interface Pair {
  ours: string;
  oracle: string;
}

type Outcome = { value: unknown } | { threw: 'syntax' | 'evaluation' };

const FIELDS = ['n', 'm', 's', 't', 'yes', 'no', 'nil', 'list', 'rows', 'record', 'missing'];
const OPERATORS = '|| && ?? == != < > <= >= + - * / % ** & | ^ << >> >>>'
  .split(' ')
  .concat(['&&', '||', '==', '!=', '&&', '||']);

const expression = fc.letrec<{ any: Pair }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'expression' },
    { weight: 4, arbitrary: leaf() },
    {
      weight: 4,
      arbitrary: fc
        .tuple(tie('any'), fc.constantFrom(...OPERATORS), tie('any'))
        .map(([a, op, b]) => join(['', ` ${op} `, ''], a, b)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('any'), fc.constantFrom('===', '!=='), tie('any')).map(([a, op, b]) => strict(a, op, b)),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('!', '-', '+', '~', 'typeof '), tie('any'))
        .map(([op, a]) => join([`${op}(`, ')'], a)),
    },
    { weight: 1, arbitrary: tie('any').map((a) => join(['!', ''], a)) },
    { weight: 2, arbitrary: tie('any').map((a) => join(['(', ')'], a)) },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('any'), tie('any'), tie('any')).map(([a, b, c]) => join(['', ' ? ', ' : ', ''], a, b, c)),
    },
    { weight: 1, arbitrary: fc.tuple(tie('any'), tie('any')).map(([a, b]) => join(['[', ', ', ']'], a, b)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          tie('any'),
          fc.constantFrom(
            '.length',
            '?.length',
            '[0]',
            '?.[1]',
            '.deep.x',
            '?.deep.x',
            '?.deep?.x',
            '["qty"]',
            '.gone?.x.y',
          ),
        )
        .map(([a, link]) => join(['(', `)${link}`], a)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('any'), fc.constantFrom('.includes', '.indexOf', '.startsWith', '.endsWith'), tie('any'))
        .map(([a, name, b]) => invoke(a, name, [b])),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('any'), fc.constantFrom('.trim', '.toLowerCase', '.toUpperCase'))
        .map(([a, name]) => invoke(a, name, [])),
    },
  ),
})).any;

const value = fc.oneof(
  fc.constantFrom(null, undefined, 0, 1, -1, 0.5, '', '0', '1', 'Open', 'open', ' x ', true, false),
  fc.integer({ min: -9, max: 99 }),
);

/** Plain objects: JavaScript cannot compare those without a prototype, we can (language.test.ts). */
const PLAIN = { noNullPrototype: true };

const doc = fc.record(
  {
    n: fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom(0, 1, 2.5)),
    m: value,
    s: fc.constantFrom('', 'Open', 'open', '1', ' x ', 'Draft'),
    t: value,
    yes: fc.constant(true),
    no: fc.constant(false),
    nil: fc.constantFrom(null, undefined),
    list: fc.array(value, { maxLength: 3 }),
    rows: fc.array(fc.record({ qty: value }, PLAIN), { maxLength: 2 }),
    record: fc.record({ deep: fc.record({ x: value }, PLAIN), qty: value }, PLAIN),
  },
  PLAIN,
);

test('random expressions on random documents give what JavaScript gives, or both throw', () => {
  const seen = { values: 0, syntax: 0, evaluation: 0 };
  fc.assert(
    fc.property(expression, fc.array(doc, { minLength: 4, maxLength: 4 }), (pair, docs) => {
      for (const each of docs) {
        const theirs = ask(() => oracle(pair.oracle, each));
        const ours = ask(() => compileExpression(pair.ours).evaluate({ doc: each, parent: each }));
        if (!isDeepStrictEqual(ours, theirs)) {
          throw new Error(`${pair.ours}\non ${JSON.stringify(each)}\nours ${show(ours)}, JavaScript ${show(theirs)}`);
        }
        seen[('threw' in ours ? ours.threw : 'values') as keyof typeof seen] += 1;
      }
    }),
    { numRuns: 4_000 },
  );
  // Nothing was proved if nearly everything threw.
  expect(seen.values).toBeGreaterThan(seen.syntax + seen.evaluation);
});

function leaf(): fc.Arbitrary<Pair> {
  return fc
    .oneof(
      { weight: 4, arbitrary: fc.constantFrom(...FIELDS.map((field) => `doc.${field}`)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'parent.n',
          'parent["s"]',
          'doc',
          'doc.record?.deep.x',
          'doc.missing?.deep.x',
          'doc.rows[0]?.qty',
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'true',
          'false',
          'null',
          'undefined',
          '0',
          '1',
          '"1"',
          '""',
          "'Open'",
          '"o\\"p\\u0065n"',
          '.5',
          '2e1',
          '[]',
        ),
      },
      { weight: 1, arbitrary: fc.integer({ min: -5, max: 40 }).map(String) },
    )
    .map((text) => ({ ours: text, oracle: text }));
}

function join(texts: readonly string[], ...parts: readonly Pair[]): Pair {
  const fill = (key: keyof Pair) => texts.map((text, i) => text + (parts[i]?.[key] ?? '')).join('');
  return { ours: fill('ours'), oracle: fill('oracle') };
}

function strict(a: Pair, operator: string, b: Pair): Pair {
  return {
    ours: `((${a.ours}) ${operator} (${b.ours}))`,
    oracle: `(${operator === '!==' ? '!' : ''}same((${a.oracle}), (${b.oracle})))`,
  };
}

function invoke(base: Pair, name: string, args: readonly Pair[]): Pair {
  return {
    ours: `(${base.ours})${name}(${args.map((arg) => arg.ours).join(', ')})`,
    oracle: `call((${base.oracle}), "${name.slice(1)}", [${args.map((arg) => arg.oracle).join(', ')}])`,
  };
}

function same(a: unknown, b: unknown): boolean {
  const mixed = (typeof a === 'boolean' && typeof b === 'number') || (typeof a === 'number' && typeof b === 'boolean');
  return mixed ? Number(a) === Number(b) : a === b;
}

function call(base: unknown, name: string, args: readonly unknown[]): unknown {
  if (Array.isArray(base) && name === 'includes')
    return base.some((item) => same(item, args[0]) || Object.is(item, args[0]));
  if (Array.isArray(base) && name === 'indexOf') return base.findIndex((item) => same(item, args[0]));
  return (base as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args) ?? raise();
}

function raise(): never {
  throw new TypeError('not a function');
}

function oracle(source: string, each: object): unknown {
  return new Function('doc', 'parent', 'same', 'call', `return (${source}\n)`)(each, each, same, call);
}

function ask(evaluate: () => unknown): Outcome {
  try {
    return { value: evaluate() };
  } catch (error) {
    return { threw: error instanceof ExpressionSyntaxError || error instanceof SyntaxError ? 'syntax' : 'evaluation' };
  }
}

function show(outcome: Outcome): string {
  return 'threw' in outcome ? `threw (${outcome.threw})` : `${JSON.stringify(outcome.value)} (${typeof outcome.value})`;
}
