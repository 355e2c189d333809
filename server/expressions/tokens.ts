/**
 * Cuts the text of an expression into words, numbers, texts and signs, each with its position.
 * Refuses here what has no place in the language at all (assignment, templates, objects, comments,
 * escapes outside of texts). Knows nothing of order; grammar.ts comes next.
 */
import { ExpressionSyntaxError } from './errors.ts';

export const MAX_SOURCE = 10_000;

export interface Token {
  kind: 'word' | 'number' | 'text' | 'sign';
  /** As it stands in the source. */
  text: string;
  at: number;
}

const SPACE = /\s+/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const NUMBER = /(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NUMBER_GOES_ON = /[\w$.]/y;
const TEXT = /"(?:[^"\\\n\r]|\\[^\n\r])*"|'(?:[^'\\\n\r]|\\[^\n\r])*'/y;
/** The longest first; `?.` before a digit is a question mark and a number. */
const SIGN = /===|!==|>>>|\?\.(?!\d)|\*\*|\?\?|==|!=|<=|>=|&&|\|\||<<|>>|[-+*/%<>!~&|^?:.,;()[\]]/y;
const ESCAPE = /\\(?:u\{([\dA-Fa-f]{1,6})\}|u([\dA-Fa-f]{4})|x([\dA-Fa-f]{2})|0(?!\d)|([^\dux]))/g;
const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' }),
);

const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/=>/y, 'Functions cannot be written in an expression.'],
  [/\+\+|--/y, 'Nothing can be changed in an expression; "++" and "--" are not part of it.'],
  [/\/[/*]/y, 'Comments and "//" are not part of an expression.'],
  [/=(?!=)/y, 'A single "=" would be an assignment; use "==" to compare.'],
  [/`/y, 'Templates are not part of an expression; join texts with "+".'],
  [/[{}]/y, 'Objects and blocks are not part of an expression.'],
  [/\\/y, 'A backslash has its place only inside quotes.'],
  [/["']/y, 'This text has no closing quote on its line.'],
];

/** The tokens of a source. Throws ExpressionSyntaxError with the position of the first wrong character. */
export function scan(source: string): Token[] {
  if (source.length > MAX_SOURCE) {
    throw new ExpressionSyntaxError(
      `An expression has at most ${MAX_SOURCE} characters; this one has ${source.length}.`,
      MAX_SOURCE,
    );
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const space = match(SPACE, source, at);
    if (space === undefined) {
      const token = tokenAt(source, at);
      tokens.push(token);
      at += token.text.length;
    } else at += space.length;
  }
  return tokens;
}

/** What a quoted text stands for; its escapes are those of JavaScript. */
export function decodeText(quoted: string): string {
  return quoted.slice(1, -1).replace(ESCAPE, (_, braced?: string, four?: string, two?: string, other?: string) => {
    const digits = braced ?? four ?? two;
    if (digits !== undefined) return String.fromCodePoint(Number.parseInt(digits, 16));
    return other === undefined ? '\0' : (NAMED_ESCAPES.get(other) ?? other);
  });
}

function tokenAt(source: string, at: number): Token {
  const word = match(WORD, source, at);
  if (word !== undefined) return { kind: 'word', text: word, at };
  const number = match(NUMBER, source, at);
  if (number !== undefined) return numberToken(source, number, at);
  const text = match(TEXT, source, at);
  if (text !== undefined) return textToken(text, at);
  for (const [pattern, message] of REFUSED) {
    if (match(pattern, source, at) !== undefined) throw new ExpressionSyntaxError(message, at);
  }
  const sign = match(SIGN, source, at);
  if (sign !== undefined) return { kind: 'sign', text: sign, at };
  const character = String.fromCodePoint(source.codePointAt(at) as number);
  throw new ExpressionSyntaxError(`The character ${JSON.stringify(character)} is not part of an expression.`, at);
}

function numberToken(source: string, text: string, at: number): Token {
  if (match(NUMBER_GOES_ON, source, at + text.length) !== undefined) {
    throw new ExpressionSyntaxError('Expected a plain decimal number such as 12 or 0.5.', at);
  }
  return { kind: 'number', text, at };
}

function textToken(text: string, at: number): Token {
  const left = text.replace(ESCAPE, '');
  const tooLarge = [...text.matchAll(ESCAPE)].some((found) => Number.parseInt(found[1] ?? '0', 16) > 0x10ffff);
  if (left.includes('\\') || tooLarge) {
    throw new ExpressionSyntaxError(
      'This text has an escape that is not one of JavaScript, such as \\n or \\u00e9.',
      at,
    );
  }
  return { kind: 'text', text, at };
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
