/**
 * Compiles the tree of an expression to closures over a Run. Nothing of the host is in reach of them:
 * names and members go through chain.ts, operators through the dialect.
 */
import type { Link, Node } from './ast.ts';
import {
  type Compilation,
  type CompiledLink,
  compileChain,
  compileName,
  compileNamedChain,
  isFunctionName,
} from './chain.ts';
import type { Binary } from './dialect.ts';
import { ExpressionSyntaxError } from './errors.ts';
import { type Evaluate, spend } from './run.ts';

/** The closure of a node. Throws ExpressionSyntaxError when the dialect lacks an operator. */
export function compileNode(compilation: Compilation, node: Node): Evaluate {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'name':
      return compileName(node.name);
    case 'list': {
      const items = node.items.map((item) => compileNode(compilation, item));
      return (run) => {
        spend(run, items.length + 1);
        return items.map((item) => item(run));
      };
    }
    case 'unary':
      return compileUnary(compilation, node.operator, node.operand);
    case 'binary':
      return compileBinary(compilation, node);
    case 'choice': {
      const { isTruthy } = compilation.dialect;
      const test = compileNode(compilation, node.test);
      const yes = compileNode(compilation, node.yes);
      const no = compileNode(compilation, node.no);
      return (run) => (isTruthy(test(run)) ? yes(run) : no(run));
    }
    case 'chain': {
      const links = node.links.map((link) => compileLink(compilation, link));
      if (node.base.kind === 'name') return compileNamedChain(compilation, node.base.name, links);
      return compileChain(compilation, compileNode(compilation, node.base), links);
    }
  }
}

function compileLink(compilation: Compilation, link: Link): CompiledLink {
  if (link.kind === 'member') return link;
  if (link.kind === 'call') {
    const args = link.args.map((argument) => compileNode(compilation, argument));
    return { kind: 'call', optional: link.optional, args, constant: constantOf(link.args[0]) };
  }
  const key = compileNode(compilation, link.key);
  return { kind: 'index', optional: link.optional, key, constant: constantOf(link.key) };
}

function constantOf(node: Node | undefined): string | undefined {
  return node?.kind === 'literal' ? String(node.value) : undefined;
}

function compileUnary(compilation: Compilation, operator: string, operand: Node): Evaluate {
  // `typeof name` asks whether the name exists, so it alone may name what does not.
  if (operator === 'typeof' && operand.kind === 'name' && operand.name !== 'doc' && operand.name !== 'parent') {
    const type = isFunctionName(compilation, operand.name) ? 'function' : 'undefined';
    return () => type;
  }
  const apply = compilation.dialect.unary.get(operator);
  if (!apply) throw new ExpressionSyntaxError(`The operator "${operator}" is not part of an expression.`, 0);
  const value = compileNode(compilation, operand);
  return (run) => {
    spend(run);
    return apply(run, value(run));
  };
}

type BinaryNode = Extract<Node, { kind: 'binary' }>;
type Fold = (run: Parameters<Evaluate>[0], left: unknown) => unknown;

function compileBinary(compilation: Compilation, node: BinaryNode): Evaluate {
  const first = compileNode(compilation, node.first);
  const folds = node.rest.map(({ operator, right }) =>
    compileFold(compilation, operator, compileNode(compilation, right)),
  );
  const [only] = folds;
  if (only !== undefined && folds.length === 1) {
    return (run) => {
      spend(run);
      return only(run, first(run));
    };
  }
  return (run) => {
    spend(run, folds.length);
    let value = first(run);
    for (const fold of folds) value = fold(run, value);
    return value;
  };
}

function compileFold(compilation: Compilation, operator: string, right: Evaluate): Fold {
  const { isTruthy } = compilation.dialect;
  if (operator === '&&') return (run, left) => (isTruthy(left) ? right(run) : left);
  if (operator === '||') return (run, left) => (isTruthy(left) ? left : right(run));
  if (operator === '??') return (run, left) => left ?? right(run);
  const apply: Binary | undefined = compilation.dialect.binary.get(operator);
  if (!apply) throw new ExpressionSyntaxError(`The operator "${operator}" is not part of an expression.`, 0);
  return (run, left) => apply(run, left, right(run));
}
