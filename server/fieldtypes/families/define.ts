/**
 * Makes a FieldType out of what is special about it; the rest is what most types do.
 * Knows no type by name.
 */
import type { DocField } from '../../kernel/doctype.ts';
import type { Value } from '../../kernel/document.ts';
import type { FieldProblem } from '../../kernel/error.ts';
import type { CoerceEnv, FieldType } from '../contract.ts';
import { isBlank } from './answer.ts';
import { checkDefinition } from './definition.ts';

type Required = 'name' | 'graphql' | 'operators' | 'jsonSchema' | 'coerce';

export type FieldTypeSpec = Pick<FieldType, Required> &
  Partial<Omit<FieldType, Required | 'checkField'>> & {
    /** Rules of the definition beyond those of every type (definition.ts). */
    checkOwn?(field: DocField): FieldProblem[];
  };

/**
 * Left out, a member is: plain JSON; the widget named like the type; no unique, an index and a list
 * column when there is a column; a default that is coerced as it stands; missing when blank.
 */
export function fieldType(spec: FieldTypeSpec): FieldType {
  const { checkOwn, ...given } = spec;
  const hasColumn = spec.column !== undefined;
  const type: FieldType = {
    json: 'plain',
    widget: spec.name.toLowerCase().replaceAll(' ', '-'),
    canBeUnique: false,
    canBeIndexed: hasColumn,
    canBeListed: hasColumn,
    isMissing: isBlank,
    defaultValue: (text, field, env) => coercedDefault(type, { text, field, env }),
    checkField: (field) => checkDefinition(type, field, checkOwn?.(field) ?? []),
    ...given,
  };
  return Object.freeze(type);
}

/** A default that is a plain value: undefined when it is empty or the type refuses it. */
export function coercedDefault(
  type: Pick<FieldType, 'coerce'>,
  wish: { text: string; field: DocField; env: CoerceEnv },
): Value | undefined {
  if (isBlank(wish.text)) return undefined;
  const coerced = type.coerce(wish.text, wish.field, wish.env);
  if ('problem' in coerced || coerced.value === null) return undefined;
  return coerced.value;
}
