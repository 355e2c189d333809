/** One field's value from the wire to what is kept: empty values, types, secrets, HTML. */
import { sanitizeHtml } from '../fieldtypes/sanitize.ts';
import { isSet } from '../kernel/doctype.ts';
import type { Value } from '../kernel/document.ts';
import type { FieldProblem } from '../kernel/error.ts';
import { canonicalJson } from '../kernel/json.ts';
import type { Cipher } from '../kernel/ports.ts';
import type { FieldPlan } from '../schema/plan.ts';

export interface ValueEnv {
  now: number;
  cipher: Cipher;
}

/** What a secret shows, and what a client that shows it sends back. */
const MASK = /^\*+$/;

/** Returned for a masked secret: the stored value stays. */
export const UNCHANGED = Symbol('unchanged');

export type Taken = { value: Value } | { problem: Omit<FieldProblem, 'field'> } | typeof UNCHANGED;

export function takeValue(field: FieldPlan, given: unknown, env: ValueEnv): Taken {
  if (given === null || given === undefined || given === '') return { value: emptyValue(field, given) };
  if (field.type.secret && typeof given === 'string' && MASK.test(given)) return UNCHANGED;
  const coerced = field.type.coerce(given, field.field, { now: env.now });
  if ('problem' in coerced) return coerced;
  let { value } = coerced;
  if (value === '') return { value: emptyValue(field, '') };
  if (field.type.html && typeof value === 'string' && !isSet(field.field.ignore_xss_filter))
    value = sanitizeHtml(value);
  if (field.type.secret && typeof value === 'string') value = env.cipher.encrypt(value);
  return { value };
}

/** Numbers and what is `not_nullable` are never NULL; links, dates and unique texts are NULL; other text keeps "". */
export function emptyValue(field: FieldPlan, given?: unknown): Value {
  if (field.sql?.zero === '') return '';
  if (field.sql?.zero) return field.sql.zero === 'false' ? false : Number(field.sql.zero);
  const keepsText = field.sql?.type === 'text' && !field.link && !isSet(field.field.unique) && !field.type.secret;
  return keepsText && given === '' ? '' : null;
}

/** Equality of canonical values; NULL and "" are the same to a person, and to Frappe. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  const left = a === '' || a === undefined ? null : a;
  const right = b === '' || b === undefined ? null : b;
  if (left === right) return true;
  if (typeof left === 'object' && typeof right === 'object') return canonicalJson(left) === canonicalJson(right);
  return false;
}
