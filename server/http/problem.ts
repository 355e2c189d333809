/**
 * Errors as answers: the one place where an AppError becomes a status and an RFC 9457 problem. Whatever
 * else was thrown is a 500 that says nothing of the inside and stands in the log under its request id.
 */
import { AppError, type ErrorCode } from '../kernel/error.ts';
import type { Logger } from '../kernel/ports.ts';
import type { Answer } from './call.ts';

interface Kind {
  status: number;
  title: string;
  headers?: Readonly<Record<string, string>>;
}

const KINDS: Readonly<Record<ErrorCode | 'method_not_allowed' | 'range_not_satisfiable', Kind>> = {
  bad_request: { status: 400, title: 'Bad request' },
  validation: { status: 400, title: 'Validation failed' },
  unauthenticated: { status: 401, title: 'Not signed in', headers: { 'www-authenticate': 'Bearer' } },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  duplicate: { status: 409, title: 'Duplicate' },
  conflict: { status: 409, title: 'Conflict' },
  linked: { status: 409, title: 'Linked' },
  wrong_state: { status: 409, title: 'Wrong state' },
  confirmation_required: { status: 409, title: 'Confirmation required' },
  too_large: { status: 413, title: 'Too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  range_not_satisfiable: { status: 416, title: 'Range not satisfiable' },
  rate_limited: { status: 429, title: 'Too many requests', headers: { 'retry-after': '5' } },
  unavailable: { status: 503, title: 'Unavailable', headers: { 'retry-after': '1' } },
};

const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

export interface Failure {
  requestId: string;
  log: Logger;
  method: string;
  path: string;
}

/** The answer to whatever was thrown. Logs what is a bug. */
export function toProblem(error: unknown, failure: Failure): Answer {
  if (error instanceof AppError) return problem(error.code, error, failure.requestId);
  failure.log.error(
    { request_id: failure.requestId, method: failure.method, path: failure.path.slice(0, 500), error },
    'a request failed',
  );
  return answer(
    { status: 500, title: 'Internal error' },
    {
      type: 'about:blank',
      detail: 'Something went wrong inside. It is in the error log under the request id.',
      request_id: failure.requestId,
      errors: [],
    },
  );
}

/** 405, with what the path does answer. */
export function methodNotAllowed(q: { method: string; allow: string; requestId: string }): Answer {
  const detail = `${q.method} is not answered here; expected ${q.allow}.`;
  const refused = answer(KINDS.method_not_allowed, {
    type: '/problems/method_not_allowed',
    detail,
    request_id: q.requestId,
    errors: [],
  });
  return { ...refused, headers: { ...refused.headers, allow: q.allow } };
}

/** 416: the bytes that were asked for are not there. */
export function noSuchRange(q: { size: number; requestId: string }): Answer {
  const detail = `The file has ${q.size} bytes, and none of those that Range asks for.`;
  const refused = answer(KINDS.range_not_satisfiable, {
    type: '/problems/range_not_satisfiable',
    detail,
    request_id: q.requestId,
    errors: [],
  });
  return { ...refused, headers: { ...refused.headers, 'content-range': `bytes */${q.size}` } };
}

/** What a code of the `type` member means; undefined for an unknown one. */
export function describeProblem(code: string): { code: string; title: string; status: number } | undefined {
  if (!Object.hasOwn(KINDS, code)) return undefined;
  const { title, status } = KINDS[code as ErrorCode];
  return { code, title, status };
}

/** An error as it stands in a result of bulk: without the request's own members. */
export function problemBody(error: AppError): Record<string, unknown> {
  const { status, title } = KINDS[error.code];
  return { type: `/problems/${error.code}`, title, status, detail: error.message, errors: error.errors };
}

function problem(code: ErrorCode, error: AppError, requestId: string): Answer {
  const members = { type: `/problems/${code}`, detail: error.message, request_id: requestId, errors: error.errors };
  return answer(withRetry(KINDS[code], error), { ...error.extra, ...members });
}

/** The seconds that are left, where the refusal knows them. */
function withRetry(kind: Kind, { extra: { retry_after: seconds } }: AppError): Kind {
  return typeof seconds === 'number' ? { ...kind, headers: { ...kind.headers, 'retry-after': String(seconds) } } : kind;
}

function answer(kind: Kind, members: Record<string, unknown>): Answer {
  const { type, ...rest } = members;
  return {
    status: kind.status,
    body: JSON.stringify({ type, title: kind.title, status: kind.status, ...rest }),
    headers: { ...kind.headers, 'content-type': PROBLEM_JSON },
  };
}
