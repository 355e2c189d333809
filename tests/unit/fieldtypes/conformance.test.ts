/** Every field type keeps the contract: the same suite over the whole registry, with cases.ts as its data. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import type { FieldType } from '../../../server/fieldtypes/contract.ts';
import { defaultText } from '../../../server/fieldtypes/families/definition.ts';
import { builtinFieldTypes, createRegistry } from '../../../server/fieldtypes/registry.ts';
import type { DocField } from '../../../server/kernel/doctype.ts';
import type { Value } from '../../../server/kernel/document.ts';
import { OPERATORS } from '../../../server/kernel/filter.ts';
import fc from '../../support/properties.ts';
import { CASES, NOW, type TypeCases } from './cases.ts';

const registry = createRegistry(builtinFieldTypes);
const env = { now: NOW };
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
addFormats.default(ajv);

const typeOf = (name: string): FieldType => registry.find(name) as FieldType;
const fieldOf = (cases: TypeCases): DocField => ({ fieldname: 'x', fieldtype: cases.type, ...cases.field });
const titleOf = (cases: TypeCases): string => `${cases.type} ${cases.field ? JSON.stringify(cases.field) : ''}`;

test('every field type has cases, and every case a field type', () => {
  expect(new Set(CASES.map((cases) => cases.type))).toEqual(new Set(registry.names));
});

test('the types of Frappe are all here', () => {
  expect(registry.names).toHaveLength(44);
});

test('names that objects inherit are no field types', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'data', '']) expect(registry.find(name)).toBeUndefined();
});

test('two types of one name are refused', () => {
  expect(() => createRegistry([...builtinFieldTypes, typeOf('Data')])).toThrow('two field types are called Data');
});

describe.each(CASES.map((cases) => [titleOf(cases), cases] as const))('%s', (_title, cases) => {
  const type = typeOf(cases.type);
  const field = fieldOf(cases);

  test('takes what people send', () => {
    for (const [sent, canonical] of cases.good) expect(type.coerce(sent, field, env)).toEqual({ value: canonical });
  });

  test('refuses what it cannot hold, in words', () => {
    for (const [sent, code] of cases.bad) {
      const coerced = type.coerce(sent, field, env);
      const problem = 'problem' in coerced ? coerced.problem : { code: 'none', message: JSON.stringify(coerced) };
      expect(problem).toMatchObject({ code });
      expect(problem.message.length).toBeGreaterThan(20);
      expect(problem.message.length).toBeLessThan(300);
    }
  });

  test('canonical values stay as they are, and fit the JSON Schema', () => {
    const fits = ajv.compile(type.jsonSchema(field));
    for (const [, canonical] of cases.good) {
      expect(type.coerce(canonical, field, env)).toEqual({ value: canonical });
      fits(canonical);
      expect(fits.errors, JSON.stringify(canonical)).toBeNull();
    }
  });

  test('fills defaults', () => {
    for (const [text, value] of cases.defaults ?? []) {
      expect(type.defaultValue(text, field, env), text).toEqual(value);
    }
  });

  test('knows what is missing', () => {
    for (const value of cases.missing ?? []) expect(type.isMissing(value as Value), String(value)).toBe(true);
    for (const value of cases.present ?? []) expect(type.isMissing(value as Value), String(value)).toBe(false);
  });
});

describe.each(builtinFieldTypes.map((type) => [type.name, type] as const))('%s', (name, type) => {
  const field: DocField = { fieldname: 'x', fieldtype: name };

  test('whatever is sent gives a value or a problem, and the value means itself', () => {
    const fits = ajv.compile(type.jsonSchema(field));
    fc.assert(
      fc.property(sendable, (sent) => {
        const once = type.coerce(sent, field, env);
        if ('problem' in once) return;
        expect(type.coerce(once.value, field, env)).toEqual(once);
        fits(once.value);
        expect(fits.errors).toBeNull();
        const column = type.toColumn ? type.toColumn(once.value) : once.value;
        if (type.column) expect(column === null || typeof column !== 'object').toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('whatever a definition holds, checking it gives problems and no error', () => {
    fc.assert(
      fc.property(fc.record(definition, { requiredKeys: [] }), (keys) => {
        const wild = { ...keys, fieldname: 'x', fieldtype: name } as DocField;
        for (const problem of type.checkField(wild)) expect(Object.keys(definition)).toContain(problem.field);
        type.linkTarget?.(wild);
        type.defaultValue(defaultText(wild), wild, env);
        expect(ajv.validateSchema(type.jsonSchema(wild))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('names a widget, a scalar and known operators', () => {
    expect(type.widget).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(['String', 'Boolean', 'bigint', 'numeric', 'date', 'timestamptz', 'time', 'json']).toContain(type.graphql);
    for (const operator of type.operators) expect(OPERATORS).toContain(operator);
    if (type.column) expect(type.operators).toContain('is');
    if (type.canBeUnique || type.canBeIndexed || type.canBeListed) expect(type.column).toBeDefined();
  });

  test('a value that is not nullable has its zero for null', () => {
    if (type.column?.zero === undefined) return;
    const zero = type.coerce(null, field, env);
    expect(zero).toEqual({ value: JSON.parse(type.column.zero) });
  });
});

/** JSON, and text that looks like values: random text alone would hardly ever be a date. */
const sendable = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: 'binary' }),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.stringMatching(/^[0-2]?\d:[0-5]\d(:[0-5]\d(\.\d{1,9})?)?$/),
  fc.stringMatching(/^\d{4}-[01]\d-[0-3]\d([T ][0-2]\d:[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-][01]\d:[0-5]\d)?)?$/),
  fc.jsonValue().map((value) => JSON.stringify(value)),
);

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.integer(),
  fc.constantFrom('1', 'Today', ':Company', 'a\nb'),
);
const definition = {
  options: anything,
  default: anything,
  length: anything,
  precision: anything,
  max_height: anything,
  reqd: anything,
  hidden: anything,
  unique: anything,
  search_index: anything,
  in_list_view: anything,
};
