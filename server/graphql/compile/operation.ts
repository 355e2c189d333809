/**
 * An operation as steps: one tree for all roots that PostgreSQL answers, and the others one by one. Compiled
 * once for a text, a caller's schema and the variables that decide what is selected.
 */
import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Tree, TreeList } from '../../query/tree.ts';
import type { DocTypePlan } from '../../schema/plan.ts';
import { type ListMeaning, type MutationMeaning, namedType } from '../definitions.ts';
import type { LiveSchema } from '../schema.ts';
import { MUTATION, QUERY, SUBSCRIPTION } from '../types/roots.ts';
import { collectFields, fragmentsOf, type Selected } from './collect.ts';
import { compileForm } from './forms.ts';
import { type After, type Compiling, compileShape, fieldOf, type ListSource, type Shape, wholePlan } from './shape.ts';
import type { Variables } from './values.ts';

export type Root =
  /** Its value stands in the tree's answer. */
  | { kind: 'tree'; key: string; after: readonly After[] }
  | { kind: 'constant'; key: string; value: string }
  /** Documents that are in no table: of a virtual DocType, or a Single that may never have been saved. */
  | { kind: 'outside'; key: string; plan: DocTypePlan; one: boolean; list: ListSource; selection: DocumentSelection }
  | { kind: 'own'; key: string; asks: 'search' | 'meta' | 'me'; selected: Selected }
  | { kind: 'introspection'; key: string; selected: Selected }
  | { kind: 'mutation'; key: string; field: string; meaning: MutationMeaning; selected: Selected; type: string };

export interface Compiled {
  schema: LiveSchema;
  type: OperationTypeNode;
  roots: readonly Root[];
  /** Undefined when no root is in it. */
  tree: Tree | undefined;
  lists: readonly ListSource[];
  /** For what is found out only while it runs: which DocTypes there are to select from. */
  select(q: { plan: DocTypePlan; sets: readonly SelectionSetNode[] }): DocumentSelection;
  /** The fields of an object that JavaScript makes. */
  collect(type: string, sets: readonly SelectionSetNode[]): Selected[];
}

/** Documents of one DocType by their names: for what a query leads to, and what a mutation gives back. */
export interface DocumentSelection extends Shape {
  plan: DocTypePlan;
  tree: Tree;
  lists: readonly ListSource[];
}

/** The key under which a selected document says which one it is. */
export const SELECTED_NAME = '$name';

export function compileOperation(q: {
  schema: LiveSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Variables;
}): Compiled {
  const { schema, document, operation } = q;
  const selecting = {
    schema,
    fragments: fragmentsOf(document),
    variables: q.variables,
    applies: (condition: string, type: string) => condition === type || isDocument(schema, condition, type),
  };
  const compiling: Compiling = { ...selecting, lists: [] };
  const selections = new Map<string, DocumentSelection>();
  const sets = new Map<SelectionSetNode, number>();
  const select: Compiled['select'] = (wish) => {
    // One selection of one DocType is compiled once, however often it is met.
    const key = `${wish.plan.name} ${wish.sets.map((set) => numberOf(sets, set)).join()}`;
    const known = selections.get(key) ?? compileSelection({ ...selecting, lists: [] }, wish);
    selections.set(key, known);
    return known;
  };
  const type = ROOT_TYPES[operation.operation];
  const trees: { key: string; list: TreeList }[] = [];
  const roots = collectFields(compiling, type, [operation.selectionSet]).map((selected) =>
    compileRoot(compiling, { type, selected, trees, select }),
  );
  const tree = trees.length === 0 ? undefined : treeOf(trees);
  return {
    schema,
    type: operation.operation,
    roots,
    tree,
    lists: compiling.lists,
    select,
    collect: (name, of) => collectFields(selecting, name, of),
  };
}

const ROOT_TYPES: Readonly<Record<OperationTypeNode, string>> = {
  [OperationTypeNode.QUERY]: QUERY,
  [OperationTypeNode.MUTATION]: MUTATION,
  [OperationTypeNode.SUBSCRIPTION]: SUBSCRIPTION,
};

function isDocument(schema: LiveSchema, condition: string, type: string): boolean {
  const def = condition === 'document' ? schema.definition(type) : undefined;
  return def?.kind === 'OBJECT' && def.interfaces.includes(condition);
}

function numberOf(sets: Map<SelectionSetNode, number>, set: SelectionSetNode): number {
  const number = sets.get(set) ?? sets.size;
  sets.set(set, number);
  return number;
}

interface RootWish {
  type: string;
  selected: Selected;
  trees: { key: string; list: TreeList }[];
  select: Compiled['select'];
}

function compileRoot(q: Compiling, { type, selected, trees, select }: RootWish): Root {
  const { key, name, sets } = selected;
  if (name === '__typename') return { kind: 'constant', key, value: type };
  if (name === '__schema' || name === '__type') return { kind: 'introspection', key, selected };
  const field = fieldOf(q.schema, type, name);
  const { meaning } = field;
  switch (meaning.kind) {
    case 'search':
    case 'meta':
    case 'me':
      return { kind: 'own', key, asks: meaning.kind, selected };
    case 'mutation':
      return { kind: 'mutation', key, field: name, meaning, selected, type: namedType(field.type) };
    case 'list':
    case 'one':
    case 'summary':
    case 'groups':
    case 'connection':
      return meaning.plan.storage === 'table'
        ? treeRoot(q, { meaning, selected, type: namedType(field.type), trees })
        : outsideRoot(q, meaning, selected, select({ plan: meaning.plan, sets }));
    default:
      throw new Error(`${name} is no root field`);
  }
}

function treeRoot(
  q: Compiling,
  wish: { meaning: ListMeaning; selected: Selected; type: string; trees: RootWish['trees'] },
): Root {
  const { meaning, selected, type } = wish;
  const { key, args, sets } = selected;
  const kind = meaning.kind === 'list' ? 'many' : meaning.kind;
  const plan = wholePlan(q.schema, meaning.plan);
  const list: TreeList = {
    plan,
    origin: { kind: 'all' },
    place: q.lists.length,
    form: { kind: 'many', items: [] },
  };
  q.lists.push({ list, args, parent: undefined, key });
  const formed = compileForm(q, { kind, type, plan, sets, place: list.place });
  list.form = formed.form;
  wish.trees.push({ key, list });
  return { kind: 'tree', key, after: formed.after };
}

function outsideRoot(
  q: Compiling,
  { plan: shown, kind }: ListMeaning,
  { key, args }: Selected,
  selection: DocumentSelection,
): Root {
  const plan = wholePlan(q.schema, shown);
  const list: TreeList = { plan, origin: { kind: 'all' }, place: 0, form: { kind: 'many', items: [] } };
  const one = kind === 'one';
  return {
    kind: 'outside',
    key,
    plan,
    one,
    list: { list: { ...list, form: { kind: one ? 'one' : 'many', items: [] } }, args, parent: undefined, key },
    selection,
  };
}

function compileSelection(
  q: Compiling,
  wish: { plan: DocTypePlan; sets: readonly SelectionSetNode[] },
): DocumentSelection {
  const { sets } = wish;
  const plan = wholePlan(q.schema, wish.plan);
  const list: TreeList = { plan, origin: { kind: 'all' }, place: 0, form: { kind: 'many', items: [] } };
  q.lists.push({ list, args: NO_ARGUMENTS, parent: undefined });
  const shape = compileShape(q, { plan, sets, parent: 0 });
  const name = plan.byName.get('name');
  if (!name) throw new Error(`${plan.name} has no names`);
  list.form = { kind: 'many', items: [...shape.items, { kind: 'column', key: SELECTED_NAME, field: name }] };
  return { ...shape, plan, tree: treeOf([{ key: 'documents', list }]), lists: q.lists };
}

const NO_ARGUMENTS: ReadonlyMap<string, ValueNode> = new Map();

/** Its key: everything in it, DocTypes and fields by their names. */
function treeOf(roots: Tree['roots']): Tree {
  const text = JSON.stringify(roots, (key, value: unknown) => {
    if (key === 'plan' || key === 'within' || key === 'target' || key === 'child')
      return (value as DocTypePlan | undefined)?.name;
    if (key === 'field' || key === 'table') return (value as { fieldname: string }).fieldname;
    if (key === 'fields') return (value as { fieldname: string }[]).map(({ fieldname }) => fieldname);
    if (key === 'doctype' && typeof value === 'object') return [(value as { fieldname: string }).fieldname];
    return value;
  });
  return { key: createHash('sha256').update(text).digest('base64url').slice(0, 27), roots };
}
