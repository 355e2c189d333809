/** Fields that arrange or decorate a form and hold no value. */
import type { FieldType } from '../contract.ts';
import { NONE } from '../operators.ts';
import { accept, isBlank, refuse } from './answer.ts';
import { type FieldTypeSpec, fieldType } from './define.ts';

export function layoutType(spec: Pick<FieldTypeSpec, 'name'> & Partial<FieldTypeSpec>): FieldType {
  return fieldType({
    graphql: 'json',
    operators: NONE,
    jsonSchema: () => ({ type: 'null' }),
    coerce: (value) => {
      if (isBlank(value)) return accept(null);
      return refuse('no_value', `A ${spec.name} field holds no value: leave it out.`);
    },
    defaultValue: () => undefined,
    isMissing: () => false,
    ...spec,
  });
}
