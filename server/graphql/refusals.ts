/** What is noted of an operation that is not answered, whichever way it came: a count for /metrics, and the audit log. */
import type { OperationTypeNode } from 'graphql';
import type { Call } from '../http/call.ts';
import { problemBody } from '../http/problem.ts';
import { AppError } from '../kernel/error.ts';
import { type GraphqlErrorJson, toGraphqlErrors } from './errors.ts';

export interface Refusal {
  errors: GraphqlErrorJson[];
  /** What REST would answer. */
  status: number;
}

export function noteRefusal(call: Call, error: unknown, type: OperationTypeNode | 'unknown'): Refusal {
  const refusal = toRefusal(call, error);
  call.http.metrics.countOperation(type, refusal.status < 500 ? 'refused' : 'failed');
  call.http.denials.note(call, refusal.status);
  return refusal;
}

/** Of an operation that was counted as answered and goes on no longer. */
export function noteEnd(call: Call, error: unknown): Refusal {
  const refusal = toRefusal(call, error);
  call.http.denials.note(call, refusal.status);
  return refusal;
}

function toRefusal(call: Call, error: unknown): Refusal {
  const { requestId, http } = call;
  const status = error instanceof AppError ? Number(problemBody(error).status) : 500;
  return { errors: toGraphqlErrors(error, { requestId, log: http.services.log }), status };
}
