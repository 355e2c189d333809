/** What a root list looks like in the answer: documents, one of them, aggregates, groups, pages. */
import type { SelectionSetNode } from 'graphql';
import type {
  AggregateMember,
  ConnectionPart,
  Constant,
  EdgeMember,
  GroupPart,
  ListForm,
  PageMember,
  SummaryPart,
} from '../../query/tree.ts';
import { graphqlFieldName } from '../../schema/graphql-names.ts';
import type { DocTypePlan, FieldPlan } from '../../schema/plan.ts';
import { namedType, type OutputField } from '../definitions.ts';
import { collectFields, type Selected } from './collect.ts';
import { type After, addInside, type Compiling, compileShape, fieldOf } from './shape.ts';
import { nodeValue } from './values.ts';

export interface Formed {
  form: ListForm;
  after: After[];
}

export interface FormWish {
  kind: ListForm['kind'];
  /** The type that the root field gives. */
  type: string;
  plan: DocTypePlan;
  sets: readonly SelectionSetNode[];
  place: number;
}

export function compileForm(q: Compiling, wish: FormWish): Formed {
  const { kind, plan, sets, place } = wish;
  switch (kind) {
    case 'many':
    case 'one': {
      const { items, after } = compileShape(q, { plan, sets, parent: place });
      return { form: { kind, items }, after };
    }
    case 'summary': {
      const after: After[] = [];
      const parts = partsOf(q, wish.type, sets, (part) => summaryPart(q, wish, part, after));
      return { form: { kind, parts }, after };
    }
    case 'groups':
      return { form: { kind, parts: partsOf(q, wish.type, sets, (part) => groupPart(q, wish, part)) }, after: [] };
    case 'connection': {
      const after: After[] = [];
      const parts = partsOf(q, wish.type, sets, (part) => connectionPart(q, wish, part, after));
      return { form: { kind, parts }, after };
    }
  }
}

interface Part extends Selected {
  field: OutputField;
  /** The type that it gives. */
  type: string;
}

/** Each selected field of an object that is no document; its type's name is a constant. */
function partsOf<T>(
  q: Compiling,
  type: string,
  sets: readonly SelectionSetNode[],
  make: (part: Part) => T,
): (T | Constant)[] {
  return collectFields(q, type, sets).map((selected) => {
    if (selected.name === '__typename') return { kind: 'constant', key: selected.key, value: type };
    const field = fieldOf(q.schema, type, selected.name);
    return make({ ...selected, field, type: namedType(field.type) });
  });
}

function summaryPart(q: Compiling, wish: FormWish, part: Part, after: After[]): SummaryPart {
  const { key, sets } = part;
  if (part.field.meaning.kind === 'aggregate') return { kind: 'aggregate', key, members: aggregates(q, wish, part) };
  const inner = compileShape(q, { plan: wish.plan, sets, parent: wish.place });
  addInside({ after }, key, inner.after);
  return { kind: 'nodes', key, items: inner.items };
}

function groupPart(q: Compiling, wish: FormWish, part: Part): GroupPart {
  const { key } = part;
  if (part.field.meaning.kind === 'aggregate') return { kind: 'aggregate', key, members: aggregates(q, wish, part) };
  return { kind: 'key', key, members: partsOf(q, part.type, part.sets, columnPart) };
}

function columnPart({ key, field }: Part): { kind: 'column'; key: string; field: FieldPlan } {
  if (field.meaning.kind !== 'column') throw new Error(`${field.name} is no column`);
  return { kind: 'column', key, field: field.meaning.field };
}

function aggregates(q: Compiling, wish: FormWish, { type, sets }: Part): AggregateMember[] {
  return partsOf(q, type, sets, (part): AggregateMember => {
    const { key, args, field } = part;
    const { meaning } = field;
    if (meaning.kind === 'values')
      return { kind: 'values', key, fn: meaning.fn, members: partsOf(q, part.type, part.sets, columnPart) };
    const columns = args.get('columns');
    const distinct = args.get('distinct');
    const names = columns ? nodeValue(columns, q.variables) : undefined;
    return {
      kind: 'count',
      key,
      fields: columnsNamed(wish.plan, names),
      distinct: distinct !== undefined && nodeValue(distinct, q.variables) === true,
    };
  });
}

/** The fields of select_column values, which validation has let through, each once. */
export function columnsNamed(plan: DocTypePlan, names: unknown): FieldPlan[] {
  if (names === undefined || names === null) return [];
  const list: readonly unknown[] = Array.isArray(names) ? names : [names];
  return [...new Set(list)].flatMap(
    (name) => plan.fields.find((field) => graphqlFieldName(field.fieldname) === name) ?? [],
  );
}

function connectionPart(q: Compiling, wish: FormWish, part: Part, after: After[]): ConnectionPart {
  const { key, sets, type } = part;
  switch (part.field.meaning.kind) {
    case 'edges': {
      const inside: After[] = [];
      const members = partsOf(q, type, sets, (each) => edgeMember(q, wish, each, inside));
      addInside({ after }, key, inside);
      return { kind: 'edges', key, members };
    }
    case 'page':
      return { kind: 'page', key, members: partsOf(q, type, sets, pageMember) };
    default:
      return { kind: 'total', key };
  }
}

function edgeMember(q: Compiling, wish: FormWish, part: Part, after: After[]): EdgeMember {
  const { key, sets } = part;
  if (part.field.meaning.kind === 'cursor') return { kind: 'cursor', key };
  const inner = compileShape(q, { plan: wish.plan, sets, parent: wish.place });
  addInside({ after }, key, inner.after);
  return { kind: 'node', key, items: inner.items };
}

function pageMember({ key, field }: Part): PageMember {
  const { kind } = field.meaning;
  if (kind === 'has next' || kind === 'has previous' || kind === 'first cursor' || kind === 'last cursor')
    return { kind, key };
  throw new Error(`${field.name} is no field of PageInfo`);
}
