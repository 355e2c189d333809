/** JSON: an object, a list, a number or true/false, stored as jsonb. Text is read as JSON text, as Frappe clients send it. */
import { accept, isBlank } from './families/answer.ts';
import { fieldType } from './families/define.ts';
import { checkJson, parseJson } from './families/json-value.ts';
import { PRESENCE } from './operators.ts';

export const json = fieldType({
  name: 'JSON',
  column: { type: 'jsonb' },
  graphql: 'json',
  operators: PRESENCE,
  canBeIndexed: false,
  jsonSchema: () => ({ type: ['object', 'array', 'number', 'boolean', 'null'] }),
  coerce: (value) => {
    if (isBlank(value)) return accept(null);
    return typeof value === 'string' ? parseJson(value) : checkJson(value);
  },
  toColumn: (value) => (value === null ? null : JSON.stringify(value)),
  isMissing: (value) => isBlank(value) || (Array.isArray(value) && value.length === 0),
});
