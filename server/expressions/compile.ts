/**
 * Source to Expression: the entry of the JavaScript spelling, and the frame that both spellings share
 * (step budget, no foreign error leaves, compiled once per source).
 */
import type { Node } from './ast.ts';
import { compileNode } from './closure.ts';
import type { Expression, Scope } from './contract.ts';
import type { Dialect, FunctionRegistry } from './dialect.ts';
import { ExpressionError } from './errors.ts';
import { JAVASCRIPT } from './javascript.ts';
import { parse } from './parse.ts';
import { MAX_STEPS } from './run.ts';

/** So many compiled expressions are kept per set of functions; the one least recently asked for leaves first. */
const MAX_CACHED = 2_000;

export const NO_FUNCTIONS: FunctionRegistry = new Map();

export type Compile = (source: string, functions?: FunctionRegistry) => Expression;

/**
 * Compiles `doc.status == "Open" && doc.items.length > 2`. Further functions come by dotted name.
 * Throws ExpressionSyntaxError with the position; unknown names and functions fail only when evaluated.
 */
export const compileExpression: Compile = cached((source, functions) =>
  toExpression({ source, functions, dialect: JAVASCRIPT, node: parse(source) }),
);

/** Remembers what `compile` made of a source. Results are immutable, so they may be shared. */
export function cached(compile: (source: string, functions: FunctionRegistry) => Expression): Compile {
  const caches = new WeakMap<FunctionRegistry, Map<string, Expression>>();
  return (source, functions = NO_FUNCTIONS) => {
    const cache = caches.get(functions) ?? new Map<string, Expression>();
    caches.set(functions, cache);
    const found = cache.get(source) ?? compile(source, functions);
    cache.delete(source);
    cache.set(source, found);
    if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value as string);
    return found;
  };
}

/** The Expression of a tree in one of the dialects. */
export function toExpression(wish: {
  source: string;
  functions: FunctionRegistry;
  dialect: Dialect;
  node: Node;
}): Expression {
  const reads = new Set<string>();
  const body = compileNode({ dialect: wish.dialect, functions: wish.functions, reads }, wish.node);
  return Object.freeze({
    source: wish.source,
    reads: Object.freeze([...reads]),
    evaluate({ doc, parent }: Scope): unknown {
      try {
        return body({ doc, parent, steps: MAX_STEPS });
      } catch (error) {
        throw error instanceof ExpressionError ? error : foreign(error);
      }
    },
  });
}

/** An error of an added function, or of a value that is no plain data. */
function foreign(error: unknown): ExpressionError {
  const why = error instanceof Error ? error.message : String(error);
  return new ExpressionError(`The expression could not be evaluated: ${why}`, { cause: error });
}
