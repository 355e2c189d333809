/**
 * Calls to other servers whose address stands in a setting: https (http where it is allowed), a time limit
 * for the whole answer, a size limit, no redirects, and no address that is forbidden (addresses.ts).
 * Shaped like `fetch`, so that libraries can be given it.
 */
import { lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { forbiddenAddress } from './addresses.ts';

export interface EgressRules {
  /** For development: http, and this machine itself. */
  isLocalAllowed: boolean;
  timeoutMs: number;
  maxBytes: number;
}

export interface EgressInit {
  method?: string;
  headers?: Headers | Readonly<Record<string, string>>;
  body?: unknown;
  signal?: AbortSignal | null;
}

export type Egress = (url: string | URL, init?: EgressInit) => Promise<Response>;

/** The function throws an Error with a sentence when the call is not allowed, takes too long or says too much. */
export function createEgress(rules: EgressRules): Egress {
  return async (given, init = {}) => {
    const url = new URL(given);
    refuseTarget(url, rules);
    const timeout = AbortSignal.timeout(rules.timeoutMs);
    const signal = init.signal ? AbortSignal.any([timeout, init.signal]) : timeout;
    return call(url, { ...init, signal, rules });
  };
}

function refuseTarget(url: URL, rules: EgressRules): void {
  const isPlain = url.protocol === 'http:' && rules.isLocalAllowed;
  if (url.protocol !== 'https:' && !isPlain)
    throw new Error(`${url.origin} is not called: it must begin with https://`);
  if (url.username !== '' || url.password !== '') throw new Error('an address with a user in it is not called');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const reason = isIP(host) === 0 ? undefined : forbiddenAddress(host, { allowsLoopback: rules.isLocalAllowed });
  if (reason !== undefined) throw new Error(`${url.origin} is not called: ${reason}`);
}

function call(url: URL, q: EgressInit & { signal: AbortSignal; rules: EgressRules }): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const body = bodyOf(q.body);
  const headers = Object.fromEntries(new Headers(q.headers));
  const request = (url.protocol === 'https:' ? https : http).request(
    url,
    {
      method: q.method ?? 'GET',
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(body.byteLength) }) },
      signal: q.signal,
      agent: false,
      lookup: guardedLookup(q.rules),
    },
    (incoming) => {
      readAll(incoming, q.rules.maxBytes).then((bytes) => resolve(toResponse(incoming, bytes)), reject);
    },
  );
  request.on('error', (error) => reject(q.signal.aborted ? new Error(`${url.origin} did not answer in time`) : error));
  request.end(body);
  return promise;
}

function guardedLookup(rules: EgressRules): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const [first] = addresses;
      const isForbidden = ({ address }: { address: string }): boolean =>
        forbiddenAddress(address, { allowsLoopback: rules.isLocalAllowed }) !== undefined;
      if (!first || addresses.some(isForbidden))
        return callback(new Error(`${hostname} is not called: it leads to an address that is not allowed`), '', 0);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

async function readAll(incoming: http.IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).byteLength;
    if (size > most) {
      incoming.destroy();
      throw new Error(`the answer is larger than ${most} bytes`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

function toResponse(incoming: http.IncomingMessage, bytes: Buffer): Response {
  const status = incoming.statusCode ?? 502;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headersDistinct))
    for (const each of value ?? []) headers.append(name, each);
  // Redirects are answers like others here: whoever called sees that it is no success.
  const body = BODILESS.has(status) || bytes.byteLength === 0 ? null : new Uint8Array(bytes);
  return new Response(body, { status: status >= 200 && status <= 599 ? status : 502, headers });
}

function bodyOf(body: unknown): Buffer | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof URLSearchParams) return Buffer.from(String(body));
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new Error('only text and bytes are sent');
}
