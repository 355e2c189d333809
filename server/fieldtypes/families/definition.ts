/**
 * The rules of a field's definition that hold for every type: flags that the type cannot carry,
 * mandatory fields that nobody can fill, defaults that do not fit, sizes.
 * Rules between fields, and between DocTypes, are schema/'s.
 */
import type { DocField } from '../../kernel/doctype.ts';
import { isSet } from '../../kernel/doctype.ts';
import type { FieldProblem } from '../../kernel/error.ts';
import type { FieldType } from '../contract.ts';

/** Defaults that are words for a value which only the document or the session knows. */
const RESOLVED_LATER: ReadonlySet<string> = new Set(['__user', 'user', 'user_fullname', '_Login', '_Full Name']);
const CSS_HEIGHT = /^\d{1,4}(?:\.\d{1,3})?(?:px|em|rem)$/;

export function checkDefinition(type: FieldType, field: DocField, own: readonly FieldProblem[]): FieldProblem[] {
  const problems = [...own, ...checkFlags(type, field), ...checkMandatory(type, field), ...checkHeight(field)];
  // A type that has its own rule for the default has said it better already.
  if (problems.some((problem) => problem.field === 'default')) return problems;
  return [...problems, ...checkDefault(type, field)];
}

export function problem(field: string, code: string, message: string): FieldProblem {
  return { field, code, message };
}

/** The options as text, whatever an imported file holds there. */
export function optionsText(field: DocField): string {
  const options: unknown = field.options;
  if (typeof options === 'string') return options;
  return typeof options === 'number' ? String(options) : '';
}

/** The options' lines, trimmed. Not the blank ones. */
export function optionLines(field: DocField): string[] {
  return optionsText(field)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The default as text: numbers occur there too, and null or nothing means none. */
export function defaultText(field: DocField): string {
  const text: unknown = field.default;
  return typeof text === 'string' || typeof text === 'number' || typeof text === 'boolean' ? String(text) : '';
}

export function requireOptions(field: DocField, what: string): FieldProblem[] {
  if (optionsText(field).trim() !== '') return [];
  return [problem('options', 'options_required', `A ${field.fieldtype} field needs ${what} in its options.`)];
}

/** A whole number between two bounds, in a key that may be absent, "" or 0. */
export function checkBounds(
  field: DocField,
  rule: { key: string; min: number; max: number; what: string },
): FieldProblem[] {
  const value: unknown = Object.hasOwn(field, rule.key) ? field[rule.key] : undefined;
  if (value === undefined || value === null || value === '' || value === 0) return [];
  const number = typeof value === 'string' && /^\d{1,6}$/.test(value.trim()) ? Number(value) : value;
  const fits = Number.isInteger(number) && (number as number) >= rule.min && (number as number) <= rule.max;
  if (fits) return [];
  const message = `Expected ${rule.what} between ${rule.min} and ${rule.max}, got ${JSON.stringify(value)}.`;
  return [problem(rule.key, `invalid_${rule.key}`, message)];
}

function checkFlags(type: FieldType, field: DocField): FieldProblem[] {
  const flags: [string, boolean, string][] = [
    ['unique', type.canBeUnique, 'cannot be unique'],
    ['search_index', type.canBeIndexed, 'cannot have an index'],
    ['in_list_view', type.canBeListed, 'cannot be a column of the list'],
  ];
  return flags
    .filter(([key, allowed]) => !allowed && isSet(field[key]))
    .map(([key, , why]) => problem(key, 'not_allowed', `A ${type.name} field ${why}: clear ${key}.`));
}

function checkMandatory(type: FieldType, field: DocField): FieldProblem[] {
  if (!isSet(field.reqd)) return [];
  if (!type.column && !type.children) {
    return [problem('reqd', 'not_allowed', `A ${type.name} field holds no value and cannot be mandatory: clear reqd.`)];
  }
  if (isSet(field.hidden) && defaultText(field) === '') {
    const message =
      'A mandatory field that is hidden needs a default, since nobody can fill it: give it one, or show it.';
    return [problem('default', 'default_required', message)];
  }
  return [];
}

function checkHeight(field: DocField): FieldProblem[] {
  const height: unknown = field.max_height;
  if (height === undefined || height === null || height === '') return [];
  if (typeof height === 'string' && CSS_HEIGHT.test(height.trim())) return [];
  const message = `Expected a height in px, em or rem, such as "10rem", got ${JSON.stringify(height)}.`;
  return [problem('max_height', 'invalid_max_height', message)];
}

function checkDefault(type: FieldType, field: DocField): FieldProblem[] {
  const text = defaultText(field);
  if (!type.column || text.trim() === '' || text.startsWith(':') || RESOLVED_LATER.has(text)) return [];
  const env = { now: 0 };
  if (type.defaultValue(text, field, env) !== undefined) return [];
  const coerced = type.coerce(text, field, env);
  const why = 'problem' in coerced ? coerced.problem.message : 'It gives no value.';
  return [problem('default', 'invalid_default', `The default does not fit a ${type.name} field. ${why}`)];
}
