/** Broken and hostile JSON before anything looks at its meaning: one clear problem, quickly. */
import { describe, expect, it } from 'vitest';
import { isFatal } from '../../../server/schema/check.ts';
import { MAX_DEPTH } from '../../../server/schema/check-shape.ts';
import { checkAgainstMetaSchema } from '../../../server/schema/meta-schema.ts';

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 ? [value] : { a: value };
  return value;
}

describe('size and depth', () => {
  const circle: Record<string, unknown> = { name: 'A' };
  circle.self = circle;

  it.each<[string, string, unknown]>([
    ['wrong_type', 'null', null],
    ['wrong_type', 'a list', []],
    ['wrong_type', 'text', 'DocType'],
    ['wrong_type', 'a date', { name: 'A', creation: new Date(0) }],
    ['wrong_type', 'infinity', { name: 'A', idx: Number.POSITIVE_INFINITY }],
    ['too_deep', 'deep JSON', { name: 'A', x: nested(100_000) }],
    ['too_deep', 'a circle', circle],
    ['too_large', 'one long text', { name: 'A', description: 'x'.repeat(2 * 1024 * 1024) }],
    ['too_large', 'many texts', { name: 'A', x: Array.from({ length: 3000 }, () => 'é'.repeat(500)) }],
    ['too_large', 'many values', { name: 'A', permissions: Array.from({ length: 200_000 }, () => ({})) }],
    [
      'too_many_columns',
      'many fields',
      { name: 'A', fields: Array.from({ length: 1601 }, () => ({ fieldtype: 'Data' })) },
    ],
    ['reserved_key', '__proto__', JSON.parse('{"name":"A","__proto__":{"polluted":1}}')],
    ['reserved_key', '__proto__ in a field', JSON.parse('{"name":"A","fields":[{"__proto__":{"polluted":1}}]}')],
  ])('says %s of %s', (code, _what, value) => {
    const started = performance.now();
    const problems = checkAgainstMetaSchema(value);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems.map(isFatal)).toEqual([true]);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('takes what is just within', () => {
    // The DocType itself is the first level.
    expect(checkAgainstMetaSchema({ name: 'A', x: nested(MAX_DEPTH - 2) })).toEqual([]);
    expect(checkAgainstMetaSchema({ name: 'A', x: nested(MAX_DEPTH - 1) })[0]?.code).toBe('too_deep');
  });
});

describe('the meta-schema', () => {
  it.each<[string, string, unknown]>([
    ['name', 'required', {}],
    ['name', 'wrong_type', { name: 5 }],
    ['fields', 'wrong_type', { name: 'A', fields: {} }],
    ['fields[1]', 'wrong_type', { name: 'A', fields: [{ fieldname: 'a' }, 'b'] }],
    ['fields[0].fieldtype', 'wrong_type', { name: 'A', fields: [{ fieldname: 'a', fieldtype: 3 }] }],
    ['fields[0].reqd', 'wrong_value', { name: 'A', fields: [{ fieldname: 'a', reqd: 2 }] }],
    ['fields[0].permlevel', 'wrong_value', { name: 'A', fields: [{ fieldname: 'a', permlevel: -1 }] }],
    ['fields[0].fieldname', 'wrong_pattern', { name: 'A', fields: [{ fieldname: 'A b' }] }],
    ['permissions[0].role', 'required', { name: 'A', permissions: [{ read: 1 }] }],
    ['doctype', 'wrong_value', { name: 'A', doctype: 'User' }],
  ])('names %s (%s)', (field, code, value) => {
    expect(checkAgainstMetaSchema(value).map((problem) => [problem.field, problem.code])).toEqual([[field, code]]);
  });

  it('lists every problem, each once, with what was expected and what came', () => {
    const problems = checkAgainstMetaSchema({ name: 'A', istable: 'yes', fields: [{ fieldname: 'a', label: ['x'] }] });
    expect(problems.map((problem) => problem.field).sort()).toEqual(['fields[0].label', 'istable']);
    expect(problems.find((problem) => problem.field === 'fields[0].label')?.message).toMatch(
      /must be text; got a list/,
    );
  });

  it('keeps quiet about keys that nobody knows', () => {
    expect(
      checkAgainstMetaSchema({ name: 'A', zebra: { stripes: [1, null] }, fields: [{ fieldname: 'a', paw: 4 }] }),
    ).toEqual([]);
  });

  it('forgives an import an empty text in place of a list, but not a wrong type', () => {
    expect(checkAgainstMetaSchema({ name: 'A', actions: '' }).map(isFatal)).toEqual([false]);
    expect(checkAgainstMetaSchema({ name: 'A', actions: 'all' }).map(isFatal)).toEqual([true]);
  });
});
