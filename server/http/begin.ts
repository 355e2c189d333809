/** A call before anything of it is known but what came: who asks is sign-in.ts's, where to the router's. */
import { randomBytes } from 'node:crypto';
import type { Call, Served } from './call.ts';
import { isSecureRequest } from './origins.ts';

const NOTHING: ReadonlyMap<string, string> = new Map();
const SANE_ID = /^[\w.:-]{1,100}$/;

/** `peer`: the other end of the connection, perhaps a proxy. */
export function beginCall(http: Served, { request, peer = '' }: { request: Request; peer?: string }): Call {
  const asked = request.headers.get('x-request-id');
  const call: Call = {
    http,
    method: request.method,
    path: '',
    segments: [],
    query: NOTHING,
    header: (name) => request.headers.get(name),
    request,
    ip: http.proxies.clientOf(peer, request.headers.get('x-forwarded-for')),
    peer,
    isSecure: false,
    requestId: asked !== null && SANE_ID.test(asked) ? asked : nextRequestId(),
    now: http.services.clock.now(),
    actor: undefined,
    identity: undefined,
    token: undefined,
    given: {},
    text: '',
  };
  call.isSecure = isSecureRequest(call);
  return call;
}

/** Of this process and this request: unique among processes, without asking for randomness each time. */
export function nextRequestId(): string {
  requests = (requests + 1) % Number.MAX_SAFE_INTEGER;
  return `${PROCESS_ID}-${requests.toString(36)}`;
}

const PROCESS_ID = randomBytes(6).toString('hex');
let requests = 0;
