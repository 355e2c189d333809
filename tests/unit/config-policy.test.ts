import { expect, test } from 'vitest';
import { ConfigError } from '../../server/config-error.ts';
import { policy } from '../../server/config-policy.ts';

const POLICY_URL = 'https://opa.internal:8181/v1/data/framework/allow';

test('without a URL there is no engine; with it alone, the defaults', () => {
  expect(policy({})).toBeUndefined();
  expect(policy({ POLICY_URL })).toEqual({
    url: POLICY_URL,
    shape: 'opa',
    timeoutMs: 500,
    cacheMs: 1000,
    onError: 'deny',
    token: undefined,
  });
});

test('every variable', () => {
  const env = {
    POLICY_URL,
    POLICY_SHAPE: 'cedar',
    POLICY_TIMEOUT_MS: '30000',
    POLICY_CACHE_MS: '0',
    POLICY_ON_ERROR: 'allow',
    POLICY_TOKEN: 'a.b-c_d',
  };
  expect(policy(env)).toEqual({
    url: POLICY_URL,
    shape: 'cedar',
    timeoutMs: 30_000,
    cacheMs: 0,
    onError: 'allow',
    token: 'a.b-c_d',
  });
});

test.each([
  [{ POLICY_SHAPE: 'cedar' }, /^POLICY_URL must be set when POLICY_SHAPE is/],
  [{ POLICY_ON_ERROR: 'allow' }, /^POLICY_URL must be set/],
  [{ POLICY_URL: 'opa.internal' }, /^POLICY_URL /],
  [{ POLICY_URL: 'ftp://opa.internal/' }, /^POLICY_URL /],
  [{ POLICY_URL: 'https://me:hidden@opa.internal/' }, /^POLICY_URL .*POLICY_TOKEN/],
  [{ POLICY_URL, POLICY_SHAPE: 'xacml' }, /^POLICY_SHAPE must be one of opa, cedar/],
  [{ POLICY_URL, POLICY_TIMEOUT_MS: '0' }, /^POLICY_TIMEOUT_MS /],
  [{ POLICY_URL, POLICY_CACHE_MS: '60001' }, /^POLICY_CACHE_MS must be a whole number from 0 to 60000/],
  [{ POLICY_URL, POLICY_ON_ERROR: 'maybe' }, /^POLICY_ON_ERROR must be one of deny, allow/],
  [{ POLICY_URL, POLICY_TOKEN: 'hidden\r\nx: y' }, /^POLICY_TOKEN /],
])('%j is refused', (env, sentence) => {
  const attempt = () => policy(env);
  expect(attempt).toThrow(ConfigError);
  expect(attempt).toThrow(sentence);
  expect(attempt).not.toThrow(/hidden/);
});
