/**
 * The schema as graphql-js validates against it: types come into being when a query names them, from the
 * definitions of types/, so that making one costs nothing, however many DocTypes there are. Nothing is executed
 * by graphql-js, so it has no resolvers.
 */
import {
  GraphQLEnumType,
  type GraphQLEnumValueConfig,
  type GraphQLInputField,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  type GraphQLType,
  introspectionTypes,
  Kind,
  specifiedScalarTypes,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import type { InputField, Members, OutputField, TypeDef, TypeRef } from './definitions.ts';
import { findScalar } from './scalars.ts';
import { findType } from './types/find.ts';
import { MUTATION, QUERY, SUBSCRIPTION } from './types/roots.ts';
import type { View } from './view.ts';

export interface LiveSchema {
  view: View;
  schema: GraphQLSchema;
  /** The definition of a type; undefined when there is none for this caller. */
  definition(name: string): TypeDef | undefined;
}

const schemas = new WeakMap<View, LiveSchema>();

export function schemaOf(view: View): LiveSchema {
  let schema = schemas.get(view);
  if (!schema) {
    schema = makeSchema(view);
    schemas.set(view, schema);
  }
  return schema;
}

function makeSchema(view: View): LiveSchema {
  const definitions = new Map<string, TypeDef>();
  const types = new Map<string, GraphQLNamedType>(
    [...specifiedScalarTypes, ...introspectionTypes].map((type) => [type.name, type]),
  );
  const definition = (name: string): TypeDef | undefined => {
    const known = definitions.get(name) ?? findType(view, name);
    if (known) definitions.set(name, known);
    return known;
  };
  const typeNamed = (name: string): GraphQLNamedType | undefined => {
    const known = types.get(name);
    if (known) return known;
    const def = definition(name);
    const type = def && makeType(def, refer);
    if (type) types.set(name, type);
    return type;
  };
  const refer = (ref: TypeRef): GraphQLType => {
    if (ref.endsWith('!')) return new GraphQLNonNull(refer(ref.slice(0, -1)) as GraphQLList<GraphQLOutputType>);
    if (ref.startsWith('[')) return new GraphQLList(refer(ref.slice(1, -1)) as GraphQLOutputType);
    const type = typeNamed(ref);
    if (!type) throw new Error(`there is no GraphQL type ${ref}`);
    return type;
  };
  return { view, definition, schema: new LazySchema(typeNamed, definition) };
}

/** Of a GraphQLSchema, what validation asks; the types are found one by one. */
class LazySchema extends GraphQLSchema {
  readonly #find: (name: string) => GraphQLNamedType | undefined;
  readonly #definition: (name: string) => TypeDef | undefined;

  constructor(find: (name: string) => GraphQLNamedType | undefined, definition: (name: string) => TypeDef | undefined) {
    super({ assumeValid: true });
    this.#find = find;
    this.#definition = definition;
  }

  override getType(name: string): GraphQLNamedType | undefined {
    return this.#find(name);
  }

  override getTypeMap(): Record<string, GraphQLNamedType> {
    return lookup((name) => this.#find(name));
  }

  override getQueryType(): GraphQLObjectType {
    return this.#find(QUERY) as GraphQLObjectType;
  }

  override getMutationType(): GraphQLObjectType {
    return this.#find(MUTATION) as GraphQLObjectType;
  }

  override getSubscriptionType(): GraphQLObjectType {
    return this.#find(SUBSCRIPTION) as GraphQLObjectType;
  }

  override getRootType(operation: string): GraphQLObjectType {
    if (operation === 'query') return this.getQueryType();
    return operation === 'mutation' ? this.getMutationType() : this.getSubscriptionType();
  }

  override isSubType(abstract: { name: string }, maybe: { name: string }): boolean {
    const def = this.#definition(maybe.name);
    return def?.kind === 'OBJECT' && def.interfaces.includes(abstract.name);
  }

  override getPossibleTypes(): readonly GraphQLObjectType[] {
    // For suggestions and execution only, of which there is neither.
    return [];
  }

  override getImplementations(): {
    objects: readonly GraphQLObjectType[];
    interfaces: readonly GraphQLInterfaceType[];
  } {
    return { objects: [], interfaces: [] };
  }
}

type Refer = (ref: TypeRef) => GraphQLType;

function makeType(def: TypeDef, refer: Refer): GraphQLNamedType {
  const { name, description } = def;
  switch (def.kind) {
    case 'SCALAR':
      return new GraphQLScalarType({
        name,
        description,
        parseValue: (value) => checked(name, value),
        parseLiteral: (node) => checked(name, literalOf(node)),
      });
    case 'ENUM':
      return new GraphQLEnumType({
        name,
        description,
        values: Object.fromEntries(def.values.map((value): [string, GraphQLEnumValueConfig] => [value.name, {}])),
      });
    case 'INPUT_OBJECT': {
      const type = new GraphQLInputObjectType({ name, description, fields: {} });
      type.getFields = () => lookup((key) => inputOf(def.fields, key, refer));
      return type;
    }
    case 'OBJECT': {
      const interfaces = () => def.interfaces.map((each) => refer(each) as GraphQLInterfaceType);
      return withFields(new GraphQLObjectType({ name, description, fields: {}, interfaces }), def.fields, refer);
    }
    case 'INTERFACE':
      return withFields(new GraphQLInterfaceType({ name, description, fields: {} }), def.fields, refer);
  }
}

/** A whole number beyond 2^53 stays the text that it is: JavaScript would round it. */
function literalOf(node: ValueNode): unknown {
  const value = valueFromASTUntyped(node);
  return node.kind === Kind.INT && !Number.isSafeInteger(value) ? node.value : value;
}

function checked(name: string, value: unknown): unknown {
  const expected = findScalar(name)?.refuse(value);
  if (expected !== undefined) throw new TypeError(`expected ${expected}`);
  return value;
}

function withFields<T extends GraphQLObjectType | GraphQLInterfaceType>(
  type: T,
  fields: Members<OutputField>,
  refer: Refer,
): T {
  const made = new Map<string, unknown>();
  type.getFields = () =>
    lookup((name) => {
      const known = made.get(name);
      if (known) return known as ReturnType<T['getFields']>[string];
      const field = fields.find(name);
      if (!field) return undefined;
      const args = field.args.map((arg) => argumentOf(arg, refer));
      const one = { name, type: refer(field.type), args, deprecationReason: undefined, extensions: {} };
      made.set(name, one);
      return one as unknown as ReturnType<T['getFields']>[string];
    }) as ReturnType<T['getFields']>;
  return type;
}

function argumentOf(arg: InputField, refer: Refer): GraphQLInputField {
  return {
    name: arg.name,
    type: refer(arg.type) as GraphQLInputType,
    defaultValue: undefined,
    description: undefined,
    deprecationReason: undefined,
    extensions: {},
    astNode: undefined,
  };
}

function inputOf(fields: Members<InputField>, name: string, refer: Refer): GraphQLInputField | undefined {
  const field = fields.find(name);
  return field && argumentOf(field, refer);
}

/** An object whose members are found when they are asked for; nobody sees all of them. */
function lookup<T>(find: (name: string) => T | undefined): Record<string, T> {
  return new Proxy(Object.create(null), {
    get: (_, name) => (typeof name === 'string' ? find(name) : undefined),
    has: (_, name) => typeof name === 'string' && find(name) !== undefined,
    ownKeys: () => [],
    getOwnPropertyDescriptor: (_, name) => {
      const value = typeof name === 'string' ? find(name) : undefined;
      return value === undefined ? undefined : { value, enumerable: true, configurable: true };
    },
  });
}
