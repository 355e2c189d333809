/** The desk's only fetch (uploads, which tell their progress, are in files.ts): JSON there and back, refusals as ProblemError (RFC 9457), and a word when the session has ended. */

import { server } from './server.ts';

export interface FieldProblem {
  /** The field's path, as `items.0.qty`; empty for the document. */
  field: string;
  code: string;
  message: string;
}

/** A refusal of the server, or of the network (status 0). `message` is for people. */
export class ProblemError extends Error {
  readonly status: number;
  /** As `conflict`, `validation`, `not_found`; `network` when no answer came. */
  readonly code: string;
  readonly title: string;
  readonly requestId: string;
  readonly errors: readonly FieldProblem[];
  /** All members of the problem, for those of one kind only. */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    super(text(problem.detail) || text(problem.title) || `The server answered with status ${status}.`);
    this.name = 'ProblemError';
    this.status = status;
    this.code = text(problem.type).split('/').at(-1) || 'unknown';
    this.title = text(problem.title);
    this.requestId = text(problem.request_id);
    this.errors = Array.isArray(problem.errors) ? (problem.errors as FieldProblem[]) : [];
    this.problem = problem;
  }
}

export interface Ask {
  /** Undefined values are left out; lists and objects are sent as JSON. */
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** A 401 is this caller's own business, as at the sign-in. */
  isSignIn?: boolean;
  /** Is sent to its end although the page is left meanwhile. */
  outlivesPage?: boolean;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let signedOut: () => Promise<boolean> = () => Promise.resolve(false);

/** Asked when an answer says that nobody is signed in: true once somebody is again, and the request goes once more. */
export function onSignedOut(listener: () => Promise<boolean>): void {
  signedOut = listener;
}

const reached = new Set<(isReached: boolean) => void>();

/** Told with every answer that the server was there, and with each that did not come that it was not. */
export function onReach(listener: (isReached: boolean) => void): void {
  reached.add(listener);
}

/** Asks for nothing: whether the server answers at all. */
export async function probe(): Promise<boolean> {
  try {
    await request('GET', '/health', { isSignIn: true });
    return true;
  } catch (error) {
    return error instanceof ProblemError && error.status > 0 && error.status < 502;
  }
}

/** The JSON of the answer; undefined for one without a body. Throws ProblemError; an abort passes as it is. */
export async function request<T>(method: Method, path: string, ask: Ask = {}): Promise<T> {
  const first = await send(method, path, ask);
  const isRefused = first.status === 401 && !ask.isSignIn;
  const response = isRefused && (await signedOut()) ? await send(method, path, ask) : first;
  const body = await bodyOf(response);
  if (response.ok) return body as T;
  throw refusalOf(response.status, body, { headers: response.headers, isSignIn: ask.isSignIn });
}

/** What a refusing answer says, as an error; one that says that nobody is signed in is told on. */
export function refusalOf(
  status: number,
  body: unknown,
  { headers, isSignIn }: { headers: { get(name: string): string | null }; isSignIn?: boolean },
): ProblemError {
  if (status === 401 && !isSignIn) void signedOut();
  return new ProblemError(status, {
    request_id: headers.get('x-request-id'),
    ...(status === 429 ? { retry_after: headers.get('retry-after') } : {}),
    ...(isRecord(body) ? body : {}),
  });
}

export interface Download {
  content: Blob;
  headers: Headers;
}

/** A file instead of JSON; `note` hears how many bytes there are so far. Throws ProblemError, and when it breaks off. */
export async function download(
  method: Method,
  path: string,
  ask: Ask,
  note: (bytes: number) => void,
): Promise<Download> {
  const response = await send(method, path, ask);
  if (!response.ok)
    throw refusalOf(response.status, await bodyOf(response), { headers: response.headers, isSignIn: ask.isSignIn });
  const reader = response.body?.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      parts.push(part.value);
      bytes += part.value.length;
      note(bytes);
    }
  } catch (error) {
    if (ask.signal?.aborted) throw error;
    throw new ProblemError(0, {
      type: 'network',
      title: 'Broken off',
      detail: 'The file broke off on its way. Try again.',
    });
  }
  return { content: new Blob(parts, { type: response.headers.get('content-type') ?? '' }), headers: response.headers };
}

/** `/api/v1/Sales%20Order/SO-1` from its parts. */
export function pathOf(...parts: readonly string[]): string {
  return `/api/v1/${parts.map(encodeURIComponent).join('/')}`;
}

async function send(method: Method, path: string, ask: Ask): Promise<Response> {
  try {
    const response = await fetch(server().base + path + queryOf(ask.query), {
      method,
      credentials: server().credentials,
      headers: {
        ...authorization(),
        accept: 'application/json',
        ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...ask.headers,
      },
      body: ask.body === undefined ? undefined : JSON.stringify(ask.body),
      signal: ask.signal,
      keepalive: ask.outlivesPage,
    });
    tell(!AWAY.has(response.status));
    return response;
  } catch (error) {
    if (ask.signal?.aborted) throw error;
    tell(false);
    throw new ProblemError(0, {
      type: 'network',
      title: 'No connection',
      detail: 'The server cannot be reached. Check your connection; nothing you typed is lost.',
    });
  }
}

/** What stands between answers so when the server is not there. */
const AWAY: ReadonlySet<number> = new Set([502, 504]);

function tell(isReached: boolean): void {
  for (const listener of reached) listener(isReached);
}

function authorization(): Record<string, string> {
  const { token } = server();
  return token ? { authorization: `Bearer ${token}` } : {};
}

async function bodyOf(response: Response): Promise<unknown> {
  return parseBody(await response.text());
}

/** JSON where it is some; an empty body is undefined. */
export function parseBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function queryOf(query: Ask['query'] = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
