/** Which pages are ours: origins compared whole, scheme, host and port. And whether the client's connection is https. */
import type { Call } from './call.ts';

/** https as the client sees it: by PUBLIC_URL, or by what a trusted proxy says. */
export function isSecureRequest(call: Pick<Call, 'http' | 'header' | 'peer'>): boolean {
  if (call.http.publicUrl?.startsWith('https:')) return true;
  const proto = call.header('x-forwarded-proto');
  // The last entry is the one that the proxy next to us wrote.
  return proto !== null && call.http.proxies.has(call.peer) && proto.split(',').at(-1)?.trim() === 'https';
}

/** Our own origin, or one of CORS_ORIGINS that is named: `*` there trusts nobody with a cookie. */
export function isAllowedOrigin(call: Call, origin: string): boolean {
  return ownOrigins(call).includes(origin) || isListedOrigin(call, origin);
}

export function isListedOrigin(call: Pick<Call, 'http'>, origin: string): boolean {
  return origin !== '*' && call.http.corsOrigins.includes(origin);
}

/** That of PUBLIC_URL; and unless it is https, which no http page may speak for, that of the Host header. */
function ownOrigins(call: Call): readonly (string | undefined)[] {
  const { publicUrl } = call.http;
  const stated = publicUrl === undefined ? [] : [URL.parse(publicUrl)?.origin];
  if (publicUrl?.startsWith('https:')) return stated;
  const scheme = call.isSecure ? 'https' : 'http';
  return [...stated, URL.parse(`${scheme}://${call.header('host') ?? ''}`)?.origin];
}
