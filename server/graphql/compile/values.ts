/**
 * Values of a request: variables against their types, and what an argument says, variables filled in. Objects
 * keep the order of their keys, which is the order of an order_by.
 */
import { Kind, type OperationDefinitionNode, print, type TypeNode, type ValueNode } from 'graphql';
import { AppError, type FieldProblem, MOST_PROBLEMS } from '../../kernel/error.ts';
import { isObject } from '../../kernel/json.ts';
import { shown } from '../../query/request.ts';
import type { TypeRef } from '../definitions.ts';
import { findScalar } from '../scalars.ts';
import type { LiveSchema } from '../schema.ts';

export type Variables = ReadonlyMap<string, unknown>;

/** Values by name; one that was not given and has no default is not there. Throws bad_request with each that does not fit. */
export function coerceVariables(
  schema: LiveSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Variables {
  const values = new Map<string, unknown>();
  const problems: FieldProblem[] = [];
  const refuse: Refuse = (place, message) => {
    if (problems.length >= MOST_PROBLEMS) return;
    const path = textOf(place);
    problems.push({ field: path, code: 'bad_request', message: `${path}: ${message}` });
  };
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const ref = refOf(type);
    const isGiven = Object.hasOwn(given, name) && given[name] !== undefined;
    if (!isGiven && defaultValue) {
      values.set(name, nodeValue(defaultValue, NO_VARIABLES));
      continue;
    }
    if (!isGiven && !ref.endsWith('!')) continue;
    check({ schema, refuse }, ref, isGiven ? given[name] : undefined, { key: `$${name}` });
    values.set(name, given[name]);
  }
  if (problems.length > 0) throw new AppError('bad_request', problems[0]?.message ?? '', { errors: problems });
  return values;
}

const NO_VARIABLES: Variables = new Map();

/** A document that is kept is asked with again and again. */
const refs = new WeakMap<TypeNode, TypeRef>();

function refOf(type: TypeNode): TypeRef {
  const known = refs.get(type) ?? print(type);
  refs.set(type, known);
  return known;
}

/** Where a value stands; its text is made when something is wrong there. */
interface Place {
  within?: Place;
  key: string | number;
}

function textOf({ within, key }: Place): string {
  if (!within) return String(key);
  return typeof key === 'number' ? `${textOf(within)}[${key}]` : `${textOf(within)}.${key}`;
}

type Refuse = (place: Place, message: string) => void;

interface Checking {
  schema: LiveSchema;
  refuse: Refuse;
}

function check(q: Checking, type: TypeRef, value: unknown, place: Place): void {
  if (type.endsWith('!')) {
    if (value === null || value === undefined)
      q.refuse(place, `expected a value (${type}), but got ${shown(value ?? null)}`);
    else check(q, type.slice(0, -1), value, place);
    return;
  }
  if (value === null || value === undefined) return;
  if (!type.startsWith('[')) {
    checkNamed(q, type, value, place);
    return;
  }
  const inner = type.slice(1, -1);
  if (!Array.isArray(value)) check(q, inner, value, place);
  else for (const [key, each] of value.entries()) check(q, inner, each, { within: place, key });
}

function checkNamed(q: Checking, type: TypeRef, value: unknown, place: Place): void {
  const scalar = findScalar(type);
  if (scalar) {
    const expected = scalar.refuse(value);
    if (expected !== undefined) q.refuse(place, `expected ${expected} (${type}), but got ${shown(value)}`);
    return;
  }
  const def = q.schema.definition(type);
  if (def?.kind === 'ENUM') {
    if (!def.values.some(({ name }) => name === value))
      q.refuse(place, `expected a value of ${type}, but got ${shown(value)}`);
  } else if (def?.kind !== 'INPUT_OBJECT') q.refuse(place, `${type} is no type of input`);
  else if (!isObject(value)) q.refuse(place, `expected an object (${type}), but got ${shown(value)}`);
  else {
    for (const [key, each] of Object.entries(value)) {
      const field = def.fields.find(key);
      if (field) check(q, field.type, each, { within: place, key });
      else q.refuse(place, `${type} has no field "${key.slice(0, 100)}"`);
    }
  }
}

/** What a node says; undefined for a variable without a value. Keys with such are left out, as GraphQL has it. */
export function nodeValue(node: ValueNode, variables: Variables): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables.get(node.name.value);
    case Kind.NULL:
      return null;
    case Kind.INT: {
      const number = Number(node.value);
      return Number.isSafeInteger(number) ? number : node.value;
    }
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.LIST:
      return node.values.map((each) => nodeValue(each, variables) ?? null);
    case Kind.OBJECT: {
      const object: Record<string, unknown> = Object.create(null);
      for (const { name, value } of node.fields) {
        const each = nodeValue(value, variables);
        if (each !== undefined) object[name.value] = each;
      }
      return object;
    }
  }
}

/** Names of the variables in a value. */
export function* variablesIn(node: ValueNode): Generator<string> {
  if (node.kind === Kind.VARIABLE) yield node.name.value;
  else if (node.kind === Kind.LIST) for (const each of node.values) yield* variablesIn(each);
  else if (node.kind === Kind.OBJECT) for (const { value } of node.fields) yield* variablesIn(value);
}

/** The first variable of a value that was given none. */
export function missingVariable(node: ValueNode, variables: Variables): string | undefined {
  for (const name of variablesIn(node)) if (!variables.has(name)) return name;
  return undefined;
}
