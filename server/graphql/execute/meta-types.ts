/** The types of introspection itself, as the specification of GraphQL has them, for who asks for all types. */
import { introspectionTypes, isEnumType, isObjectType } from 'graphql';
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
        args: field.args.map(
          (arg): InputField => ({ name: arg.name, type: String(arg.type), defaultValue: defaultOf(arg.defaultValue) }),
        ),
        meaning: { kind: 'plain' },
      })),
    );
    return [[name, { kind: 'OBJECT', name, description, fields, interfaces: [] }]];
  }),
);

function defaultOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
