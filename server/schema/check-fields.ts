/**
 * Rules that concern one field by itself: those of its type (fieldtypes/ knows them), conditions, sizes.
 * What a field says about other fields or DocTypes is check-links.ts and check-fetch.ts.
 */
import { isConditionValid } from '../expressions/condition.ts';
import type { FieldType } from '../fieldtypes/contract.ts';
import { isSet } from '../kernel/doctype.ts';
import type { FieldProblem } from '../kernel/error.ts';
import type { CheckContext } from './check-context.ts';
import { isFold } from './check-kinds.ts';
import type { ReadField } from './check-reading.ts';
import { show } from './check-wording.ts';

export const MAX_LABEL = 255;
export const MAX_TEXT = 20_000;
export const MAX_OPTIONS = 200_000;

export function checkFields(context: CheckContext): FieldProblem[] {
  const problems = context.reading.fields.flatMap((read) => [
    ...sizes(read),
    ...(read.type ? typeRules(read, read.type) : unknownType(context, read)),
    ...conditions(read),
  ]);
  return [...problems, ...folds(context)];
}

/** The keys of a field that hold a condition. */
export const CONDITION_KEYS = [
  'depends_on',
  'mandatory_depends_on',
  'read_only_depends_on',
  'collapsible_depends_on',
] as const;

function unknownType(context: CheckContext, { field, path }: ReadField): FieldProblem[] {
  const message =
    `${show(field.fieldtype)} is no field type.${context.suggest(field.fieldtype, context.registry.names)} ` +
    'GET /api/meta/fieldtypes lists them.';
  return [{ field: `${path}.fieldtype`, code: 'unknown_fieldtype', message }];
}

function typeRules({ field, path }: ReadField, type: FieldType): FieldProblem[] {
  const problems = type
    .checkField(field)
    // The options of a virtual field are the expression that computes it.
    .filter((problem) => !(problem.field === 'options' && isSet(field.is_virtual)))
    .map((problem) => ({
      field: problem.field ? `${path}.${problem.field}` : path,
      code: problem.code,
      message: `${show(field.fieldname)}: ${problem.message}`,
    }));
  if (isSet(field.in_global_search) && !type.column && !type.children) {
    const message = `${show(field.fieldname)}: A ${type.name} field holds no value to search for: clear in_global_search.`;
    problems.push({ field: `${path}.in_global_search`, code: 'not_allowed', message });
  }
  return problems;
}

function conditions({ field, path }: ReadField): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const key of CONDITION_KEYS) {
    const text = field[key];
    if (typeof text !== 'string' || text.trim() === '') continue;
    const answer = isConditionValid(text);
    if (answer.ok) continue;
    const message = `${show(field.fieldname)}: the condition ${show(text)} does not read: ${answer.message} (at character ${answer.position + 1}).`;
    problems.push({ field: `${path}.${key}`, code: 'bad_condition', message });
  }
  return problems;
}

function sizes({ field, path }: ReadField): FieldProblem[] {
  const limits = { label: MAX_LABEL, description: MAX_TEXT, options: MAX_OPTIONS, default: MAX_TEXT };
  return Object.entries(limits).flatMap(([key, most]) => {
    const text = field[key];
    if (typeof text !== 'string' || text.length <= most) return [];
    const message = `${show(field.fieldname)}: ${key} may have ${most.toLocaleString('en')} characters; got ${text.length.toLocaleString('en')}.`;
    return [{ field: `${path}.${key}`, code: 'too_long', message }];
  });
}

function folds(context: CheckContext): FieldProblem[] {
  const found = context.reading.fields.filter(({ type }) => type !== undefined && isFold(type));
  return found.slice(1).map(({ path }) => ({
    field: `${path}.fieldtype`,
    code: 'second_fold',
    message: `A form has one Fold at most; the first is ${found[0]?.path}. Remove this one.`,
  }));
}
