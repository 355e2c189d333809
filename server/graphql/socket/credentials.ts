/**
 * Who speaks over a socket: the upgrade request's cookie or header, or what a client says when it begins, since
 * a browser cannot set a header of a WebSocket. What it says itself goes before what comes along.
 */
import type { Identity } from '../../auth/chain/contract.ts';
import { nextRequestId } from '../../http/begin.ts';
import type { Call } from '../../http/call.ts';
import { refuseForeignSocket } from '../../http/sign-in.ts';
import { GUEST_ACTOR } from '../../kernel/actor.ts';
import { isObject } from '../../kernel/json.ts';

const SAID: ReadonlySet<string> = new Set(['authorization', 'x-api-key']);

/** The call with the credential of `connectionParams`: `{authorization}`, in whatever case, or `{headers: {…}}`. */
export function withParams(call: Call, params: unknown): Call {
  const given = isObject(params) ? params : {};
  const said = new Map<string, string>();
  for (const source of [given.headers, given])
    for (const [name, value] of Object.entries(isObject(source) ? source : {}))
      if (SAID.has(name.toLowerCase()) && typeof value === 'string' && value !== '')
        said.set(name.toLowerCase(), value);
  if (said.size === 0) return call;
  return { ...call, header: (name) => (SAID.has(name) ? (said.get(name) ?? null) : call.header(name)) };
}

/** One operation of a socket, as a request of its own. What the upgrade said of repeating is not about it. */
export function operationCall(call: Call): Call {
  return {
    ...call,
    requestId: nextRequestId(),
    now: call.http.services.clock.now(),
    header: (name) => (name === 'idempotency-key' ? null : call.header(name)),
  };
}

/** Sets actor and identity of the call. Throws `unauthenticated`, and `forbidden` for another site's page with a cookie. */
export async function signInSocket(call: Call): Promise<void> {
  const identity: Identity | undefined = await call.http.identities.identify(call);
  if (identity?.isCookie || identity?.via === 'gateway') refuseForeignSocket(call);
  call.identity = identity;
  call.actor = identity?.actor ?? GUEST_ACTOR;
  call.token = identity?.token;
}
