/**
 * The two ways an expression fails: its text is not in the language (known when it is saved), or its
 * evaluation cannot give a value. Neither ever carries a host object or a stack of the inside.
 */

/** The text is no expression of the language. `position` counts characters from 0 in the given text. */
export class ExpressionSyntaxError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = 'ExpressionSyntaxError';
    this.position = position;
  }
}

/** The expression has no value for this document: an unknown name, a member of nothing, a limit exceeded. */
export class ExpressionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExpressionError';
  }
}
