/** Fields whose value is a list of child rows. What is in a row is the child DocType's, and documents/ asks it. */
import { isObject } from '../../kernel/json.ts';
import type { FieldType } from '../contract.ts';
import { NONE } from '../operators.ts';
import { accept, isBlank, refuse, shown } from './answer.ts';
import { type FieldTypeSpec, fieldType } from './define.ts';
import { requireOptions } from './definition.ts';

export function tableType(spec: Pick<FieldTypeSpec, 'name'>): FieldType {
  return fieldType({
    children: true,
    graphql: 'json',
    operators: NONE,
    jsonSchema: () => ({ type: 'array', items: { type: 'object' } }),
    coerce: (value) => {
      if (isBlank(value)) return accept([]);
      if (!Array.isArray(value)) return refuse('invalid_table', `Expected a list of rows, got ${shown(value)}.`);
      const bad = value.findIndex((row) => !isObject(row));
      if (bad < 0) return accept(value);
      return refuse('invalid_table', `Expected every row to be an object, got ${shown(value[bad])} in row ${bad + 1}.`);
    },
    defaultValue: () => undefined,
    isMissing: (value) => !Array.isArray(value) || value.length === 0,
    checkOwn: (field) => requireOptions(field, 'the child DocType'),
    ...spec,
  });
}
