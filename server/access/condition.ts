/**
 * The condition of a permission row: an expression over `doc`, the person (`user`, `roles`, `teams`,
 * `attributes.x`) and literals, turned into the Filter that SQL and memory both understand.
 * What a Filter cannot say is refused when the row is saved; a row that cannot be read grants nothing.
 */
import type { Link, Node } from '../expressions/ast.ts';
import { ExpressionSyntaxError } from '../expressions/errors.ts';
import { parse } from '../expressions/parse.ts';
import { parsePython } from '../expressions/python.ts';
import type { Actor } from '../kernel/actor.ts';
import { ALL, and, condition, type Filter, type FilterValue, NONE, not, type Operator, or } from '../kernel/filter.ts';
import { attributesOf, isKnown, isList, refusal, type Scalar, type Side, sideOf } from './condition-words.ts';

/** A condition for one person. */
export type Rule = (actor: Actor) => Filter;

/** Throws `validation` that says what such a condition may hold. */
export function ruleOfCondition(text: string): Rule {
  const known = compiled.get(text);
  if (known) return known;
  const tree = treeOf(text);
  const inner = ruleOf(tree);
  const needed = [...attributesOf(tree)];
  // What is asked of a person of whom it is not known lets nothing through, however it is asked.
  const rule: Rule = (actor) => (needed.every((name) => isKnown(actor, name)) ? inner(actor) : NONE);
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(text, rule);
  return rule;
}

const MAX_COMPILED = 2_000;
/** By text alone, so that all versions of a DocType share them. */
const compiled = new Map<string, Rule>();

/** The row's condition; without one always true. A text that does not compile lets nothing through. */
export function conditionOf(row: { readonly [key: string]: unknown }): Rule {
  const text = typeof row.condition === 'string' ? row.condition.trim() : '';
  if (text === '') return row.condition ? () => NONE : () => ALL;
  try {
    return ruleOfCondition(text);
  } catch {
    return () => NONE;
  }
}

function treeOf(text: string): Node {
  const source = text.replace(/^\s*eval:/, '');
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    try {
      return parsePython(inPython(source));
    } catch {
      throw refusal(error.message);
    }
  }
}

/** `in` belongs to Python's spelling, `&&` to JavaScript's; people write both in one condition. */
function inPython(source: string): string {
  return source.replace(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|&&|\|\||!(?!=)/g, (sign, text: string | undefined) => {
    if (text !== undefined) return text;
    return sign === '&&' ? ' and ' : sign === '||' ? ' or ' : ' not ';
  });
}

function ruleOf(node: Node): Rule {
  switch (node.kind) {
    case 'literal':
      return node.value ? () => ALL : () => NONE;
    case 'unary':
      if (node.operator === '!') return negated(ruleOf(node.operand));
      throw refusal(`"${node.operator}" is not possible here.`);
    case 'binary':
      return ruleOfBinary(node);
    case 'chain':
      return ruleOfChain(node);
    case 'choice': {
      const [test, yes, no] = [ruleOf(node.test), ruleOf(node.yes), ruleOf(node.no)];
      const otherwise = negated(test);
      return (actor) => or(and(test(actor), yes(actor)), and(otherwise(actor), no(actor)));
    }
    default:
      throw refusal('It must be a comparison.');
  }
}

function ruleOfBinary(node: Node & { kind: 'binary' }): Rule {
  const operators = new Set(node.rest.map(({ operator }) => operator));
  if (operators.size === 1) {
    const rules = () => [node.first, ...node.rest.map(({ right }) => right)].map(ruleOf);
    const [operator] = operators;
    if (operator === '&&') return all(rules());
    if (operator === '||') return any(rules());
  }
  // A chain of one precedence with mixed operators: folded from the left.
  if (node.rest.length > 1) {
    const last = node.rest.at(-1) as (typeof node.rest)[number];
    const first: Node = { ...node, rest: node.rest.slice(0, -1) };
    return ruleOfBinary({ kind: 'binary', first, rest: [last] });
  }
  const [{ operator, right } = { operator: '', right: node.first }] = node.rest;
  return compared(sideOf(node.first), operator, sideOf(right));
}

/** `doc.flag` alone, `[…].includes(doc.x)`, `teams.includes(doc.team)`. */
function ruleOfChain(node: Node & { kind: 'chain' }): Rule {
  const last = node.links.at(-1);
  const called = node.links.at(-2);
  if (last?.kind === 'call' && called?.kind === 'member' && called.name === 'includes' && last.args.length === 1) {
    const list = sideOf(shortened(node, node.links.slice(0, -2)));
    return compared(sideOf(last.args[0] as Node), 'in', list);
  }
  const side = sideOf(node);
  // Neither empty nor zero: "" is the zero of numbers and checks (query/predicates.ts).
  if (side.kind === 'field') return () => condition(side.path, '!=', '');
  return (actor) => (isTrue(side.of(actor)) ? ALL : NONE);
}

function shortened(node: Node & { kind: 'chain' }, links: readonly Link[]): Node {
  return links.length === 0 ? node.base : { ...node, links };
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['==', '='],
  ['===', '='],
  ['!=', '!='],
  ['!==', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
  ['in', 'in'],
  ['!in', 'not in'],
]);

const TURNED: ReadonlyMap<Operator, Operator> = new Map([
  ['<', '>'],
  ['<=', '>='],
  ['>', '<'],
  ['>=', '<='],
]);

function compared(left: Side, word: string, right: Side): Rule {
  const operator = OPERATORS.get(word);
  if (!operator) throw refusal(`"${word}" is not possible here.`);
  if (left.kind === 'field' && right.kind === 'field') throw refusal('Two fields cannot be compared.');
  if (left.kind === 'field' && right.kind === 'value') return (actor) => against(left.path, operator, right.of(actor));
  if (right.kind === 'field' && left.kind === 'value') {
    if (operator === 'in' || operator === 'not in') throw refusal('What stands after "in" must be a list.');
    return (actor) => against(right.path, TURNED.get(operator) ?? operator, left.of(actor));
  }
  const [a, b] = [left, right] as (Side & { kind: 'value' })[];
  return (actor) => (holds(a?.of(actor) ?? null, operator, b?.of(actor) ?? null) ? ALL : NONE);
}

/** A field against what is known of the person: nothing known matches nothing. */
function against(path: string, operator: Operator, value: Scalar | readonly Scalar[]): Filter {
  if (isList(value)) {
    if (operator === '=' || operator === 'in') return value.length === 0 ? NONE : condition(path, 'in', value);
    if (operator === '!=' || operator === 'not in') return value.length === 0 ? ALL : condition(path, 'not in', value);
    return NONE;
  }
  if (operator === 'in') return condition(path, 'in', [value]);
  if (operator === 'not in') return condition(path, 'not in', [value]);
  if (value === null)
    return operator === '='
      ? condition(path, 'is', 'not set')
      : operator === '!='
        ? condition(path, 'is', 'set')
        : NONE;
  return condition(path, operator, value as FilterValue);
}

function holds(a: Scalar | readonly Scalar[], operator: Operator, b: Scalar | readonly Scalar[]): boolean {
  if (operator === 'in') return isList(b) && !isList(a) && b.includes(a);
  if (operator === 'not in') return isList(b) && !isList(a) && !b.includes(a);
  if (isList(a) || isList(b)) return false;
  if (operator === '=') return a === b;
  if (operator === '!=') return a !== b;
  return false;
}

function isTrue(value: Scalar | readonly Scalar[]): boolean {
  return isList(value) ? value.length > 0 : Boolean(value);
}

function negated(rule: Rule): Rule {
  return (actor) => {
    const filter = rule(actor);
    return filter.kind === 'all' ? NONE : filter.kind === 'none' ? ALL : not(filter);
  };
}

function all(rules: readonly Rule[]): Rule {
  return (actor) => and(...rules.map((rule) => rule(actor)));
}

function any(rules: readonly Rule[]): Rule {
  return (actor) => or(...rules.map((rule) => rule(actor)));
}
