/**
 * `/graphql` over HTTP. A plain POST is answered here, as shortly as can be; GET, streams, the page and other
 * ways to speak GraphQL over HTTP are yoga's (yoga.ts).
 */
import { type Body, parseJson, readText, requireJson } from '../http/body.ts';
import { type Answer, type Call, jsonText, type Route } from '../http/call.ts';
import { AppError } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { answerOne, type Edge, followedTexts } from './edge.ts';
import { createYogaEdge, type YogaEdge } from './yoga.ts';

export function graphqlRoutes(edge: Edge): readonly Route[] {
  const yoga = createYogaEdge({
    isProduction: edge.isProduction,
    execute: (call, given) => answerOne(edge, { call, given }),
    subscribe: (call, given) => followedTexts(edge, { call, given }),
  });
  const many = { access: 'many', guests: true, scoped: true } as const;
  return [
    {
      method: 'POST',
      path: '/graphql',
      query: ['module'],
      ...many,
      readBody,
      answer: (call: Call) => post(edge, yoga, call),
    },
    { method: 'GET', path: '/graphql', ...many, answer: (call: Call) => yoga.answer(call) },
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

async function post(edge: Edge, yoga: YogaEdge, call: Call): Promise<Answer> {
  const { given } = call;
  if (Array.isArray(given.batch)) return batched(edge, call, given.batch);
  if (!isPlain(call.header('accept'))) return yoga.answer(call);
  return jsonText((await answerOne(edge, { call, given })).text);
}

const PLAIN = /^\s*(\*\/\*|application\/(json|\*))/;

/** JSON is wanted, or nothing in particular. */
function isPlain(accept: string | null): boolean {
  return accept === null || (PLAIN.test(accept) && !accept.includes('event-stream') && !accept.includes('multipart'));
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
    texts.push((await answerOne(edge, { call, given: isObject(each) ? each : {}, part: `#${index}` })).text);
  return jsonText(`[${texts.join(',')}]`);
}
