/**
 * Numbers: decimals (a JSON number, to 15 significant digits) and whole numbers of 64 bits
 * (a number, or text beyond 2^53). Text is read strictly: "abc" is a problem, never 0.
 */
import { isSet } from '../../kernel/doctype.ts';
import type { Value } from '../../kernel/document.ts';
import type { Coerced, FieldType } from '../contract.ts';
import { ORDERED } from '../operators.ts';
import { accept, isBlank, refuse, shown } from './answer.ts';
import { type FieldTypeSpec, fieldType } from './define.ts';
import { checkBounds } from './definition.ts';

const LARGEST_DECIMAL = 1e30;
const SMALLEST_BIGINT = -(2n ** 63n);
const LARGEST_BIGINT = 2n ** 63n - 1n;
const LONGEST_NUMERAL = 64;

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** Groups of two are India's; "1,5" is no grouping, and guessing would make it 15. */
const GROUPED = /^([+-]?\d{1,3}(?:,\d{2,3})*,\d{3})(\.\d*)?$/;
const INTEGER = /^[+-]?\d+(?:\.0*)?$/;

type NumberSpec = Pick<FieldTypeSpec, 'name'> &
  Partial<FieldTypeSpec> & {
    /** Not null: blank is 0. */
    zero?: boolean;
    refine?(number: number): number;
  };

export function decimalType(spec: NumberSpec): FieldType {
  const { zero = false, refine, ...given } = spec;
  const blank = zero ? 0 : null;
  return fieldType({
    column: zero ? { type: 'numeric', zero: '0' } : { type: 'numeric' },
    graphql: 'numeric',
    operators: ORDERED,
    isMissing: isNumberMissing,
    jsonSchema: (field) => ({
      type: zero ? 'number' : ['number', 'null'],
      ...(isSet(field.non_negative) ? { minimum: 0 } : { exclusiveMinimum: -LARGEST_DECIMAL }),
      exclusiveMaximum: LARGEST_DECIMAL,
    }),
    coerce: (value) => {
      if (isBlank(value)) return accept(blank);
      const coerced = coerceDecimal(value);
      return refine && 'value' in coerced ? accept(refine(coerced.value as number)) : coerced;
    },
    ...given,
  });
}

/** A decimal whose definition may carry `precision`: how many places are shown. */
export function preciseType(spec: NumberSpec): FieldType {
  return decimalType({
    zero: true,
    checkOwn: (field) => checkBounds(field, { key: 'precision', min: 0, max: 9, what: 'a precision' }),
    ...spec,
  });
}

export function integerType(spec: Pick<FieldTypeSpec, 'name'>): FieldType {
  return fieldType({
    column: { type: 'bigint', zero: '0' },
    json: 'integer',
    graphql: 'bigint',
    operators: ORDERED,
    canBeUnique: true,
    isMissing: isNumberMissing,
    jsonSchema: (field) => ({
      type: ['integer', 'string'],
      minimum: isSet(field.non_negative) ? 0 : Number.MIN_SAFE_INTEGER,
      maximum: Number.MAX_SAFE_INTEGER,
      pattern: isSet(field.non_negative) ? '^[0-9]{16,19}$' : '^-?[0-9]{16,19}$',
    }),
    coerce: (value) => (isBlank(value) ? accept(0) : coerceInteger(value)),
    ...spec,
  });
}

function coerceDecimal(value: unknown): Coerced {
  const number = typeof value === 'number' ? value : parseDecimal(value);
  if (number === undefined || Number.isNaN(number)) {
    return refuse('invalid_number', `Expected a number such as 1234.5, got ${shown(value)}.`);
  }
  if (Math.abs(number) < LARGEST_DECIMAL) return accept(number + 0);
  return refuse('out_of_range', `Expected a number between -1e30 and 1e30, got ${shown(value)}.`);
}

function parseDecimal(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > LONGEST_NUMERAL) return undefined;
  const text = value.trim();
  if (DECIMAL.test(text)) return Number(text);
  return GROUPED.test(text) ? Number(text.replaceAll(',', '')) : undefined;
}

function coerceInteger(value: unknown): Coerced {
  if (typeof value === 'boolean') return accept(value ? 1 : 0);
  if (typeof value === 'number') return coerceIntegerNumber(value);
  const text = typeof value === 'string' && value.length <= LONGEST_NUMERAL ? value.trim() : '';
  if (!INTEGER.test(text)) return notInteger(value);
  const integer = BigInt(text.replace(/^\+|\.0*$/g, ''));
  if (integer < SMALLEST_BIGINT || integer > LARGEST_BIGINT) {
    return refuse('out_of_range', `Expected a whole number of at most 64 bits, got ${shown(value)}.`);
  }
  const number = Number(integer);
  return accept(Number.isSafeInteger(number) ? number : String(integer));
}

function coerceIntegerNumber(number: number): Coerced {
  if (Number.isSafeInteger(number)) return accept(number + 0);
  if (!Number.isInteger(number)) return notInteger(number);
  // The digits were lost when the JSON was read: storing what is left would be a quiet lie.
  return refuse('invalid_integer', `The number ${number} is beyond 2^53, where JSON loses digits: send it as text.`);
}

function notInteger(value: unknown): Coerced {
  return refuse('invalid_integer', `Expected a whole number such as 12, got ${shown(value)}.`);
}

/** 0 is a value: only no number at all is missing. */
function isNumberMissing(value: Value | undefined): boolean {
  return typeof value !== 'number' && isBlank(value);
}
