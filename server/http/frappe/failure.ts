/**
 * Errors as Frappe's clients read them: a problem of ours becomes `exc_type`, `exception` and doubly encoded
 * `_server_messages` (v1), or `errors` (v2). The one place, also for what fails before a route ran.
 */
import type { FieldProblem } from '../../kernel/error.ts';
import { isObject } from '../../kernel/json.ts';
import type { Answer } from '../call.ts';

/** The answer as it is, or in Frappe's shape when it is a problem on a path of Frappe's. */
export function inStyleOf(target: string, method: string, answer: Answer): Answer {
  if (answer.status < 400 || !answer.headers?.['content-type']?.startsWith('application/problem+json')) return answer;
  const version = versionOf(target, method);
  return version === undefined ? answer : toFrappe(answer, version);
}

/** A list of messages as v1 carries them: JSON within JSON. */
function serverMessages(messages: readonly string[], more: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(messages.map((message) => JSON.stringify({ message, ...more })));
}

const V2 = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?\/api\/v2(?:[/?#]|$)/i;
const V1 = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?\/api\/(?:resource|method)(?:[/?#]|$)/i;
const ROOT = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?\/?(?:[?#]|$)/i;

function versionOf(target: string, method: string): 1 | 2 | undefined {
  if (V2.test(target)) return 2;
  return V1.test(target) || (method === 'POST' && ROOT.test(target)) ? 1 : undefined;
}

interface Problem {
  code: string;
  detail: string;
  errors: readonly FieldProblem[];
  /** Further members, such as the plan that wants a confirmation. */
  more: Readonly<Record<string, unknown>>;
}

interface Kind {
  type: string;
  status?: number;
}

const MOST_MESSAGES = 20;

function toFrappe(answer: Answer, version: 1 | 2): Answer {
  const problem = readProblem(answer);
  const { type, status = answer.status } = kindOf(problem);
  const messages =
    problem.errors.length > 1
      ? problem.errors.slice(0, MOST_MESSAGES).map(({ message }) => message)
      : [problem.errors[0]?.message ?? problem.detail];
  const body =
    version === 2 ? v2Body(type, messages, problem.more) : v1Body(type, messages, problem.more, problem.detail);
  const headers = { ...answer.headers, 'content-type': 'application/json; charset=utf-8' };
  return { ...answer, status, headers, body: JSON.stringify(body) };
}

function readProblem(answer: Answer): Problem {
  const { type, title, status, detail, errors, ...more } = JSON.parse(String(answer.body ?? '{}')) as Record<
    string,
    unknown
  >;
  return {
    code: String(type).replace('/problems/', ''),
    detail: String(detail ?? title ?? ''),
    errors: Array.isArray(errors) ? (errors.filter(isObject) as unknown as FieldProblem[]) : [],
    more,
  };
}

/** Statuses that differ from ours: Frappe answers 417 to whatever is wrong with what was sent. */
const EXPECTATION_FAILED = 417;

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['bad_request', { type: 'ValidationError', status: EXPECTATION_FAILED }],
  ['validation', { type: 'ValidationError', status: EXPECTATION_FAILED }],
  ['unauthenticated', { type: 'AuthenticationError' }],
  ['forbidden', { type: 'PermissionError' }],
  ['not_found', { type: 'DoesNotExistError' }],
  ['method_not_allowed', { type: 'MethodNotAllowed' }],
  ['duplicate', { type: 'DuplicateEntryError' }],
  ['conflict', { type: 'ValidationError' }],
  ['linked', { type: 'LinkExistsError', status: EXPECTATION_FAILED }],
  ['wrong_state', { type: 'ValidationError', status: EXPECTATION_FAILED }],
  ['confirmation_required', { type: 'ValidationError', status: EXPECTATION_FAILED }],
  ['too_large', { type: 'RequestEntityTooLarge' }],
  ['unsupported_media_type', { type: 'UnsupportedMediaType' }],
  ['rate_limited', { type: 'TooManyRequestsError' }],
  ['unavailable', { type: 'SessionStopped' }],
]);

/** What the first broken rule says more exactly. */
const RULES: ReadonlyMap<string, string> = new Map([
  ['required', 'MandatoryError'],
  ['link_not_found', 'LinkValidationError'],
  ['link_cancelled', 'CancelledLinkError'],
  ['missing_pointer', 'LinkValidationError'],
  ['set_only_once', 'CannotChangeConstantError'],
  ['server_set', 'CannotChangeConstantError'],
  ['submitted', 'UpdateAfterSubmitError'],
  ['invalid_name', 'NameError'],
  ['negative', 'NonNegativeError'],
  ['too_long', 'CharacterLengthExceededError'],
  ['data_loss', 'DataError'],
  ['bad_request', 'DataError'],
  ['docstatus', 'DocstatusTransitionError'],
  ['csrf', 'CSRFTokenError'],
]);
const NAME_ERROR = 409;
const BAD_TOKEN = 400;

function kindOf(problem: Problem): Kind {
  const kind = KINDS.get(problem.code) ?? { type: 'InternalServerError' };
  const [first] = problem.errors;
  if (problem.code === 'conflict' && Object.hasOwn(problem.more, 'current_version'))
    return { type: 'TimestampMismatchError', status: EXPECTATION_FAILED };
  if (problem.code === 'duplicate')
    return first && first.field !== 'name' ? { type: 'UniqueValidationError', status: EXPECTATION_FAILED } : kind;
  const type = first && RULES.get(first.code);
  if (!type) return kind;
  const status = type === 'NameError' ? NAME_ERROR : type === 'CSRFTokenError' ? BAD_TOKEN : kind.status;
  return { type, status };
}

function v1Body(
  type: string,
  messages: readonly string[],
  more: Readonly<Record<string, unknown>>,
  detail = messages[0] ?? '',
): Record<string, unknown> {
  return {
    ...more,
    exc_type: type,
    exception: `frappe.exceptions.${type}: ${detail}`,
    message: detail,
    ...(type === 'PermissionError' ? { _error_message: detail } : {}),
    _server_messages: serverMessages(messages, { title: 'Message', indicator: 'red', raise_exception: 1 }),
  };
}

function v2Body(
  type: string,
  messages: readonly string[],
  more: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return {
    ...more,
    errors: messages.map((message) => ({
      type,
      message,
      title: 'Message',
      indicator: 'red',
      exception: `frappe.exceptions.${type}: ${message}`,
    })),
  };
}
