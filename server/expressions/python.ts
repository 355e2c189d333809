/**
 * Source to Expression: the entry of the Python spelling, for Workflow conditions and for the `options`
 * of virtual fields. Same grammar, tree, closures and limits as compile.ts; only words and values differ.
 */
import type { Node } from './ast.ts';
import { type Compile, cached, toExpression } from './compile.ts';
import type { Scope } from './contract.ts';
import { parseTokens } from './parse.ts';
import { fromPython } from './python-tokens.ts';
import { PYTHON } from './python-values.ts';
import { scan } from './tokens.ts';

export { isTruthyInPython } from './python-values.ts';

/** The tree of a source in the Python spelling. Throws ExpressionSyntaxError. */
export function parsePython(source: string): Node {
  return parseTokens(fromPython(scan(source)), source.length);
}

/**
 * Compiles `doc.grand_total > 100 and doc.status in ("Open", "Held") and not doc.on_hold`. `evaluate`
 * gives the value itself (ask isTruthyInPython for yes or no) and throws ExpressionError where Python
 * would raise. Throws ExpressionSyntaxError with the position in the source.
 */
export const compilePythonCondition: Compile = cached((source, functions) => {
  const node = parsePython(source);
  const expression = toExpression({ source, functions, dialect: PYTHON, node });
  return Object.freeze({ ...expression, evaluate: (scope: Scope) => expression.evaluate(scope) ?? null });
});
