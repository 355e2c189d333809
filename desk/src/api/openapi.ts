/** The description of the API, and requests that are sent as they are: their answers are shown, whatever they say. */
import type { OpenApi } from '../meta/openapi.ts';
import type { SampleRequest } from '../meta/sample-text.ts';
import { request } from './client.ts';

/** What the caller may see of it: of a guest, too. */
export function getOpenApi(): Promise<OpenApi> {
  return request('GET', '/openapi.json', { isSignIn: true });
}

export interface RawAnswer {
  status: number;
  statusText: string;
  headers: readonly (readonly [name: string, value: string])[];
  text: string;
  /** Until the whole of it was there. */
  milliseconds: number;
  bytes: number;
}

/** With the session of this browser. Throws when no answer comes. */
export async function sendRaw(
  { method, url, query = [], body }: SampleRequest,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const started = performance.now();
  const search = query.length > 0 ? `?${new URLSearchParams(query.map(([name, value]) => [name, value]))}` : '';
  const response = await fetch(url + search, {
    method,
    credentials: 'same-origin',
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    signal,
  });
  const text = await response.text();
  return {
    status: response.status,
    statusText: response.statusText,
    headers: [...response.headers],
    text,
    milliseconds: Math.round(performance.now() - started),
    bytes: new TextEncoder().encode(text).byteLength,
  };
}

/** The data of an answer of /graphql, for the editor to know the schema. */
export function askGraphql(query: string, signal?: AbortSignal): Promise<{ data?: unknown; errors?: unknown }> {
  return request('POST', '/graphql', { body: { query }, signal, isSignIn: true });
}
