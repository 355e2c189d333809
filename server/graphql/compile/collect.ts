/**
 * The fields that are selected of one type, fragments spread out and the same response keys put together.
 * Two different things under one key are refused here, in one pass over them.
 */
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  print,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql';
import { AppError } from '../../kernel/error.ts';
import { nodeValue, type Variables, variablesIn } from './values.ts';

export interface Selecting {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Variables;
  /** Whether what is said of `condition` is said of objects of `type`. */
  applies(condition: string, type: string): boolean;
}

/** One response key, with all that is selected under it. */
export interface Selected {
  key: string;
  name: string;
  args: ReadonlyMap<string, ValueNode>;
  sets: readonly SelectionSetNode[];
}

export function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((node) => [node.name.value, node]));
}

/** In the order in which they first stand. Throws bad_request when one key means two things. */
export function collectFields(q: Selecting, type: string, sets: readonly SelectionSetNode[]): Selected[] {
  const found = new Map<string, FieldNode[]>();
  for (const set of sets) collectInto(q, type, set, found);
  return [...found].map(([key, nodes]) => merged(key, nodes));
}

function collectInto(q: Selecting, type: string, set: SelectionSetNode, found: Map<string, FieldNode[]>): void {
  for (const node of set.selections) {
    if (!isIncluded(q, node.directives)) continue;
    if (node.kind === Kind.FIELD) {
      const key = (node.alias ?? node.name).value;
      const others = found.get(key);
      if (others) others.push(node);
      else found.set(key, [node]);
      continue;
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : q.fragments.get(node.name.value);
    const condition = fragment?.typeCondition?.name.value;
    if (fragment && (condition === undefined || q.applies(condition, type)))
      collectInto(q, type, fragment.selectionSet, found);
  }
}

function isIncluded(q: Selecting, directives: readonly DirectiveNode[] | undefined): boolean {
  for (const directive of directives ?? []) {
    const condition = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
    const value = condition && nodeValue(condition, q.variables);
    if (directive.name.value === 'skip' && value === true) return false;
    if (directive.name.value === 'include' && value !== true) return false;
  }
  return true;
}

function merged(key: string, nodes: readonly FieldNode[]): Selected {
  const first = nodes[0] as FieldNode;
  const isSame = nodes.length === 1 || nodes.every((node) => meaningOf(node) === meaningOf(first));
  if (!isSame) {
    const message = `"${key}" is selected in two ways that differ; give one of them another alias.`;
    throw new AppError('bad_request', message, { extra: { graphql: [{ message, locations: locationsOf(nodes) }] } });
  }
  return {
    key,
    name: first.name.value,
    args: new Map((first.arguments ?? []).map(({ name, value }) => [name.value, value])),
    sets: nodes.flatMap((node) => node.selectionSet ?? []),
  };
}

function meaningOf(node: FieldNode): string {
  const args = (node.arguments ?? []).map((each) => print(each)).sort();
  return `${node.name.value}(${args.join()})`;
}

function locationsOf(nodes: readonly FieldNode[]): { line: number; column: number }[] {
  return nodes.flatMap(({ loc }) => (loc ? [{ line: loc.startToken.line, column: loc.startToken.column }] : []));
}

/** Variables whose values decide what is selected, and so which SQL there is. */
export function shapingVariables(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  const note = (value: ValueNode): void => {
    for (const name of variablesIn(value)) names.add(name);
  };
  visit(document, {
    Directive: (node) => {
      for (const { value } of node.arguments ?? []) note(value);
    },
    // What is counted is part of the text.
    Field: (node) => {
      if (node.name.value === 'count') for (const { value } of node.arguments ?? []) note(value);
    },
  });
  return names;
}
