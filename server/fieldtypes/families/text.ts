/**
 * Everything that is stored as text: one-line text with a limit (140 or the field's `length`),
 * and long text. Frappe clients send numbers for text, so those are taken as their text.
 */
import type { DocField } from '../../kernel/doctype.ts';
import { isSet } from '../../kernel/doctype.ts';
import type { Coerced, FieldType } from '../contract.ts';
import { TEXT } from '../operators.ts';
import { accept, isBlank, refuse, shown } from './answer.ts';
import { type FieldTypeSpec, fieldType } from './define.ts';
import { checkBounds } from './definition.ts';

export const LONGEST_TEXT = 16 * 1024 * 1024;
const DEFAULT_LENGTH = 140;
const LARGEST_LENGTH = 1000;

type TextSpec = Pick<FieldTypeSpec, 'name'> &
  Partial<FieldTypeSpec> & {
    /** A further rule for text that is neither blank nor too long. */
    refine?(text: string, field: DocField): Coerced;
  };

/** One line: at most `length` or 140 characters; blank is null where the field is unique. */
export function shortTextType(spec: TextSpec): FieldType {
  const { refine, checkOwn, ...given } = spec;
  return fieldType({
    column: { type: 'text' },
    graphql: 'String',
    operators: TEXT,
    jsonSchema: (field) => ({ type: ['string', 'null'], maxLength: lengthLimit(field) }),
    coerce: (value, field) => {
      const coerced = coerceText(value, lengthLimit(field));
      if ('problem' in coerced || !isBlank(coerced.value)) return refined(coerced, field, refine);
      // PostgreSQL lets any number of nulls stand in a unique index, but only one "".
      return isSet(field.unique) ? accept(null) : coerced;
    },
    ...given,
    checkOwn: (field) => [
      ...checkBounds(field, { key: 'length', min: 1, max: LARGEST_LENGTH, what: 'a length' }),
      ...(checkOwn?.(field) ?? []),
    ],
  });
}

/** Text of any length, which takes neither an index nor `length`. */
export function longTextType(spec: TextSpec): FieldType {
  const { refine, ...given } = spec;
  return fieldType({
    column: { type: 'text' },
    graphql: 'String',
    operators: TEXT,
    canBeIndexed: false,
    jsonSchema: () => ({ type: ['string', 'null'], maxLength: LONGEST_TEXT }),
    coerce: (value, field) => refined(coerceText(value, LONGEST_TEXT), field, refine),
    ...given,
  });
}

/** Canonical text of at most `limit` characters, or null for null. */
export function coerceText(value: unknown, limit: number): Coerced {
  if (value === null || value === undefined) return accept(null);
  if (typeof value === 'boolean' || Number.isFinite(value)) return coerceText(String(value), limit);
  if (typeof value !== 'string') return refuse('invalid_text', `Expected text, got ${shown(value)}.`);
  const flaw = textFlaw(value);
  if (flaw) return refuse('invalid_text', flaw);
  if (value.length <= limit) return accept(value);
  const length = characters(value);
  if (length <= limit) return accept(value);
  return refuse('too_long', `Expected at most ${limit} characters, got ${length}: shorten the text.`);
}

/** Why PostgreSQL could not store a text; undefined when it could. */
export function textFlaw(text: string): string | undefined {
  if (text.includes('\0')) return 'The text holds a NUL character (U+0000), which cannot be stored: remove it.';
  if (!text.isWellFormed()) return 'The text holds half of a surrogate pair, which is no character: remove it.';
  return undefined;
}

export function lengthLimit(field: DocField): number {
  const length: unknown = field.length;
  return typeof length === 'number' && Number.isInteger(length) && length > 0 ? length : DEFAULT_LENGTH;
}

function refined(coerced: Coerced, field: DocField, refine?: TextSpec['refine']): Coerced {
  if (!refine || 'problem' in coerced || typeof coerced.value !== 'string' || isBlank(coerced.value)) return coerced;
  return refine(coerced.value, field);
}

/** Counts code points, as JSON Schema does; the text is well formed, so each low surrogate ends a pair. */
function characters(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}
