/**
 * Text to tree: tokens, grammar, then jsep for the precedence of operators, then our own tree.
 * The only file that knows jsep. What jsep cannot keep apart (`(a?.b).c` and `a?.b.c`) a hook marks.
 */
import jsep from 'jsep';
import type { Link, Node } from './ast.ts';
import { ExpressionSyntaxError } from './errors.ts';
import { checkGrammar } from './grammar.ts';
import { decodeText, scan, type Token } from './tokens.ts';

const MAX_NODES = 10_000;
const OPEN_PARENTHESIS = 40;

/** Parentheses as they stood; our own addition to jsep's tree. */
interface Group {
  type: 'Group';
  inner: jsep.Expression;
}

type Parsed = jsep.Expression;

jsep.addUnaryOp('typeof');
jsep.addBinaryOp('in', jsep.binary_ops['<'] as number);
jsep.addBinaryOp('!in', jsep.binary_ops['<'] as number);
jsep.hooks.add('gobble-token', function keepGroup(env) {
  if (this.code === OPEN_PARENTHESIS) {
    env.node = this.gobbleTokenProperty({ type: 'Group', inner: this.gobbleGroup() });
  }
});

/** The tree of a source in the JavaScript spelling. Throws ExpressionSyntaxError. */
export function parse(source: string): Node {
  const tokens = scan(source);
  while (tokens.at(-1)?.text === ';') tokens.pop();
  return parseTokens(tokens, source.length);
}

/** The tree of tokens that another spelling was translated to. `end` is the length of its source. */
export function parseTokens(tokens: readonly Token[], end: number): Node {
  if (tokens.length === 0) throw new ExpressionSyntaxError('The expression is empty.', 0);
  checkGrammar(tokens, end);
  const count = { left: MAX_NODES };
  return convert(parsed(tokens), count);
}

function parsed(tokens: readonly Token[]): Parsed {
  try {
    return jsep(tokens.map((token) => token.text).join(' '));
  } catch {
    throw notAnExpression();
  }
}

function convert(parsedNode: Parsed, count: { left: number }): Node {
  count.left -= 1;
  if (count.left < 0) throw new ExpressionSyntaxError(`An expression has at most ${MAX_NODES} parts.`, 0);
  const node = parsedNode as jsep.CoreExpression | Group;
  switch (node.type) {
    case 'Group':
      return convert(node.inner, count);
    case 'Literal':
      return { kind: 'literal', value: literalValue(node) };
    case 'Identifier':
      return node.name === 'undefined' ? { kind: 'literal', value: undefined } : { kind: 'name', name: node.name };
    case 'ArrayExpression':
      return { kind: 'list', items: node.elements.map((element) => convert(demand(element), count)) };
    case 'UnaryExpression':
      return { kind: 'unary', operator: node.operator, operand: convert(node.argument, count) };
    case 'ConditionalExpression':
      return {
        kind: 'choice',
        test: convert(node.test, count),
        yes: convert(node.consequent, count),
        no: convert(node.alternate, count),
      };
    case 'BinaryExpression':
      return convertBinary(node, count);
    case 'MemberExpression':
    case 'CallExpression':
      return convertChain(node, count);
    default:
      throw notAnExpression();
  }
}

function convertBinary(node: jsep.BinaryExpression, count: { left: number }): Node {
  const rest: { operator: string; right: Node }[] = [];
  let left: Parsed = node;
  while (left.type === 'BinaryExpression') {
    const binary = left as jsep.BinaryExpression;
    rest.push({ operator: binary.operator, right: convert(binary.right, count) });
    left = binary.left;
  }
  return { kind: 'binary', first: convert(left, count), rest: rest.reverse() };
}

function convertChain(node: Parsed, count: { left: number }): Node {
  const links: Link[] = [];
  let base = node;
  while (base.type === 'MemberExpression' || base.type === 'CallExpression') {
    const optional = base.optional === true;
    if (base.type === 'CallExpression') {
      const call = base as jsep.CallExpression;
      links.push({ kind: 'call', args: call.arguments.map((argument) => convert(argument, count)), optional });
      base = call.callee;
    } else {
      const member = base as jsep.MemberExpression;
      links.push(
        member.computed
          ? { kind: 'index', key: convert(member.property, count), optional }
          : { kind: 'member', name: (member.property as jsep.Identifier).name, optional },
      );
      base = member.object;
    }
  }
  return { kind: 'chain', base: convert(base, count), links: links.reverse() };
}

function literalValue(node: jsep.Literal): string | number | boolean | null {
  if (typeof node.value === 'string') return decodeText(node.raw);
  return node.value as number | boolean | null;
}

function demand(node: Parsed | null): Parsed {
  if (node === null) throw notAnExpression();
  return node;
}

/** checkGrammar has refused these before, with their positions; this is the second lock. */
function notAnExpression(): ExpressionSyntaxError {
  return new ExpressionSyntaxError('This is not an expression.', 0);
}
