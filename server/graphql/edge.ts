/**
 * What answers an operation, whichever way it came: over HTTP, for an event stream, over a WebSocket. Each
 * has a Context of its own, so that one that meets a newer schema runs again alone.
 */
import { OperationTypeNode } from 'graphql';
import type { Context } from '../documents/contract.ts';
import { type Answer, type Call, jsonText } from '../http/call.ts';
import { withFreshPlan } from '../http/fresh.ts';
import { idempotencyKey, once } from '../http/idempotency.ts';
import { problemBody } from '../http/problem.ts';
import type { Actor } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { errorsText, type GraphqlErrorJson, toGraphqlErrors } from './errors.ts';
import { refuseText } from './limits.ts';
import type { LiveAnswer } from './live/follower.ts';
import { createLatest, mapped } from './live/latest.ts';
import type { Live } from './live/live.ts';
import { type OperationRequest, type OperationSettings, prepareOperation, runOperation } from './operations.ts';
import { type Persisted, queryText } from './persisted.ts';
import { operationOf, parseQuery } from './validate.ts';

export interface Edge extends OperationSettings {
  persisted: Persisted;
  live: Live;
}

export interface Answered {
  /** The body, errors included. */
  text: string;
  status: number;
  /** Undefined: it went well. */
  errors?: readonly GraphqlErrorJson[];
}

export interface GivenOperation {
  call: Call;
  /** As it came. */
  given: Readonly<Record<string, unknown>>;
  /** Which of a batch it is. */
  part?: string;
}

/** A query or a mutation. Never throws. */
export async function answerOne(edge: Edge, { call, given, part = '' }: GivenOperation): Promise<Answered> {
  try {
    const request = requestOf(edge.persisted, call, given);
    const text = await withFreshPlan(call, call.actor as Actor, (ctx) =>
      answerOnce(edge, call, { ctx, request, part }),
    );
    return { text, status: 200 };
  } catch (error) {
    const failing = { requestId: call.requestId, log: call.http.services.log };
    const errors = toGraphqlErrors(error, failing);
    const status = error instanceof AppError ? Number(problemBody(error).status) : 500;
    return { text: errorsText(error, errors), status, errors };
  }
}

/** A mutation that is repeated with its Idempotency-Key has one effect. */
async function answerOnce(
  edge: Edge,
  call: Call,
  q: { ctx: Context; request: OperationRequest; part: string },
): Promise<string> {
  const run = prepareOperation(q.ctx, q.request, edge);
  if (run.compiled.type === OperationTypeNode.SUBSCRIPTION) throw notOneAnswer();
  const key = run.compiled.type === OperationTypeNode.MUTATION ? idempotencyKey(call) : undefined;
  if (key === undefined) return runOperation(run);
  const operation = async (ctx: Context): Promise<Answer> => jsonText(await runOperation({ ...run, ctx }));
  const answer = await once({ call, ctx: q.ctx, key: `${key}${q.part}`, operation });
  return String(answer.body);
}

function notOneAnswer(): AppError {
  return new AppError(
    'bad_request',
    'A subscription has many answers: ask with "accept: text/event-stream", or over a WebSocket at /graphql with the protocol graphql-transport-ws.',
  );
}

/** A subscription. What is wrong with it is its one answer. */
export function follow(edge: Edge, { call, given }: GivenOperation): AsyncIterableIterator<LiveAnswer> {
  try {
    return edge.live.follow(call, requestOf(edge.persisted, call, given));
  } catch (error) {
    const failed = createLatest<LiveAnswer>({ begin: () => undefined, leave: () => undefined });
    failed.end({ errors: toGraphqlErrors(error, { requestId: call.requestId, log: call.http.services.log }) });
    return failed;
  }
}

/** Whether it has many answers. What cannot be read has one, which says why. */
export function isSubscription(edge: Edge, { call, given }: GivenOperation): boolean {
  try {
    const { query, operationName } = requestOf(edge.persisted, call, given);
    refuseText(query, edge.limits);
    return operationOf(parseQuery(query), operationName).operation === OperationTypeNode.SUBSCRIPTION;
  } catch {
    return false;
  }
}

/** The bodies of its answers. */
export function followedTexts(edge: Edge, q: GivenOperation): AsyncIterableIterator<string> {
  return mapped(follow(edge, q), (answer) => ('text' in answer ? answer.text : JSON.stringify(answer)));
}

/** Throws bad_request for what is none. */
export function requestOf(
  persisted: Persisted,
  call: Call,
  given: Readonly<Record<string, unknown>>,
): OperationRequest {
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

const NOTHING: Readonly<Record<string, unknown>> = {};
