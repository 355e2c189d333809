/**
 * Which rows a DocType shows: `rls_field`, and the fields that conditions of permission rows read. Whether
 * a condition can be used at all is asked where it is turned into a filter (doctypes/check-conditions.ts).
 */
import { compileExpression } from '../expressions/compile.ts';
import { compilePythonCondition } from '../expressions/python.ts';
import { isSet } from '../kernel/doctype.ts';
import type { FieldProblem } from '../kernel/error.ts';
import { type CheckContext, hasColumn, isStandardKey } from './check-context.ts';
import { show } from './check-wording.ts';

export function checkRowRules(context: CheckContext): FieldProblem[] {
  if (isSet(context.reading.definition.istable)) return [];
  return [...rlsField(context), ...conditionFields(context)];
}

function rlsField(context: CheckContext): FieldProblem[] {
  const { definition, byName } = context.reading;
  const field = String(definition.rls_field ?? '');
  if (field === '' && !isSet(definition.apply_rls)) return [];
  const read = byName.get(field);
  if (field === 'owner' || (read && hasColumn(read))) return [];
  const hint = context.suggest(field, byName.keys());
  const message =
    field === ''
      ? 'apply_rls needs rls_field: owner, or the field that must match the user. Set it, or clear apply_rls.'
      : `rls_field is owner or a field that holds one value; ${show(field)} is neither.${hint}`;
  return [{ field: 'rls_field', code: 'bad_rls_field', message }];
}

function conditionFields(context: CheckContext): FieldProblem[] {
  const { definition, byName, permissions } = context.reading;
  return permissions.flatMap(({ permission, path }): FieldProblem[] => {
    const unknown = readsOf(permission.condition).filter(
      (name) => !byName.has(name) && !isStandardKey(name, definition),
    );
    return unknown.map((name) => {
      const hint = context.suggest(name, byName.keys());
      const message = `${show(permission.role)}: the condition asks for doc.${name}, but there is no such field.${hint}`;
      return { field: `${path}.condition`, code: 'unknown_field', message };
    });
  });
}

/** The fields of `doc` that a condition names; none when it does not read. */
function readsOf(condition: unknown): readonly string[] {
  const source = typeof condition === 'string' ? condition.replace(/^\s*eval:/, '') : '';
  if (source.trim() === '') return [];
  for (const compile of [compileExpression, compilePythonCondition]) {
    try {
      return compile(source).reads;
    } catch {
      // The other dialect, or none: then the condition itself is the problem.
    }
  }
  return [];
}
