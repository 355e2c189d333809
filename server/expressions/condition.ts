/**
 * The conditions of the depends_on family: a bare fieldname, or `eval:` and an expression. Server and
 * desk ask the same function, so both agree on what is required, shown and locked.
 */
import { compileExpression, NO_FUNCTIONS } from './compile.ts';
import type { Expression } from './contract.ts';
import type { FunctionRegistry } from './dialect.ts';
import { ExpressionSyntaxError } from './errors.ts';
import { readMember } from './members.ts';

export type ConditionCheck =
  /** `warning` names a text that can never hold, though it is accepted, as Frappe does. */
  { ok: true; warning?: string } | { ok: false; message: string; position: number };

const PREFIX = /^\s*eval:/;
const FIELDNAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ASSIGNMENT = /(?<![=!<>])=(?![=>])/;

/**
 * Compiles a condition; `evaluate` gives true or false and never throws. What cannot be evaluated, or is
 * neither a fieldname nor an `eval:` that compiles, is false. An empty text is no condition: do not ask it.
 */
export function compileCondition(text: string, functions: FunctionRegistry = NO_FUNCTIONS): Expression {
  const expression = PREFIX.test(text) ? compileEval(text, functions) : fieldCondition(text);
  return Object.freeze({
    source: text,
    reads: expression.reads,
    evaluate(scope: Parameters<Expression['evaluate']>[0]): boolean {
      try {
        return Boolean(expression.evaluate(scope));
      } catch {
        return false;
      }
    },
  });
}

/** Whether a condition may be saved; `position` counts in the given text. */
export function isConditionValid(text: string): ConditionCheck {
  const prefix = PREFIX.exec(text)?.[0];
  try {
    if (prefix !== undefined) compileExpression(text.slice(prefix.length));
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    return { ok: false, message: error.message, position: (prefix?.length ?? 0) + error.position };
  }
  if (prefix !== undefined) return { ok: true };
  const assignment = ASSIGNMENT.exec(text);
  if (assignment) {
    return {
      ok: false,
      message: 'A single "=" would be an assignment; use "==" to compare.',
      position: assignment.index,
    };
  }
  if (FIELDNAME.test(text.trim()) || text.trim() === '') return { ok: true };
  return { ok: true, warning: 'This is neither a fieldname nor an expression after "eval:"; it is always false.' };
}

function compileEval(text: string, functions: FunctionRegistry): Expression {
  try {
    return compileExpression(text.replace(PREFIX, ''), functions);
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    return { source: text, reads: [], evaluate: () => false };
  }
}

/** A table is true when it has rows. */
function fieldCondition(text: string): Expression {
  const fieldname = text.trim();
  return {
    source: text,
    reads: [fieldname],
    evaluate({ doc }) {
      const value = readMember(doc, fieldname);
      return Array.isArray(value) ? value.length > 0 : Boolean(value);
    },
  };
}
