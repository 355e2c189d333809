/** An Answer as a Response, with the headers that every answer carries. Plain objects: they go to Node as they are. */
import type { Answer } from './call.ts';

const COMMON = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
const WITH_JSON = { ...COMMON, 'content-type': 'application/json; charset=utf-8' };

export function toResponse(answer: Answer, requestId: string): Response {
  const common = answer.body === undefined ? COMMON : WITH_JSON;
  return new Response(answer.body ?? null, {
    status: answer.status,
    headers: { ...common, 'x-request-id': requestId, ...answer.headers },
  });
}
