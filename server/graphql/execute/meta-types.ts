/** The types of introspection itself, as the specification of GraphQL has them, for who asks for all types. */
import { type GraphQLArgument, introspectionTypes, isEnumType, isObjectType } from 'graphql';
import { type InputField, members, type OutputField, type TypeDef } from '../definitions.ts';

export const META_TYPES: ReadonlyMap<string, TypeDef> = new Map(
  introspectionTypes.flatMap((type): [string, TypeDef][] => {
    const { name } = type;
    const description = type.description ?? undefined;
    if (isEnumType(type)) {
      const values = type
        .getValues()
        .map((value) => ({ name: value.name, description: value.description ?? undefined }));
      return [[name, { kind: 'ENUM', name, description, values }]];
    }
    if (!isObjectType(type)) return [];
    const fields = members((): OutputField[] =>
      Object.values(type.getFields()).map((field) => ({
        name: field.name,
        description: field.description ?? undefined,
        type: String(field.type),
        args: field.args.map(inputOf),
        meaning: { kind: 'plain' },
      })),
    );
    return [[name, { kind: 'OBJECT', name, description, fields, interfaces: [] }]];
  }),
);

/** An argument of graphql-js's own. */
export function inputOf({ name, description, type, defaultValue }: GraphQLArgument): InputField {
  return { name, description: description ?? undefined, type: String(type), defaultValue: defaultOf(defaultValue) };
}

function defaultOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
