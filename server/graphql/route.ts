/**
 * `/graphql` over HTTP. A plain POST is answered here, as shortly as can be; GET, streams, the page and other
 * ways to speak GraphQL over HTTP are yoga's (yoga.ts). Each operation has a Context of its own, so that one of a
 * batch that meets a newer schema runs again alone.
 */
import type { Context } from '../documents/contract.ts';
import { type Body, parseJson, readText, requireJson } from '../http/body.ts';
import { type Answer, type Call, jsonText, type Route } from '../http/call.ts';
import { withFreshPlan } from '../http/fresh.ts';
import { idempotencyKey, once } from '../http/idempotency.ts';
import { problemBody } from '../http/problem.ts';
import type { Actor } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { givenOf, isMutation, requestOf } from './asked.ts';
import { errorsText } from './errors.ts';
import type { Run } from './execute/run.ts';
import { wantsPage } from './graphiql.ts';
import { type OperationSettings, prepareOperation, runOperation, streamOperation } from './operations.ts';
import { createPersisted, type Persisted } from './persisted.ts';
import { createYogaEdge, type YogaEdge } from './yoga.ts';

interface Edge extends OperationSettings {
  persisted: Persisted;
  yoga: YogaEdge;
}

export function graphqlRoutes(settings: OperationSettings): readonly Route[] {
  const persisted = createPersisted();
  const known = { ...settings, persisted };
  const yoga = createYogaEdge({
    isProduction: settings.isProduction,
    execute: (call, given) => answerOne(known, call, given),
    async *subscribe() {
      yield '{"errors":[{"message":"not yet"}]}';
    },
  });
  const edge: Edge = { ...known, yoga };
  const many = { access: 'many', guests: true, scoped: true } as const;
  return [
    {
      method: 'POST',
      path: '/graphql',
      query: ['module'],
      ...many,
      readBody,
      answer: (call: Call) => post(edge, call),
    },
    { method: 'GET', path: '/graphql', ...many, answer: (call: Call) => negotiated(edge, call) },
  ];
}

/** One operation, or a list of them. */
async function readBody(request: Request, limit: number): Promise<Body> {
  requireJson(request.headers.get('content-type'));
  const text = await readText(request, limit);
  const value = parseJson(text);
  if (Array.isArray(value)) return { text, given: { batch: value } };
  if (isObject(value)) return { text, given: value };
  throw new AppError('bad_request', 'The body must be {"query": "…", "variables": {…}}, or a list of such.');
}

async function post(edge: Edge, call: Call): Promise<Answer> {
  const { batch } = call.given;
  if (Array.isArray(batch)) return batched(edge, call, batch);
  if (!isPlain(call.header('accept'))) return negotiated(edge, call);
  return answerPlain(edge, call);
}

const PLAIN = /^\s*(\*\/\*|application\/(json|\*))/;

/** JSON is wanted, or nothing in particular. */
function isPlain(accept: string | null): boolean {
  return accept === null || (PLAIN.test(accept) && !accept.includes('event-stream') && !accept.includes('multipart'));
}

const STREAM = /text\/event-stream|multipart\//;

/** By yoga, once it is clear that there is an operation: what is wrong with a request is said in our words. */
async function negotiated(edge: Edge, call: Call): Promise<Answer> {
  const accept = call.header('accept') ?? '';
  if ((!edge.isProduction && wantsPage(call)) || STREAM.test(accept)) return edge.yoga.answer(call);
  try {
    const request = requestOf(edge.persisted, call, givenOf(call));
    if (call.method === 'POST' || !isMutation(request, edge.limits)) return await edge.yoga.answer(call, request.query);
    const answer = refused(call, mutationByGet(), accept);
    return { ...answer, status: 405, headers: { ...answer.headers, allow: 'POST' } };
  } catch (error) {
    return refused(call, error, accept);
  }
}

function mutationByGet(): AppError {
  return new AppError('bad_request', 'A mutation is sent by POST: what is only looked at changes nothing.');
}

const RESPONSE_JSON = 'application/graphql-response+json';

/** With the status of the error for who understands it: others take anything but 200 for no answer at all. */
function refused(call: Call, error: unknown, accept: string): Answer {
  const text = errorsText(error, { requestId: call.requestId, log: call.http.services.log, hasBegun: false });
  if (!accept.includes(RESPONSE_JSON)) return jsonText(text);
  return { status: statusOf(error), body: text, headers: { 'content-type': `${RESPONSE_JSON}; charset=utf-8` } };
}

function statusOf(error: unknown): number {
  return error instanceof AppError ? Number(problemBody(error).status) : 500;
}

async function batched(edge: Edge, call: Call, batch: readonly unknown[]): Promise<Answer> {
  const { batch: most } = edge.limits;
  if (batch.length === 0) throw new AppError('bad_request', 'The list of operations is empty.');
  if (batch.length > most)
    throw new AppError(
      'bad_request',
      `${batch.length} operations came in one request; at most ${most} are answered. Send them in parts.`,
    );
  const texts: string[] = [];
  for (const [index, each] of batch.entries())
    texts.push((await answerOne(edge, call, isObject(each) ? each : {}, `#${index}`)).text);
  return jsonText(`[${texts.join(',')}]`);
}

/** The answer to one operation; what the schema says of itself goes out as it is written. */
async function answerPlain(edge: Edge, call: Call): Promise<Answer> {
  let hasBegun = false;
  try {
    const request = requestOf(edge.persisted, call, call.given);
    return await withFreshPlan(call, call.actor as Actor, async (ctx) => {
      hasBegun = false;
      const run = prepareOperation(ctx, request, edge);
      hasBegun = true;
      const pieces = await streamOperation(run);
      return pieces ? { status: 200, body: streamOf(pieces) } : jsonText(await answerOnce(run, call, ''));
    });
  } catch (error) {
    const text = errorsText(error, { requestId: call.requestId, log: call.http.services.log, hasBegun });
    return { ...jsonText(text), refused: statusOf(error) };
  }
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

/** The body of one answer, errors included. `part`: which of a batch it is. */
async function answerOne(
  edge: OperationSettings & { persisted: Persisted },
  call: Call,
  given: Readonly<Record<string, unknown>>,
  part = '',
): Promise<{ text: string; status: number }> {
  let hasBegun = false;
  try {
    const request = requestOf(edge.persisted, call, given);
    const text = await withFreshPlan(call, call.actor as Actor, async (ctx) => {
      hasBegun = false;
      const run = prepareOperation(ctx, request, edge);
      hasBegun = true;
      return answerOnce(run, call, part);
    });
    return { text, status: 200 };
  } catch (error) {
    const text = errorsText(error, { requestId: call.requestId, log: call.http.services.log, hasBegun });
    return { text, status: statusOf(error) };
  }
}

/** A mutation that is repeated with its Idempotency-Key has one effect. */
async function answerOnce(run: Run, call: Call, part: string): Promise<string> {
  if (run.compiled.type === 'mutation' && call.method !== 'POST') throw mutationByGet();
  const key = run.compiled.type === 'mutation' ? idempotencyKey(call) : undefined;
  if (key === undefined) return runOperation(run);
  const operation = async (ctx: Context): Promise<Answer> => jsonText(await runOperation({ ...run, ctx }));
  const answer = await once({ call, ctx: run.ctx, key: `${key}${part}`, operation });
  return String(answer.body);
}
