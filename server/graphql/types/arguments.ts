/** The arguments of lists, the same wherever a list stands. */
import type { InputField, OutputField } from '../definitions.ts';

const LIMIT: InputField = { name: 'limit', type: 'Int', description: 'At most so many: up to 1,000.' };
const OFFSET: InputField = { name: 'offset', type: 'Int', description: 'Without the first so many.' };

export function whereArgument(type: string, isRequired = false): InputField {
  return {
    name: 'where',
    type: `${type}_bool_exp${isRequired ? '!' : ''}`,
    description: 'Only those of which this holds.',
  };
}

export function orderArgument(type: string): InputField {
  return {
    name: 'order_by',
    type: `[${type}_order_by!]`,
    description: 'In this order; otherwise in that of the DocType.',
  };
}

export function listArguments(type: string): readonly InputField[] {
  return [
    whereArgument(type),
    orderArgument(type),
    LIMIT,
    OFFSET,
    {
      name: 'distinct_on',
      type: `[${type}_select_column!]`,
      description: 'Only the first of each of these values; order_by begins with these fields.',
    },
  ];
}

export function groupArguments(type: string): readonly InputField[] {
  return [
    { name: 'by', type: `[${type}_select_column!]!`, description: 'The fields whose values make a group.' },
    whereArgument(type),
    { ...orderArgument(type), description: 'By fields of "by".' },
    {
      name: 'order_by_aggregate',
      type: `[${type}_aggregate_order_by!]`,
      description: 'By aggregates, before all else.',
    },
    LIMIT,
    OFFSET,
  ];
}

export function connectionArguments(type: string): readonly InputField[] {
  return [
    { name: 'first', type: 'Int', description: 'The first so many after "after": up to 1,000.' },
    { name: 'after', type: 'String', description: 'A cursor.' },
    { name: 'last', type: 'Int', description: 'The last so many before "before".' },
    { name: 'before', type: 'String', description: 'A cursor.' },
    whereArgument(type),
    orderArgument(type),
  ];
}

/** Either of a document's keys. */
export const KEY: readonly InputField[] = [
  { name: 'id', type: 'uuid', description: 'Either this' },
  { name: 'name', type: 'String', description: 'or this.' },
];

/** What is not there is not remembered: there is no end of such names. */
export function remembered(
  made: Map<string, OutputField | undefined>,
  name: string,
  make: (name: string) => OutputField | undefined,
): OutputField | undefined {
  const known = made.get(name);
  if (known) return known;
  const field = make(name);
  if (field) made.set(name, field);
  return field;
}
