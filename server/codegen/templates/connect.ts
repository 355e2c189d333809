/** The client: REST by DocType, and GraphQL. */
import { type Graphql, graphqlOf } from './graphql.ts';
import type { Links } from './graphql-text.ts';
import { type Documents, documentsOf } from './rest.ts';
import type { DocTypeShape } from './rest-types.ts';
import { type ClientSettings, createTransport } from './transport.ts';

export interface ClientOf<M, Graphs> {
  /** The documents of a DocType, by its exact name. */
  doc<D extends keyof M & string>(doctype: D): M[D] extends DocTypeShape ? Documents<M, M[D]> : never;
  graphql: Graphql<Graphs>;
}

export function connect<M, Graphs>(settings: ClientSettings, links: Links): ClientOf<M, Graphs> {
  const transport = createTransport(settings);
  return {
    doc: (doctype) => documentsOf(transport, doctype) as never,
    graphql: graphqlOf<Graphs>(transport, links),
  };
}
