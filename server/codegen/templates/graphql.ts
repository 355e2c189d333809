/** GraphQL: selections that say their own answers, texts of one's own, live queries. */

import type { LiveShape, MutationShape, QueryShape } from './graphql-roots.ts';
import { type Links, type Operation, type OperationKind, operationOf } from './graphql-text.ts';
import type { Exact, Result, Selection } from './graphql-types.ts';
import { eventsOf } from './sse.ts';
import { problemOfGraphql, type Transport } from './transport.ts';

export interface RequestOptions {
  signal?: AbortSignal;
}

export interface Graphql<Graphs> {
  query<S extends Selection<QueryShape<Graphs>>>(
    selection: S & Exact<S, Selection<QueryShape<Graphs>>>,
    options?: RequestOptions,
  ): Promise<Result<QueryShape<Graphs>, S>>;
  mutation<S extends Selection<MutationShape<Graphs>>>(
    selection: S & Exact<S, Selection<MutationShape<Graphs>>>,
    options?: RequestOptions,
  ): Promise<Result<MutationShape<Graphs>, S>>;
  /** The present answer, then a new one after each change that alters it. Leaving the loop ends it. */
  subscribe<S extends Selection<LiveShape<Graphs>>>(
    selection: S & Exact<S, Selection<LiveShape<Graphs>>>,
    options?: RequestOptions,
  ): AsyncGenerator<Result<LiveShape<Graphs>, S>, void, undefined>;
  /** An operation of one's own; the answer's type is said by the caller. */
  raw<T = unknown>(query: string, variables?: Operation['variables'], options?: RequestOptions): Promise<T>;
  /** The text and the variables of a selection, unsent: for persisted queries, tools and logs. */
  operation(kind: OperationKind, selection: object): Operation;
}

interface Answer {
  data?: unknown;
  errors?: unknown;
}

export function graphqlOf<Graphs>(transport: Transport, links: Links): Graphql<Graphs> {
  const raw = async <T>(
    query: string,
    variables: Operation['variables'] = {},
    options: RequestOptions = {},
  ): Promise<T> => {
    const body = { query, variables };
    return dataOf<T>(await transport.json({ method: 'POST', path: '/graphql', body, ...options }));
  };
  const send = <T>(kind: OperationKind, selection: object, options?: RequestOptions): Promise<T> => {
    const { query, variables } = operationOf(kind, selection, links);
    return raw<T>(query, variables, options);
  };
  return {
    query: (selection, options) => send('query', selection, options),
    mutation: (selection, options) => send('mutation', selection, options),
    subscribe: (selection, options) => live(transport, operationOf('subscription', selection, links), options),
    raw,
    operation: (kind, selection) => operationOf(kind, selection, links),
  };
}

/** GraphQL over SSE, one connection for each operation. */
async function* live<T>(
  transport: Transport,
  body: Operation,
  options: RequestOptions = {},
): AsyncGenerator<T, void, undefined> {
  const headers = { accept: 'text/event-stream' };
  const response = await transport.open({ method: 'POST', path: '/graphql', body, headers, ...options });
  for await (const { event, data } of eventsOf(response)) {
    if (event === 'complete') return;
    if (event === 'next') yield dataOf<T>(JSON.parse(data));
  }
}

/** One error is enough to refuse the whole: an answer is never silently a part. */
function dataOf<T>(answer: unknown): T {
  const { data, errors } = (answer ?? {}) as Answer;
  const problem = problemOfGraphql(errors, 200);
  if (problem) throw problem;
  return data as T;
}
