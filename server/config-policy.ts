/** The variables of the policy engine. Read by config-variables.ts with the others. */
import { type Env, integer, oneOf, refuse, together, url } from './config-values.ts';
import type { HttpPolicySettings } from './policy/http-engine.ts';

const NAMES = ['POLICY_SHAPE', 'POLICY_TIMEOUT_MS', 'POLICY_CACHE_MS', 'POLICY_ON_ERROR', 'POLICY_TOKEN'];

/** Undefined: the built-in permissions stand alone. */
export function policy(env: Env): HttpPolicySettings | undefined {
  const isSet = together(env, ['POLICY_URL'], NAMES);
  const settings = {
    shape: oneOf(env, 'POLICY_SHAPE', ['opa', 'cedar'] as const) ?? 'opa',
    timeoutMs: integer(env, 'POLICY_TIMEOUT_MS', { fallback: 500, from: 1, to: 30_000 }),
    cacheMs: integer(env, 'POLICY_CACHE_MS', { fallback: 1000, from: 0, to: 60_000 }),
    onError: oneOf(env, 'POLICY_ON_ERROR', ['deny', 'allow'] as const) ?? 'deny',
    token: token(env),
  };
  return isSet ? { url: address(env), ...settings } : undefined;
}

function address(env: Env): string {
  const example = 'http://127.0.0.1:8181/v1/data/framework/allow';
  const text = url(env, 'POLICY_URL', { protocols: ['http', 'https'], example }) ?? '';
  const { username, password } = new URL(text);
  if (username || password)
    return refuse('POLICY_URL', `a URL such as ${example}`, 'one with a user; use POLICY_TOKEN');
  return text;
}

/** It stands in a header. */
function token(env: Env): string | undefined {
  const text = env.POLICY_TOKEN?.trim();
  if (text === undefined || /^[\x21-\x7e]{1,8000}$/.test(text)) return text;
  return refuse('POLICY_TOKEN', 'a token of ASCII characters without spaces', 'another text');
}
