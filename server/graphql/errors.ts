/**
 * Errors as GraphQL has them: a message, where in the query it is, and the codes of REST in `extensions`. What
 * was not thrown on purpose says nothing of the inside.
 */
import { problemBody } from '../http/problem.ts';
import { AppError } from '../kernel/error.ts';
import type { Logger } from '../kernel/ports.ts';

export interface GraphqlErrorJson {
  message: string;
  locations?: unknown;
  path?: unknown;
  extensions: Record<string, unknown>;
}

export interface Failing {
  requestId: string;
  log: Logger;
}

export function toGraphqlErrors(error: unknown, { requestId, log }: Failing): GraphqlErrorJson[] {
  if (!(error instanceof AppError)) {
    log.error({ request_id: requestId, error }, 'a GraphQL operation failed');
    const message = 'Something went wrong inside. It is in the error log under the request id.';
    return [{ message, extensions: { code: 'internal', status: 500, request_id: requestId, errors: [] } }];
  }
  const { graphql, path, ...extra } = error.extra;
  const extensions = {
    ...extra,
    code: typeof extra.code === 'string' ? extra.code : error.code,
    status: problemBody(error).status,
    request_id: requestId,
    errors: error.errors,
  };
  if (Array.isArray(graphql)) return graphql.map((each: object) => ({ message: '', ...each, extensions }));
  return [{ message: error.message, ...(path === undefined ? {} : { path }), extensions }];
}

/** The body of an answer that has no data: null where an operation was begun, nothing where none was. */
export function errorsText(errors: readonly GraphqlErrorJson[], hasBegun: boolean): string {
  return JSON.stringify(hasBegun ? { errors, data: null } : { errors });
}
