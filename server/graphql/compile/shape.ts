/**
 * What is selected of documents of one DocType, as items of a tree for PostgreSQL, and what is left to do when
 * its answer is there: documents elsewhere to look up, computed fields to compute. Mostly nothing.
 */
import type { SelectionSetNode, ValueNode } from 'graphql';
import type { TreeItem, TreeList } from '../../query/tree.ts';
import type { DocTypePlan } from '../../schema/plan.ts';
import type { OutputField } from '../definitions.ts';
import type { LiveSchema } from '../schema.ts';
import { collectFields, type Selected, type Selecting } from './collect.ts';

export interface Compiling extends Selecting {
  schema: LiveSchema;
  /** Every list that is met, by its place. */
  lists: ListSource[];
}

/** A list and what the query says of it: arguments are evaluated with each request. */
export interface ListSource {
  list: TreeList;
  args: ReadonlyMap<string, ValueNode>;
  /** The list around it, whose rows each have one. */
  parent: number | undefined;
  /** Of a root field: under which its value stands. */
  key?: string;
}

/** What is done with each object of the answer. */
export type After =
  /** The document that `[DocType, name]` under the key means, in its place; `isAny`: as what every document is. */
  | { kind: 'reference'; key: string; sets: readonly SelectionSetNode[]; isAny: boolean }
  /** A value computed from the whole document, which stands beside it. */
  | { kind: 'computed'; key: string; fieldname: string; plan: DocTypePlan }
  /** The same with the objects under the key, of which there may be many. */
  | { kind: 'inside'; key: string; after: readonly After[] };

export interface Shape {
  items: TreeItem[];
  after: After[];
}

/** Under which a whole document stands until fields are computed from it: no response key is called so. */
export const WHOLE = '$doc';

export interface ShapeWish {
  plan: DocTypePlan;
  within?: DocTypePlan;
  sets: readonly SelectionSetNode[];
  /** The list whose documents these are. */
  parent: number | undefined;
}

export function compileShape(q: Compiling, wish: ShapeWish): Shape {
  const type = q.schema.view.names.of(wish.plan.name);
  const shape: Shape = { items: [], after: [] };
  for (const selected of collectFields(q, type, wish.sets)) {
    if (selected.name === '__typename') shape.items.push({ kind: 'constant', key: selected.key, value: type });
    else addField(q, wish, shape, { selected, field: fieldOf(q.schema, type, selected.name) });
  }
  if (shape.after.some(({ kind }) => kind === 'computed')) shape.items.push({ kind: 'whole', key: WHOLE });
  return shape;
}

/** As permissions know it: a view's plan may be cut, and a rule may ask for what the caller does not see. */
export function wholePlan(schema: LiveSchema, plan: DocTypePlan): DocTypePlan {
  return schema.view.snapshot.find(plan.name) ?? plan;
}

/** The definition of a field that validation has let through. */
export function fieldOf(schema: LiveSchema, type: string, name: string): OutputField {
  const def = schema.definition(type);
  const field = def?.kind === 'OBJECT' || def?.kind === 'INTERFACE' ? def.fields.find(name) : undefined;
  if (!field) throw new Error(`${type} has no field ${name}`);
  return field;
}

interface Member {
  selected: Selected;
  field: OutputField;
}

function addField(q: Compiling, wish: ShapeWish, shape: Shape, { selected, field }: Member): void {
  const { key, sets } = selected;
  const { meaning } = field;
  switch (meaning.kind) {
    case 'doctype':
      shape.items.push({ kind: 'constant', key, value: wish.plan.name });
      return;
    case 'column':
      shape.items.push({ kind: 'column', key, field: meaning.field });
      return;
    case 'computed': {
      const { plan } = wish;
      // A document that is not made by PostgreSQL has its computed fields already.
      if (plan.storage !== 'table') shape.items.push({ kind: 'column', key, field: meaning.field });
      else {
        shape.items.push({ kind: 'constant', key, value: null });
        shape.after.push({ kind: 'computed', key, fieldname: meaning.field.fieldname, plan });
      }
      return;
    }
    case 'target': {
      const target = wholePlan(q.schema, meaning.target);
      // Rows of a document that is in no table are in none either.
      if (wish.within && wish.within.storage !== 'table') {
        shape.items.push({ kind: 'reference', key, field: meaning.field, doctype: target.name });
        shape.after.push({ kind: 'reference', key, sets, isAny: false });
        return;
      }
      const inner = compileShape(q, { plan: target, sets, parent: wish.parent });
      shape.items.push({ kind: 'target', key, field: meaning.field, target, items: inner.items });
      addInside(shape, key, inner.after);
      return;
    }
    case 'reference':
      shape.items.push({ kind: 'reference', key, field: meaning.field, doctype: meaning.doctype });
      shape.after.push({ kind: 'reference', key, sets, isAny: typeof meaning.doctype !== 'string' });
      return;
    case 'rows': {
      const origin = { kind: 'rows', field: meaning.field } as const;
      addList(q, shape, selected, { ...wish, plan: meaning.child, within: wish.plan, origin });
      return;
    }
    case 'reverse': {
      const { field: link, table, child } = meaning;
      const origin = { kind: 'reverse', field: link, ...(table && { table, child }) } as const;
      addList(q, shape, selected, { ...wish, plan: meaning.plan, within: undefined, origin });
      return;
    }
    default:
      throw new Error(`${field.name} is no field of a document`);
  }
}

export function addInside(shape: { after: After[] }, key: string, after: readonly After[]): void {
  if (after.length > 0) shape.after.push({ kind: 'inside', key, after });
}

function addList(
  q: Compiling,
  shape: Shape,
  { key, args, sets }: Selected,
  wish: Omit<ShapeWish, 'sets'> & Pick<TreeList, 'origin'>,
): void {
  const { within, origin, parent } = wish;
  const plan = wholePlan(q.schema, wish.plan);
  const list: TreeList = { plan, within, origin, place: q.lists.length, form: { kind: 'many', items: [] } };
  q.lists.push({ list, args, parent });
  const inner = compileShape(q, { plan, within, sets, parent: list.place });
  list.form = { kind: 'many', items: inner.items };
  shape.items.push({ kind: 'list', key, list });
  addInside(shape, key, inner.after);
}
