/** What a request to /graphql asks for, from its body or its address. What is none is refused here, in our words. */
import { OperationTypeNode } from 'graphql';
import type { Call } from '../http/call.ts';
import { AppError } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { type Limits, refuseText } from './limits.ts';
import type { OperationRequest } from './operations.ts';
import { type Persisted, queryText } from './persisted.ts';
import { operationOf, parseQuery } from './validate.ts';

type Given = Readonly<Record<string, unknown>>;

const NOTHING: Given = {};

/** Throws bad_request for parameters that are not what they must be. */
export function requestOf(persisted: Persisted, call: Call, given: Given): OperationRequest {
  const { query, operationName, variables, extensions } = given;
  const text = queryText(persisted, query, extensions);
  if (variables !== undefined && variables !== null && !isObject(variables))
    throw new AppError('bad_request', 'variables must be an object, as {"name": "…"}.');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    throw new AppError('bad_request', 'operationName must be a text.');
  return {
    query: text,
    operationName: operationName || undefined,
    variables: variables ?? NOTHING,
    module: call.query.get('module'),
  };
}

/** The parameters as they came: a GET has them in its address, objects as JSON. Throws bad_request. */
export function givenOf(call: Call): Given {
  if (call.method === 'POST') return call.given;
  return Object.fromEntries(
    [...call.query].map(([name, value]) => [name, OBJECTS.has(name) ? jsonOf(name, value) : value]),
  );
}

const OBJECTS: ReadonlySet<string> = new Set(['variables', 'extensions']);

function jsonOf(name: string, text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('bad_request', `${name} must be a JSON object, as {"name": "…"}.`);
  }
}

/** Whether the operation writes. Throws bad_request when there is none. */
export function isMutation({ query, operationName }: OperationRequest, limits: Limits): boolean {
  refuseText(query, limits);
  return operationOf(parseQuery(query), operationName).operation === OperationTypeNode.MUTATION;
}
