/**
 * Values of a request: variables against their types, and what an argument says, variables filled in. Objects
 * keep the order of their keys, which is the order of an order_by.
 */
import { Kind, type OperationDefinitionNode, print, type ValueNode } from 'graphql';
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
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const ref = print(type);
    const isGiven = Object.hasOwn(given, name) && given[name] !== undefined;
    if (!isGiven && defaultValue) {
      values.set(name, nodeValue(defaultValue, NO_VARIABLES));
      continue;
    }
    if (!isGiven && !ref.endsWith('!')) continue;
    const refuse = (path: string, message: string) =>
      problems.length < MOST_PROBLEMS &&
      problems.push({ field: path, code: 'bad_request', message: `${path}: ${message}` });
    check(schema, { type: ref, value: isGiven ? given[name] : undefined, path: `$${name}`, refuse });
    values.set(name, given[name]);
  }
  if (problems.length > 0) throw new AppError('bad_request', problems[0]?.message ?? '', { errors: problems });
  return values;
}

const NO_VARIABLES: Variables = new Map();

interface Check {
  type: TypeRef;
  value: unknown;
  path: string;
  refuse(path: string, message: string): void;
}

function check(schema: LiveSchema, q: Check): void {
  const { type, value, path, refuse } = q;
  if (type.endsWith('!')) {
    if (value === null || value === undefined)
      refuse(path, `expected a value (${type}), but got ${shown(value ?? null)}`);
    else check(schema, { ...q, type: type.slice(0, -1) });
    return;
  }
  if (value === null || value === undefined) return;
  if (type.startsWith('[')) {
    const inner = type.slice(1, -1);
    if (!Array.isArray(value)) check(schema, { ...q, type: inner });
    else
      for (const [index, each] of value.entries())
        check(schema, { ...q, type: inner, value: each, path: `${path}[${index}]` });
    return;
  }
  checkNamed(schema, q);
}

function checkNamed(schema: LiveSchema, q: Check): void {
  const { type, value, path, refuse } = q;
  const scalar = findScalar(type);
  if (scalar) {
    const expected = scalar.refuse(value);
    if (expected !== undefined) refuse(path, `expected ${expected} (${type}), but got ${shown(value)}`);
    return;
  }
  const def = schema.definition(type);
  if (def?.kind === 'ENUM') {
    if (!def.values.some(({ name }) => name === value))
      refuse(path, `expected a value of ${type}, but got ${shown(value)}`);
  } else if (def?.kind !== 'INPUT_OBJECT') refuse(path, `${type} is no type of input`);
  else if (!isObject(value)) refuse(path, `expected an object (${type}), but got ${shown(value)}`);
  else {
    for (const [key, each] of Object.entries(value)) {
      const field = def.fields.find(key);
      if (field) check(schema, { ...q, type: field.type, value: each, path: `${path}.${key}` });
      else refuse(path, `${type} has no field "${key.slice(0, 100)}"`);
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
