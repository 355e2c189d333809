/** An Answer as a Response, with the headers that every answer carries. Plain objects: they go to Node as they are. */
import type { Answer } from './call.ts';

export const COMMON = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};
const WITH_JSON = { ...COMMON, 'content-type': 'application/json; charset=utf-8' };

/** Browsers stay with https once they came by it. */
export const withHttps = { 'strict-transport-security': 'max-age=31536000' };

export function toResponse(answer: Answer, more: Readonly<Record<string, string>>): Response {
  const common = answer.body === undefined ? COMMON : WITH_JSON;
  const response = new Response(answer.body ?? null, {
    status: answer.status,
    headers: { ...common, ...more, ...answer.headers },
  });
  for (const cookie of answer.cookies ?? []) response.headers.append('set-cookie', cookie);
  return response;
}
