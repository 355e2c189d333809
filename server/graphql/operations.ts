/**
 * An operation from its text to its answer: parsed once, validated and compiled once for each schema that a
 * caller may see, then run with the values of the request.
 */
import { type DocumentNode, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { Context } from '../documents/contract.ts';
import { GUEST } from '../kernel/actor.ts';
import { type BoundedMap, boundedMap } from '../query/bounded-map.ts';
import { shapingVariables } from './compile/collect.ts';
import { type Compiled, compileOperation } from './compile/operation.ts';
import { coerceVariables } from './compile/values.ts';
import { runMutation } from './execute/mutation.ts';
import { asksForSchema, introspectionData, runQuery } from './execute/query.ts';
import type { GraphqlPorts, Run } from './execute/run.ts';
import { refuseOlderSnapshot } from './execute/schema-version.ts';
import { type Limits, refuseSize, refuseText } from './limits.ts';
import { type LiveSchema, schemaOf } from './schema.ts';
import { operationOf, parseQuery, refuseInvalid } from './validate.ts';
import { viewOf } from './view.ts';

export interface OperationRequest {
  query: string;
  operationName?: string;
  variables: Readonly<Record<string, unknown>>;
  /** Only the DocTypes of this module exist. */
  module?: string;
}

export interface OperationSettings {
  limits: Limits;
  ports: GraphqlPorts;
  /** Guests are not told what there is. */
  isProduction: boolean;
}

interface Prepared {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** Variables that decide what is selected. */
  shaping: ReadonlySet<string>;
  /** By the values of those. */
  compiled: BoundedMap<Compiled>;
}

/** What is known of the texts of one schema, in characters or so. */
const HEAVIEST = 4_000_000;
const COMPILED_WEIGHT = 20;
/** Of one text, for different values of the variables that decide what is selected. */
const MOST_VARIANTS = 50;
/** What is longer is no switch of a client, and would fill the memory. */
const LONGEST_VARIANT = 1000;

const bySchema = new WeakMap<LiveSchema, BoundedMap<Prepared>>();

/** An operation that is ready to run. Throws AppError for whatever is wrong with the request. */
export function prepareOperation(ctx: Context, request: OperationRequest, settings: OperationSettings): Run {
  const schema = schemaOf(viewOf(ctx, request.module));
  const prepared = prepare(ctx, schema, request, settings);
  const { document, operation, shaping } = prepared;
  const variables = coerceVariables(schema, operation, request.variables);
  const key = shaping.size === 0 ? '' : JSON.stringify([...shaping].map((name) => variables.get(name) ?? null));
  let compiled = prepared.compiled.get(key);
  if (!compiled) {
    compiled = compileOperation({ schema, document, operation, variables });
    if (key.length <= LONGEST_VARIANT) prepared.compiled.set(key, compiled, 1);
  }
  return { ctx, compiled, variables, limits: settings.limits, ports: settings.ports };
}

function prepare(ctx: Context, schema: LiveSchema, request: OperationRequest, settings: OperationSettings): Prepared {
  const known = bySchema.get(schema) ?? boundedMap<Prepared>(HEAVIEST);
  bySchema.set(schema, known);
  const { query, operationName } = request;
  const mayIntrospect = !(settings.isProduction && ctx.actor.user === GUEST);
  // The length first: a text may end like another with its name.
  const key = `${mayIntrospect ? '' : '-'}${operationName?.length ?? ''}:${operationName ?? ''}${query}`;
  const kept = known.get(key);
  if (kept) return kept;
  refuseText(query, settings.limits);
  const document = parseQuery(query);
  const operation = operationOf(document, operationName);
  refuseSize(document, operation, settings.limits);
  refuseInvalid(schema, document, mayIntrospect);
  const shaping = shapingVariables(document);
  const made: Prepared = { document, operation, shaping, compiled: boundedMap(MOST_VARIANTS) };
  known.set(key, made, query.length * COMPILED_WEIGHT);
  return made;
}

/** The body of an answer that may be long, in pieces as they come; undefined for any other. */
export async function streamOperation(run: Run): Promise<AsyncIterable<string> | undefined> {
  if (!asksForSchema(run.compiled)) return undefined;
  await refuseOlderSnapshot(run.ctx);
  return introspectionBody(run);
}

async function* introspectionBody(run: Run): AsyncGenerator<string> {
  yield '{"data":';
  yield* introspectionData(run);
  yield '}';
}

/** The body of the answer. Throws AppError: there is no data then. */
export async function runOperation(run: Run): Promise<string> {
  const data = run.compiled.type === OperationTypeNode.MUTATION ? await runMutation(run) : await runQuery(run);
  return `{"data":${data}}`;
}
