/**
 * The little safe language of `depends_on`, conditions and computed fields (ENGINE-NOTES 8).
 * Compiled once to a closure; nothing of the host can be reached. The desk runs the same module.
 */
export interface Scope {
  /** The row or document that is asked about. */
  doc: { readonly [fieldname: string]: unknown };
  /** The parent document of a child row; the document itself otherwise. */
  parent: { readonly [fieldname: string]: unknown };
}

export interface Expression {
  source: string;
  /** Evaluates with a step limit; throws ExpressionError when it is exceeded or a function is unknown. */
  evaluate(scope: Scope): unknown;
  /** Fieldnames of `doc` that it reads, for dependency checks. */
  reads: readonly string[];
}
