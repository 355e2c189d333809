/**
 * Pages of other sites that may call the API: the origins of CORS_ORIGINS, compared whole. Those may send
 * cookies too; `*` lets every page call, but never with anybody's cookie.
 */
import type { Answer, Call } from './call.ts';
import { isListedOrigin } from './origins.ts';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
const TAKEN =
  'authorization, content-type, accept, x-api-key, x-frappe-csrf-token, x-frappe-site-name, x-requested-with, x-request-id, idempotency-key, if-match, if-none-match, if-range, range, last-event-id, x-file-name';
const SHOWN =
  'etag, location, link, x-plan-hash, x-request-id, retry-after, content-disposition, content-range, accept-ranges';
const PREFLIGHT_SECONDS = '600';

type Headers = Readonly<Record<string, string>>;
const NONE: Headers = {};
const VARY: Headers = { vary: 'Origin' };

/** What every answer says to the page that asked, refusals included. */
export function corsHeaders(call: Call): Headers {
  if (call.http.corsOrigins.length === 0) return NONE;
  const allowed = allowedFor(call);
  return allowed ? { ...VARY, ...allowed, 'access-control-expose-headers': SHOWN } : VARY;
}

/** The answer to a browser that asks before it sends; undefined when this is no such question. */
export function preflight(call: Call): Answer | undefined {
  const wanted = call.header('access-control-request-method');
  if (call.method !== 'OPTIONS' || wanted === null || call.header('origin') === null) return undefined;
  if (!allowedFor(call)) return { status: 204, headers: VARY };
  return {
    status: 204,
    headers: {
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': TAKEN,
      'access-control-max-age': PREFLIGHT_SECONDS,
    },
  };
}

function allowedFor(call: Call): Headers | undefined {
  const origin = call.header('origin');
  if (origin === null) return undefined;
  if (isListedOrigin(call, origin))
    return { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' };
  return call.http.corsOrigins.includes('*') ? { 'access-control-allow-origin': '*' } : undefined;
}
