/**
 * What answers an operation, whichever way it came: over HTTP, for an event stream, over a WebSocket. Each
 * has a Context of its own, so that one that meets a newer schema runs again alone.
 */
import { OperationTypeNode } from 'graphql';
import type { Context } from '../documents/contract.ts';
import { type Answer, type Call, jsonText } from '../http/call.ts';
import { withFreshPlan } from '../http/fresh.ts';
import { idempotencyKey, once } from '../http/idempotency.ts';
import type { Actor } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { requestOf } from './asked.ts';
import { errorsText, type GraphqlErrorJson } from './errors.ts';
import type { Run } from './execute/run.ts';
import { refuseText } from './limits.ts';
import type { LiveAnswer } from './live/follower.ts';
import { createLatest, mapped } from './live/latest.ts';
import type { Live } from './live/live.ts';
import { type OperationSettings, prepareOperation, runOperation, streamOperation } from './operations.ts';
import type { Persisted } from './persisted.ts';
import { noteRefusal } from './refusals.ts';
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
export async function answerOne(edge: Edge, q: GivenOperation): Promise<Answered> {
  return attempt(edge, q, async (run) => ({ text: await textOf(run, q), status: 200 }));
}

/** The same, but what the schema says of itself goes out as it is written. */
export async function answerPlain(edge: Edge, q: GivenOperation): Promise<Answer> {
  const answer = await attempt<Answered | AsyncIterable<string>>(
    edge,
    q,
    async (run) => (await streamOperation(run)) ?? { text: await textOf(run, q), status: 200 },
  );
  return 'text' in answer ? jsonText(answer.text) : { status: 200, body: streamOf(answer) };
}

async function attempt<T>(
  edge: Edge,
  { call, given }: GivenOperation,
  answer: (run: Run) => Promise<T>,
): Promise<T | Answered> {
  let hasBegun = false;
  let type: OperationTypeNode | 'unknown' = 'unknown';
  const { metrics } = call.http;
  try {
    const request = requestOf(edge.persisted, call, given);
    const answered = await withFreshPlan(call, call.actor as Actor, async (ctx) => {
      hasBegun = false;
      const run = prepareOperation(ctx, request, edge);
      type = run.compiled.type;
      hasBegun = true;
      return await answer(run);
    });
    metrics.countOperation(type, 'done');
    return answered;
  } catch (error) {
    return refusedOperation(call, error, { type, hasBegun });
  }
}

/** The answer that says what is wrong; counted, and in the audit log when it is a refusal. */
export function refusedOperation(
  call: Call,
  error: unknown,
  { type = 'unknown', hasBegun = false }: { type?: OperationTypeNode | 'unknown'; hasBegun?: boolean } = {},
): Answered {
  const { errors, status } = noteRefusal(call, error, type);
  return { text: errorsText(errors, hasBegun), status, errors };
}

/** A mutation that is repeated with its Idempotency-Key has one effect. */
async function textOf(run: Run, { call, part = '' }: GivenOperation): Promise<string> {
  if (run.compiled.type === OperationTypeNode.SUBSCRIPTION) throw notOneAnswer();
  const key = run.compiled.type === OperationTypeNode.MUTATION ? idempotencyKey(call) : undefined;
  if (key === undefined) return runOperation(run);
  const operation = async (ctx: Context): Promise<Answer> => jsonText(await runOperation({ ...run, ctx }));
  const answer = await once({ call, ctx: run.ctx, key: `${key}${part}`, operation });
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
    failed.end({ errors: noteRefusal(call, error, OperationTypeNode.SUBSCRIPTION).errors });
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

function streamOf(pieces: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
