/** Whether the conditions of permission rows can be used: each becomes a filter, or is a problem of its row. */
import { ruleOfCondition } from '../access/condition.ts';
import { type DocTypeJson, isSet } from '../kernel/doctype.ts';
import { AppError, type FieldProblem } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';

/** A row whose condition cannot be used grants nothing; an edit is refused with this, an import is warned. */
export function checkConditions(definition: DocTypeJson): FieldProblem[] {
  const rows: unknown = isSet(definition.istable) ? [] : definition.permissions;
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row: unknown, index) => {
    const text = isObject(row) ? row.condition : undefined;
    if (typeof text !== 'string' || text.trim() === '') return [];
    const message = problemOf(text);
    return message ? [{ field: `permissions[${index}].condition`, code: 'bad_condition', message }] : [];
  });
}

function problemOf(text: string): string | undefined {
  try {
    ruleOfCondition(text.trim());
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
