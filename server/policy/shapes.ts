/**
 * A question in the words of an engine, and the engine's answer in ours: the data API of Open Policy Agent, and
 * what servers around Cedar take. What is no answer in those words throws.
 */
import { isObject } from '../kernel/json.ts';
import type { PolicyAnswer, PolicyQuestion } from '../kernel/policy.ts';
import { cedarBody } from './cedar.ts';

export interface Shape {
  body(question: PolicyQuestion): unknown;
  /** Takes the parsed JSON of the engine's answer. Throws an Error that says what came. */
  answer(body: unknown): PolicyAnswer;
}

export type ShapeName = 'opa' | 'cedar';

/** `{"input": …}` to `{"result": true}` or `{"result": {"allow": false, "reason": "…"}}`. */
const opa: Shape = {
  body: (question) => ({ input: question }),
  answer(body) {
    if (!isObject(body)) throw strange(body);
    // Open Policy Agent leaves `result` out where no rule holds: an answer, and not one that allows.
    if (!Object.hasOwn(body, 'result')) return { allowed: false, reason: 'no rule of the policy allows it' };
    const { result } = body;
    if (typeof result === 'boolean') return { allowed: result };
    if (!isObject(result) || !Object.hasOwn(result, 'allow') || typeof result.allow !== 'boolean') throw strange(body);
    return { allowed: result.allow, ...reasonOf(result) };
  },
};

const cedar: Shape = {
  body: cedarBody,
  answer(body) {
    const decision = isObject(body) && Object.hasOwn(body, 'decision') ? body.decision : undefined;
    if (decision === 'Allow') return { allowed: true };
    if (decision === 'Deny') return { allowed: false };
    throw strange(body);
  },
};

export const SHAPES: Readonly<Record<ShapeName, Shape>> = { opa, cedar };

const MAX_REASON = 200;

/** People read it, so it is short and one line. */
function reasonOf(result: Readonly<Record<string, unknown>>): { reason?: string } {
  if (!Object.hasOwn(result, 'reason') || typeof result.reason !== 'string') return {};
  const reason = result.reason
    .slice(0, 2 * MAX_REASON)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return reason === '' ? {} : { reason: reason.slice(0, MAX_REASON).toWellFormed() };
}

function strange(body: unknown): Error {
  return new Error(`it answered ${(JSON.stringify(body) ?? 'nothing').slice(0, 100)}`);
}
