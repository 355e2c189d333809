/**
 * The rules that a definition keeps beyond its JSON Schema (FORMAT.md section 8, SEMANTICS.md 2.3),
 * as far as no database is needed. Lists what is broken and changes nothing: an edit refuses on any
 * problem, an import on the fatal ones and warns of the rest. Each check-*.ts owns one kind of rule.
 */
import type { FieldProblem } from '../kernel/error.ts';
import { type CheckQuestion, openCheck, type Rule } from './check-context.ts';
import { checkFetches } from './check-fetch.ts';
import { checkFields } from './check-fields.ts';
import { checkLinks } from './check-links.ts';
import { checkColumnCount, checkDocTypeName, checkFieldnames } from './check-names.ts';
import { checkNaming } from './check-naming.ts';
import { checkPermissions } from './check-permissions.ts';
import { checkRowRules } from './check-row-rules.ts';
import { checkKind, checkReferences } from './check-structure.ts';
import { checkTenancy } from './check-tenancy.ts';

export type { CheckQuestion } from './check-context.ts';

/** Nobody reads more; the answer must not grow with what was sent. */
export const MAX_PROBLEMS = 500;

const RULES: readonly Rule[] = [
  checkDocTypeName,
  checkFieldnames,
  checkColumnCount,
  checkKind,
  checkFields,
  checkLinks,
  checkFetches,
  checkReferences,
  checkNaming,
  checkPermissions,
  checkRowRules,
  checkTenancy,
];

/**
 * Every broken rule of a definition, each with the path of the offending value (`fields[4].options`).
 * Never throws for a value that passed checkShape; no problems: the definition may be saved.
 */
export function checkDocType(question: CheckQuestion): FieldProblem[] {
  const context = openCheck(question);
  return [...context.reading.problems, ...RULES.flatMap((rule) => rule(context))].slice(0, MAX_PROBLEMS);
}

/** Whether even an import must refuse: nothing sensible could be stored or made of such a definition. */
export function isFatal(problem: FieldProblem): boolean {
  return problem.field === 'name' ? problem.code !== 'confusing_name' : FATAL.has(problem.code);
}

const FATAL: ReadonlySet<string> = new Set([
  'invalid_fieldname',
  'forbidden_fieldname',
  'too_many_columns',
  'too_deep',
  'too_large',
  'reserved_key',
  'wrong_type',
  'base_field',
]);
