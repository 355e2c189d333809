/** Requests: where to, as whom, JSON in both directions. Whatever is no success is thrown. */
import { ProblemError, type ProblemMembers } from './problem.ts';

export interface ClientSettings {
  /** Where the server is, such as `https://erp.example.com`; "" for the page's own. */
  url: string;
  /** Of a session (`POST /api/v1/auth/login`), or what gives the present one. Without: the browser's cookie. */
  token?: string | (() => string | undefined) | undefined;
  /** `key:secret` */
  apiKey?: string | undefined;
  /** In place of the global one: for tests, proxies, retries. */
  fetch?: typeof globalThis.fetch | undefined;
}

export interface Ask {
  method: string;
  path: string;
  query?: { readonly [name: string]: string | undefined };
  body?: unknown;
  headers?: { readonly [name: string]: string };
  signal?: AbortSignal | undefined;
}

export interface Transport {
  /** The answer of a request that succeeded. */
  open(ask: Ask): Promise<Response>;
  /** Its JSON; undefined where it has no body. */
  json(ask: Ask): Promise<unknown>;
}

export function createTransport(settings: ClientSettings): Transport {
  const base = settings.url.replace(/\/+$/, '');
  const send = settings.fetch ?? globalThis.fetch;
  const open = async (ask: Ask): Promise<Response> => {
    const request: RequestInit = { method: ask.method, headers: { ...headersOf(settings, ask) } };
    if (ask.body !== undefined) request.body = JSON.stringify(ask.body);
    if (ask.signal) request.signal = ask.signal;
    const response = await send(base + ask.path + queryText(ask.query), request);
    if (!response.ok) throw await problemOf(response);
    return response;
  };
  return {
    open,
    async json(ask) {
      const content = await (await open(ask)).text();
      return content === '' ? undefined : JSON.parse(content);
    },
  };
}

function headersOf({ token, apiKey }: ClientSettings, ask: Ask): { [name: string]: string } {
  const bearer = typeof token === 'function' ? token() : token;
  return {
    accept: 'application/json',
    ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(bearer ? { authorization: `Bearer ${bearer}` } : apiKey ? { authorization: `token ${apiKey}` } : {}),
    ...ask.headers,
  };
}

function queryText(query: Ask['query'] = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

async function problemOf(response: Response): Promise<ProblemError> {
  const content = await response.text();
  const members = objectIn(content) ?? { detail: content.slice(0, 500) };
  const graphql: unknown = members.errors;
  const first =
    Array.isArray(graphql) && members.detail === undefined ? problemOfGraphql(graphql, response.status) : undefined;
  return first ?? new ProblemError(response.status, { title: response.statusText, ...members });
}

/** The first of a GraphQL answer's errors; undefined when it has none. */
export function problemOfGraphql(errors: unknown, status: number): ProblemError | undefined {
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  const { message, extensions } = errors[0] as { message?: unknown; extensions?: ProblemMembers };
  const own = typeof extensions?.status === 'number' ? extensions.status : status;
  return new ProblemError(own, { ...extensions, detail: message }, errors);
}

function objectIn(content: string): ProblemMembers | undefined {
  try {
    const parsed: unknown = JSON.parse(content);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
