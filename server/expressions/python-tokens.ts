/**
 * Translates Python's spelling of a condition (`doc.x == 1 and not doc.y`) to the tokens that parse.ts
 * reads. Only order and words change here; what the operators do is python-values.ts.
 */
import { ExpressionSyntaxError } from './errors.ts';
import { MAX_DEPTH } from './grammar.ts';
import type { Token } from './tokens.ts';

/** A token, or a pair of brackets with what is between them. */
type Item = Token | Brackets;

interface Brackets {
  kind: 'brackets';
  text: '(' | '[';
  open: Token;
  close: Token;
  inside: Item[];
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['None', 'null'],
  ['True', 'true'],
  ['False', 'false'],
]);
const NOT_PYTHON: ReadonlyMap<string, string> = new Map([
  ['null', 'None'],
  ['undefined', 'None'],
  ['true', 'True'],
  ['false', 'False'],
  ['typeof', 'its value'],
  ['lambda', 'a comparison'],
]);
const PAIRS: ReadonlyMap<string, string> = new Map([
  ['not in', '!in'],
  ['is not', '!='],
]);
const KEYWORDS: ReadonlyMap<string, string> = new Map([
  ...['and', 'or', 'not', 'if', 'else', 'in'].map((word) => [word, word] as const),
  ['is', '=='],
]);
const SIGNS: ReadonlySet<string> = new Set('== != < > <= >= + - * / % . , ( ) [ ]'.split(' '));
/** The weaker first. */
const LOGIC = [
  ['or', '||'],
  ['and', '&&'],
] as const;
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>=', 'in', '!in']);

/** The same expression in the tokens of the JavaScript spelling, each at its place in the source. */
export function fromPython(tokens: readonly Token[]): Token[] {
  return translate(nest(joinWords(tokens)));
}

/** Keywords become signs, and `not in`, `is not` one each; a word after a dot stays a fieldname. */
function joinWords(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind !== 'word' || joined.at(-1)?.text === '.') joined.push(checkedSign(token));
    else {
      const pair = PAIRS.get(`${token.text} ${tokens[i + 1]?.text ?? ''}`);
      joined.push(pair === undefined ? joinedWord(token) : sign(pair, token));
      if (pair !== undefined) i += 1;
    }
  }
  return joined;
}

function joinedWord(token: Token): Token {
  const keyword = KEYWORDS.get(token.text);
  if (keyword !== undefined) return sign(keyword, token);
  const instead = NOT_PYTHON.get(token.text);
  if (instead !== undefined) fail(token, `"${token.text}" is not Python here; write ${instead}`);
  return { ...token, text: WORDS.get(token.text) ?? token.text };
}

function checkedSign(token: Token): Token {
  if (token.kind === 'sign' && !SIGNS.has(token.text)) fail(token, `Python has no "${token.text}" in a condition`);
  return token;
}

function nest(tokens: readonly Token[]): Item[] {
  const levels: Item[][] = [[]];
  const opened: Token[] = [];
  for (const token of tokens) {
    const level = levels.at(-1) as Item[];
    if (token.kind !== 'sign') level.push(token);
    else if (token.text === '(' || token.text === '[') {
      if (levels.push([]) > MAX_DEPTH) fail(token, `An expression nests at most ${MAX_DEPTH} levels deep`);
      opened.push(token);
    } else if (token.text === ')' || token.text === ']') {
      const open = opened.pop();
      if (open?.text !== (token.text === ')' ? '(' : '[')) fail(token, `This "${token.text}" closes nothing`);
      const inside = levels.pop() as Item[];
      (levels.at(-1) as Item[]).push({ kind: 'brackets', text: open.text as '(' | '[', open, close: token, inside });
    } else level.push(token);
  }
  const left = opened.pop();
  if (left) fail(left, `This "${left.text}" is never closed`);
  return levels[0] as Item[];
}

/** From the weakest binding to the strongest: `if else`, `or`, `and`, `not`, comparison. */
function translate(items: readonly Item[], depth = 0): Token[] {
  const [first] = items;
  if (first && depth > MAX_DEPTH) fail(startOf(first), `An expression nests at most ${MAX_DEPTH} levels deep`);
  const choice = items.findIndex((item) => isKeyword(item, 'if'));
  if (choice >= 0) return translateChoice(items, choice, depth + 1);
  for (const [word, operator] of LOGIC) {
    const parts = splitAt(items, word);
    if (parts.length === 1) continue;
    return parts.flatMap(({ items: part, before }) => [
      ...(before ? [sign(operator, before)] : []),
      ...translate(part, depth),
    ]);
  }
  if (first && isKeyword(first, 'not')) {
    return [sign('!', first), ...grouped(first, translate(items.slice(1), depth + 1))];
  }
  const [, second] = items.filter((item): item is Token => item.kind === 'sign' && COMPARISONS.has(item.text));
  if (second) fail(second, 'Join two comparisons with "and"');
  return items.flatMap((item, i) =>
    item.kind === 'brackets' ? translateBrackets(item, items[i - 1], depth + 1) : [item],
  );
}

/** `yes if test else no`. */
function translateChoice(items: readonly Item[], at: number, depth: number): Token[] {
  const word = items[at] as Token;
  const rest = items.slice(at + 1);
  const otherwise = rest.findIndex((item) => isKeyword(item, 'else'));
  if (otherwise < 0) fail(word, 'This "if" has no "else"');
  return [
    ...grouped(word, translate(rest.slice(0, otherwise), depth)),
    sign('?', word),
    ...grouped(word, translate(items.slice(0, at), depth)),
    sign(':', rest[otherwise] as Token),
    ...grouped(word, translate(rest.slice(otherwise + 1), depth)),
  ];
}

/** Parentheses with a comma in them, when they are no call, are a tuple: a list to us. */
function translateBrackets(brackets: Brackets, before: Item | undefined, depth: number): Token[] {
  const parts = splitAt(brackets.inside, ',');
  const isTuple = brackets.text === '(' && !endsValue(before) && (parts.length > 1 || brackets.inside.length === 0);
  const inside = parts.flatMap((part) => [...(part.before ? [part.before] : []), ...translate(part.items, depth)]);
  return isTuple
    ? [sign('[', brackets.open), ...inside, sign(']', brackets.close)]
    : [brackets.open, ...inside, brackets.close];
}

/** The items between the signs of that text, each part with the sign before it. */
function splitAt(items: readonly Item[], text: string): { items: Item[]; before: Token | undefined }[] {
  let part: Item[] = [];
  const parts: { items: Item[]; before: Token | undefined }[] = [{ items: part, before: undefined }];
  for (const item of items) {
    if (isKeyword(item, text)) {
      part = [];
      parts.push({ items: part, before: item });
    } else part.push(item);
  }
  return parts;
}

function endsValue(item: Item | undefined): boolean {
  return item !== undefined && item.kind !== 'sign';
}

function isKeyword(item: Item, text: string): item is Token {
  return item.kind === 'sign' && item.text === text;
}

function startOf(item: Item): Token {
  return item.kind === 'brackets' ? item.open : item;
}

function grouped(at: Token, tokens: Token[]): Token[] {
  return [sign('(', at), ...tokens, sign(')', tokens.at(-1) ?? at)];
}

function sign(text: string, { at }: Token): Token {
  return { kind: 'sign', text, at };
}

function fail(token: Token, message: string): never {
  throw new ExpressionSyntaxError(`${message}.`, token.at);
}
