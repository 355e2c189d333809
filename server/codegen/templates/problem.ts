/** What the server refuses, as an error: RFC 9457. */

/** One broken rule: its field, or a path such as `items[2].qty`; "" is the document. */
export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/** What may stand in a problem; of a stranger between here and the server anything may. */
export interface ProblemMembers {
  type?: unknown;
  code?: unknown;
  status?: unknown;
  title?: unknown;
  detail?: unknown;
  request_id?: unknown;
  errors?: unknown;
}

/** Thrown for every answer that is no success, of REST and of GraphQL alike. */
export class ProblemError extends Error {
  /** The HTTP status; of GraphQL, the one that REST would have given. */
  readonly status: number;
  /** `not_found`, `validation`, `conflict` … */
  readonly code: string;
  readonly title: string;
  /** What was expected, what came, how to mend it. */
  readonly detail: string;
  /** Under which the server's log knows the request. */
  readonly request_id: string | undefined;
  readonly errors: readonly FieldProblem[];
  /** All members of the problem, or the `errors` of a GraphQL answer. */
  readonly body: unknown;

  constructor(status: number, members: ProblemMembers, body: unknown = members) {
    const detail = text(members.detail) ?? text(members.title) ?? `The server answered ${status}.`;
    super(detail);
    this.name = 'ProblemError';
    this.status = status;
    this.code = text(members.code) ?? text(members.type)?.replace('/problems/', '') ?? '';
    this.title = text(members.title) ?? '';
    this.detail = detail;
    this.request_id = text(members.request_id);
    this.errors = Array.isArray(members.errors) ? members.errors : [];
    this.body = body;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
