import { expect, test } from 'vitest';
import { parseRecords, printRecords, withValues } from '../../../server/documents/repositories/json-records.ts';
import fc from '../../support/properties.ts';

const roundTrip = (text: string): string => printRecords(parseRecords(text, 'name'));

test.each([
  '[{"name":"a","n":12345678901234567890,"f":0.12345678901234567890,"x":{"y":[1]}}]',
  '{\n  "a": {\n    "n": 1\n  },\n  "b": {}\n}\n',
  '[\n\t{\n\t\t"name": "a"\n\t}\n]\n',
  '{"__proto__":{"n":1},"constructor":{}}',
  '[]',
])('%s comes back as it was', (text) => {
  expect(roundTrip(text)).toBe(text);
});

test('whatever the records hold comes back', () => {
  const records = fc.uniqueArray(fc.record({ name: fc.string({ minLength: 1 }), value: fc.jsonValue() }), {
    selector: (record) => record.name,
  });
  fc.assert(
    fc.property(records, (given) => {
      const text = JSON.stringify(given);
      expect(roundTrip(text)).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('a value under a known key keeps its place, another comes last', () => {
  const record = withValues(
    { b: 1, a: 2 },
    new Map<string, unknown>([
      ['c', 3],
      ['b', 4],
    ]),
  );
  expect(JSON.stringify(record)).toBe('{"b":4,"a":2,"c":3}');
  expect(JSON.stringify(withValues({}, new Map([['__proto__', 1]])))).toBe('{"__proto__":1}');
});
