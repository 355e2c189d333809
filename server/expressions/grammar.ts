/**
 * Checks the order of the tokens before the parser sees them: values where values belong, brackets in
 * pairs, no reserved word, no forbidden member, bounded depth. So every refusal has an exact position,
 * and the parser (parse.ts) can be neither surprised nor exhausted.
 */
import { ExpressionSyntaxError } from './errors.ts';
import { isForbiddenName, isReservedWord } from './names.ts';
import type { Token } from './tokens.ts';

export const MAX_DEPTH = 100;

/** An open bracket, or the whole expression. */
interface Frame {
  kind: 'whole' | 'group' | 'list' | 'index' | 'call';
  open: Token | undefined;
  /** Question marks that wait for their colon. */
  choices: number;
  /** `??` and `&&`/`||` may not be mixed without parentheses. */
  logic: string | undefined;
  /** Depth inside of it, and the prefix signs that stand before it. */
  depth: number;
  prefixes: number;
}

interface State {
  frames: Frame[];
  /** A value is expected, not an operator. */
  wantsValue: boolean;
  /** Nesting so far; `prefixes` of it are signs before the value that comes next or was just read. */
  depth: number;
  prefixes: number;
  previous: Token | undefined;
}

const PREFIXES: ReadonlySet<string> = new Set(['!', '-', '+', '~', 'typeof']);
/** `in` and `!in` come only from the Python spelling; as words of JavaScript they are reserved. */
const OPERATORS: ReadonlySet<string> = new Set(
  '|| && ?? | ^ & == != === !== < > <= >= << >> >>> + - * / % ** in !in'.split(' '),
);
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
]);

/** Throws ExpressionSyntaxError at the first token that stands where it cannot stand. `end` is the source's length. */
export function checkGrammar(tokens: readonly Token[], end: number): void {
  const state: State = {
    frames: [{ kind: 'whole', open: undefined, choices: 0, logic: undefined, depth: 0, prefixes: 0 }],
    wantsValue: true,
    depth: 0,
    prefixes: 0,
    previous: undefined,
  };
  for (const token of tokens) {
    checkToken(state, token);
    if (state.depth > MAX_DEPTH) fail(token, `An expression nests at most ${MAX_DEPTH} levels deep.`);
    state.previous = token;
  }
  const frame = innermost(state);
  if (frame.open) fail(frame.open, `This "${frame.open.text}" is never closed.`);
  if (isDot(state.previous) || state.wantsValue || frame.choices > 0) {
    throw new ExpressionSyntaxError('The expression ends where a value is expected.', end);
  }
}

function checkToken(state: State, token: Token): void {
  if (isDot(state.previous) && token.kind === 'word') {
    if (isForbiddenName(token.text)) fail(token, `"${token.text}" cannot be read in an expression.`);
    return;
  }
  if (isDot(state.previous) && !(state.previous?.text === '?.' && CLOSERS.has(token.text))) {
    fail(token, 'Expected a fieldname after the dot.');
  }
  if (token.kind !== 'sign' && token.text !== 'typeof') checkValue(state, token);
  else if (CLOSERS.has(token.text)) openBracket(state, token);
  else if (token.text === ')' || token.text === ']') closeBracket(state, token);
  else checkSign(state, token);
}

function checkValue(state: State, token: Token): void {
  if (!state.wantsValue) fail(token, `Expected an operator before ${token.text}.`);
  if (token.kind === 'word' && isReservedWord(token.text)) fail(token, `"${token.text}" is not part of an expression.`);
  state.wantsValue = false;
}

function openBracket(state: State, token: Token): void {
  const isCall = !state.wantsValue && token.text === '(';
  if (isCall && state.previous?.text !== '?.' && state.previous?.kind !== 'word') {
    fail(token, 'Only a function or a method can be called, by its name.');
  }
  const kind = state.wantsValue ? (token.text === '(' ? 'group' : 'list') : isCall ? 'call' : 'index';
  state.depth += 1;
  state.frames.push({ kind, open: token, choices: 0, logic: undefined, depth: state.depth, prefixes: state.prefixes });
  state.prefixes = 0;
  state.wantsValue = true;
}

function closeBracket(state: State, token: Token): void {
  const frame = innermost(state);
  if (!frame.open || CLOSERS.get(frame.open.text) !== token.text) fail(token, `This "${token.text}" closes nothing.`);
  const mayEndHere =
    state.previous === frame.open ? isListed(frame) : frame.kind === 'list' && state.previous?.text === ',';
  if (frame.choices > 0 || (state.wantsValue && !mayEndHere)) fail(token, `Expected a value before "${token.text}".`);
  state.frames.pop();
  state.depth = frame.depth - 1;
  state.prefixes = frame.prefixes;
  state.wantsValue = false;
}

function checkSign(state: State, token: Token): void {
  const frame = innermost(state);
  if (state.wantsValue) {
    if (!PREFIXES.has(token.text)) fail(token, `Expected a value before "${token.text}"${hintFor(token)}.`);
    state.prefixes += 1;
    state.depth += 1;
    return;
  }
  if (isDot(token)) return;
  const prefixes = state.prefixes;
  state.depth -= prefixes;
  state.prefixes = 0;
  state.wantsValue = true;
  if (token.text === ',') {
    if (!isListed(frame) || frame.choices > 0) fail(token, 'A comma separates only arguments and elements of a list.');
    state.depth = frame.depth;
    frame.logic = undefined;
  } else if (token.text === '?') {
    frame.choices += 1;
    frame.logic = undefined;
    state.depth += 1;
  } else if (token.text === ':') {
    if (frame.choices === 0) fail(token, 'This ":" has no "?" before it.');
    frame.choices -= 1;
    frame.logic = undefined;
  } else checkOperator(state, token, prefixes);
}

/** `prefixes` are the signs before the left operand. */
function checkOperator(state: State, token: Token, prefixes: number): void {
  const frame = innermost(state);
  if (!OPERATORS.has(token.text)) {
    fail(token, token.text === ';' ? 'Expected one expression; ";" may only end it.' : `Unexpected "${token.text}".`);
  }
  if (token.text === '**') {
    if (prefixes > 0) fail(token, 'Put the signed value before "**" in parentheses.');
    state.depth += 1;
  }
  const logic = token.text === '&&' || token.text === '||' ? '&&' : token.text === '??' ? '??' : undefined;
  if (logic === undefined) return;
  if (frame.logic !== undefined && frame.logic !== logic) {
    fail(token, 'Put parentheses where "??" meets "&&" or "||".');
  }
  frame.logic = logic;
}

function innermost(state: State): Frame {
  return state.frames[state.frames.length - 1] as Frame;
}

function isListed(frame: Frame): boolean {
  return frame.kind === 'list' || frame.kind === 'call';
}

function isDot(token: Token | undefined): boolean {
  return token?.kind === 'sign' && (token.text === '.' || token.text === '?.');
}

function hintFor(token: Token): string {
  return token.text === '/' ? '; regular expressions are not part of an expression' : '';
}

function fail(token: Token, message: string): never {
  throw new ExpressionSyntaxError(message, token.at);
}
