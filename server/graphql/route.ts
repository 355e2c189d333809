/**
 * `/graphql` over HTTP. A plain POST is answered here, as shortly as can be; GET, streams, the page and other
 * ways to speak GraphQL over HTTP are yoga's (yoga.ts).
 */
import { type Body, parseJson, readText, requireJson } from '../http/body.ts';
import { type Answer, type Call, jsonText, type Route } from '../http/call.ts';
import { AppError } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { givenOf, isMutation, requestOf } from './asked.ts';
import { answerOne, answerPlain, type Edge, followedTexts, refusedOperation } from './edge.ts';
import { wantsPage } from './graphiql.ts';
import { createYogaEdge, type YogaEdge } from './yoga.ts';

interface HttpEdge extends Edge {
  yoga: YogaEdge;
}

const DOOR = { path: '/graphql', access: 'many', guests: true, scoped: true } as const;

/** What is answered, for who lists the routes. */
export const GRAPHQL_DOORS = [
  { ...DOOR, method: 'POST', query: ['module'] },
  { ...DOOR, method: 'GET' },
] as const;

export function graphqlRoutes(known: Edge): readonly Route[] {
  const yoga = createYogaEdge({
    isProduction: known.isProduction,
    execute: (call) => answerOne(known, { call, given: givenOf(call) }),
    subscribe: (call) => followedTexts(known, { call, given: givenOf(call) }),
  });
  const edge: HttpEdge = { ...known, yoga };
  const [sent, asked] = GRAPHQL_DOORS;
  return [
    { ...sent, readBody, answer: (call: Call) => post(edge, call) },
    { ...asked, answer: (call: Call) => negotiated(edge, call) },
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

async function post(edge: HttpEdge, call: Call): Promise<Answer> {
  const { given } = call;
  if (Array.isArray(given.batch)) return batched(edge, call, given.batch);
  if (!isPlain(call.header('accept'))) return negotiated(edge, call);
  return answerPlain(edge, { call, given });
}

const PLAIN = /^\s*(\*\/\*|application\/(json|\*))/;

/** JSON is wanted, or nothing in particular. */
function isPlain(accept: string | null): boolean {
  return accept === null || (PLAIN.test(accept) && !accept.includes('event-stream') && !accept.includes('multipart'));
}

const STREAM = /text\/event-stream|multipart\//;

/** By yoga, once it is clear that there is an operation: what is wrong with a request is said in our words. */
async function negotiated(edge: HttpEdge, call: Call): Promise<Answer> {
  const accept = call.header('accept') ?? '';
  if (!edge.isProduction && wantsPage(call)) return edge.yoga.answer(call);
  if (STREAM.test(accept)) return edge.yoga.answer(call, meantText(edge, call));
  try {
    const request = requestOf(edge.persisted, call, givenOf(call));
    if (call.method === 'POST' || !isMutation(request, edge.limits)) return await edge.yoga.answer(call, request.query);
    const answer = refused(call, mutationByGet(), accept);
    return { ...answer, status: 405, headers: { ...answer.headers, allow: 'POST' } };
  } catch (error) {
    return refused(call, error, accept);
  }
}

/** For yoga, which wants a text; whoever is asked in the end looks at the request itself, and says what is wrong. */
function meantText(edge: Edge, call: Call): string {
  try {
    return requestOf(edge.persisted, call, givenOf(call)).query;
  } catch {
    return '{ nothing }';
  }
}

function mutationByGet(): AppError {
  return new AppError('bad_request', 'A mutation is sent by POST: what is only looked at changes nothing.');
}

const RESPONSE_JSON = 'application/graphql-response+json';

/** With the status of the error for who understands it: others take anything but 200 for no answer at all. */
function refused(call: Call, error: unknown, accept: string): Answer {
  const { text, status } = refusedOperation(call, error);
  if (!accept.includes(RESPONSE_JSON)) return jsonText(text);
  return { status, body: text, headers: { 'content-type': `${RESPONSE_JSON}; charset=utf-8` } };
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
  for (const [index, each] of batch.entries()) {
    const { text } = await answerOne(edge, { call, given: isObject(each) ? each : {}, part: `#${index}` });
    texts.push(text);
  }
  return jsonText(`[${texts.join(',')}]`);
}
