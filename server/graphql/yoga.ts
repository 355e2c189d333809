/**
 * graphql-yoga as the edge for what is not a plain POST: queries by GET, event streams, GraphiQL, and whatever
 * a client says it accepts. Parsing, validation and execution are ours, behind functions; yoga knows HTTP.
 */
import { type DocumentNode, parse } from 'graphql';
import { createGraphQLError, createSchema, createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Answer, Call } from '../http/call.ts';
import { graphiqlAnswer, wantsPage } from './graphiql.ts';
import { mapped } from './live/latest.ts';

/** What is asked of the product, which reads the parameters itself. */
export interface YogaPorts {
  /** The body of an answer, and the status that a client is told who cares for it. */
  execute(call: Call): Promise<{ text: string; status: number }>;
  /** Bodies, one after another. */
  subscribe(call: Call): AsyncIterableIterator<string>;
  isProduction: boolean;
}

interface ServerContext {
  call: Call;
}

export interface YogaEdge {
  /** `query`: the text that is meant, where the request has only its hash. */
  answer(call: Call, query?: string): Promise<Answer>;
}

export function createYogaEdge(ports: YogaPorts): YogaEdge {
  const yoga: YogaServerInstance<ServerContext, object> = createYoga<ServerContext>({
    // Never asked: validation and execution are replaced.
    schema: createSchema({ typeDefs: 'type Query { nothing: Boolean }' }),
    plugins: [oursIn(ports)],
    graphiql: false,
    landingPage: false,
    cors: false,
    logging: false,
    batching: false,
    multipart: false,
    maskedErrors: false,
    parserAndValidationCache: false,
    extraParamNames: ['module'],
  });
  return {
    async answer(call, query) {
      if (!ports.isProduction && wantsPage(call)) return graphiqlAnswer();
      const response = await yoga.fetch(requestOf(call, query), { call });
      return answerOf(response);
    },
  };
}

interface Result {
  errors?: unknown[];
  data?: unknown;
  stringify(): string;
}

function oursIn({ execute, subscribe }: YogaPorts): Plugin<ServerContext> {
  const callOf = (context: unknown): Call => (context as ServerContext).call;
  return {
    onParse: ({ setParseFn }) => setParseFn(parseForEdge),
    onValidate: ({ setResult }) => setResult([]),
    onExecute: ({ args, setExecuteFn }) => {
      setExecuteFn(async () => result(await execute(callOf(args.contextValue))));
    },
    onSubscribe: ({ args, setSubscribeFn }) => {
      const call = callOf(args.contextValue);
      setSubscribeFn(async () => {
        if (!takesStream(call.header('accept'))) return result(await execute(call));
        return mapped(subscribe(call), (text): Result => ({ data: null, stringify: () => text }));
      });
    },
  };
}

function takesStream(accept: string | null): boolean {
  return accept === null || /text\/event-stream|text\/\*|\*\/\*/.test(accept);
}

function result({ text, status }: { text: string; status: number }): Result {
  if (status === 200) return { data: null, stringify: () => text };
  // For the status alone: the text has the errors already.
  return {
    errors: [createGraphQLError('', { extensions: { http: { status, spec: true } } })],
    stringify: () => text,
  };
}

/** Which kind of operation it is decides who answers; what is no query is judged by our own parser, as a query. */
function parseForEdge(source: unknown): DocumentNode {
  try {
    return parse(String((source as { body?: string }).body ?? source), { noLocation: true, maxTokens: 20_000 });
  } catch {
    return ANYTHING;
  }
}

const ANYTHING = parse('{ nothing }');

/** The body has been read already. */
function requestOf(call: Call, query: string | undefined): Request {
  const { method, headers } = call.request;
  const kept = new Headers(headers);
  kept.delete('content-length');
  const url = new URL(call.request.url);
  if (method === 'POST') {
    const body = query === undefined ? call.text : JSON.stringify({ ...call.given, query });
    return new Request(url, { method, headers: kept, body });
  }
  if (query !== undefined) url.searchParams.set('query', query);
  return new Request(url, { method, headers: kept });
}

async function answerOf(response: Response): Promise<Answer> {
  const headers: Record<string, string> = {};
  for (const name of ['content-type', 'allow']) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const { status, body } = response;
  if (headers['content-type']?.startsWith('text/event-stream') && body)
    return { status, body, headers: { ...headers, 'x-accel-buffering': 'no' } };
  return { status, body: await response.text(), headers };
}
