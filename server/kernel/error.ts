/**
 * The one error that the product throws on purpose. `code` decides the HTTP status (http/problem.ts);
 * everything else that is thrown is a bug and becomes a 500 that says nothing of the inside.
 */
export type ErrorCode =
  | 'bad_request'
  | 'validation'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'duplicate'
  | 'conflict'
  | 'linked'
  | 'wrong_state'
  | 'confirmation_required'
  | 'too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'unavailable';

/** One broken rule. `field` is a fieldname, or a path such as `items[2].qty`; "" is the document. */
export interface FieldProblem {
  field: string;
  code: string;
  /** What was expected, what came, how to mend it. */
  message: string;
}

export interface ErrorDetails {
  errors?: FieldProblem[];
  /** Further members of the problem document, such as a plan and its hash. */
  extra?: Record<string, unknown>;
  cause?: unknown;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: FieldProblem[];
  readonly extra: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.errors = details.errors ?? [];
    this.extra = details.extra ?? {};
  }
}

/** The same of a part of what was given: `docs[2]`. Its problems are those of the whole, under that path. */
export function errorWithin(error: AppError, place: string): AppError {
  const errors = error.errors.map((each) => ({ ...each, field: each.field ? `${place}.${each.field}` : place }));
  const { code, message, extra, cause } = error;
  return new AppError(code, `${place}: ${message}`, { errors, extra, cause });
}

/** So many problems are told at once; more would only make an answer that nobody reads. */
export const MOST_PROBLEMS = 100;

/** Throws one `validation` error that carries the problems, the first hundred; does nothing when there are none. */
export function refuseProblems(problems: readonly FieldProblem[], what: string): void {
  if (problems.length === 0) return;
  const first = problems[0] as FieldProblem;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new AppError('validation', `${what}: ${first.message}${more}`, { errors: problems.slice(0, MOST_PROBLEMS) });
}

/** The known name nearest to a mistyped one, or undefined when none is near enough to suggest. */
export function nearest(wanted: string, known: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const name of known) {
    if (Math.abs(name.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitute, (previous[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    previous = row;
  }
  return previous[b.length] as number;
}
