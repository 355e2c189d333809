/** An operation of the API with what somebody filled in, as code: curl, TypeScript, and GraphQL where it has a twin there. Pure. */

import { resolved } from './json-schema.ts';
import { objectText } from './json-text.ts';
import type { JsonSchema, OpenApi, Operation } from './openapi.ts';
import { curlText, fetchText, graphqlValue, isGraphqlName, type SampleRequest } from './sample-text.ts';

/** What stands in the boxes of an operation. */
export interface Filled {
  /** By the name of the parameter; empty ones are not sent. */
  parameters: Readonly<Record<string, string>>;
  /** JSON as it was typed. */
  body: string;
}

export function requestOf(operation: Operation, filled: Filled, origin: string): SampleRequest {
  const value = (name: string): string => filled.parameters[name] ?? '';
  const path = operation.path
    .split('/')
    .map((part) => (/^\{.*\}$/.test(part) ? encodeURIComponent(value(part.slice(1, -1))) : encodeURIComponent(part)))
    .join('/');
  const query = operation.parameters
    .filter((parameter) => parameter.in === 'query' && value(parameter.name) !== '')
    .map(({ name }): [string, string] => [name, value(name)]);
  return {
    method: operation.method,
    url: origin + path,
    query,
    ...(operation.body && filled.body.trim() !== '' ? { body: parsed(filled.body) } : {}),
  };
}

/** As JSON where it is some, otherwise as the text that it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export interface OperationSamples {
  curl: string;
  typescript: string;
  /** Undefined: GraphQL has no such operation. */
  graphql: string | undefined;
}

export function operationSamples(api: OpenApi, operation: Operation, filled: Filled, origin: string): OperationSamples {
  const request = requestOf(operation, filled, origin);
  const isEmpty = operation.responses.some(({ status }) => status === '204');
  return {
    curl: curlText(request),
    typescript: fetchText({
      name: functionName(operation),
      comment: `${operation.summary}.`,
      answers: isEmpty ? 'void' : 'unknown',
      request,
    }),
    graphql: graphqlOf(api, operation, filled),
  };
}

function functionName({ key }: Operation): string {
  const name = key.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '');
  return /^[A-Za-z]/.test(name) ? name : `call${name}`;
}

function graphqlOf(api: OpenApi, operation: Operation, filled: Filled): string | undefined {
  const { doctype, path, method } = operation;
  if (doctype === undefined) return undefined;
  const schema = Object.values(api.components?.schemas ?? {}).find((each) => each['x-frappe-doctype'] === doctype);
  const type = schema?.['x-graphql-name'];
  if (!schema || typeof type !== 'string') return undefined;
  const [, , , , name, action, ...more] = path.split('/');
  if (more.length > 0) return undefined;
  const key = graphqlValue(filled.parameters.name ?? '');
  const call = callOf({ type, key, body: graphqlValue(objectText(filled.body)), limit: filled.parameters.limit });
  if (name !== undefined && name !== '{name}') return undefined;
  const twin = call[`${method} ${name ?? ''}${action ? `/${action}` : ''}`];
  if (!twin) return undefined;
  const selected = indentedFields(api, schema);
  return `${twin.startsWith(type) ? 'query' : 'mutation'} {\n  ${twin} {\n    ${selected}\n  }\n}\n`;
}

interface Call {
  type: string;
  key: string;
  body: string;
  limit: string | undefined;
}

/** By what follows the DocType in the path. */
function callOf({ type, key, body, limit }: Call): Readonly<Record<string, string>> {
  return {
    'GET ': `${type}(limit: ${Number(limit) || 20})`,
    'POST ': `insert_${type}_one(object: ${body})`,
    'GET {name}': `${type}_by_pk(name: ${key})`,
    'PATCH {name}': `update_${type}_by_pk(pk_columns: {name: ${key}}, _set: ${body})`,
    'PUT {name}': `update_${type}_by_pk(pk_columns: {name: ${key}}, _set: ${body})`,
    'DELETE {name}': `delete_${type}_by_pk(name: ${key})`,
    'POST {name}/submit': `submit_${type}(name: ${key})`,
    'POST {name}/cancel': `cancel_${type}(name: ${key})`,
    'POST {name}/amend': `amend_${type}(name: ${key})`,
  };
}

/** The fields that hold one value and are no secret. */
function indentedFields(api: OpenApi, schema: JsonSchema): string {
  const plain = Object.entries(schema.properties ?? {}).filter(
    ([name, property]) =>
      isGraphqlName(name) && !resolved(api, property).items && property['x-frappe-fieldtype'] !== 'Password',
  );
  return ['name', ...plain.map(([name]) => name).filter((name) => name !== 'name')].join('\n    ');
}
