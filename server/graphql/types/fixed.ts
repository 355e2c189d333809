/** Types that belong to no DocType. */
import { members, type OutputField, type TypeDef } from '../definitions.ts';
import { findScalar } from '../scalars.ts';
import type { View } from '../view.ts';
import { DOCUMENT_KEYS, NO_ARGUMENTS } from './document.ts';
import { isRows } from './fields.ts';
import { comparisonType } from './filters.ts';

const plain = (name: string, type: string, description?: string): OutputField => ({
  name,
  type,
  args: NO_ARGUMENTS,
  meaning: { kind: 'plain' },
  description,
});

const ORDER_BY: TypeDef = {
  kind: 'ENUM',
  name: 'order_by',
  description: 'Which way, and where nulls come: without a word last going up, first going down.',
  values: ['asc', 'asc_nulls_first', 'asc_nulls_last', 'desc', 'desc_nulls_first', 'desc_nulls_last'].map((name) => ({
    name,
  })),
};

const PAGE_INFO: TypeDef = {
  kind: 'OBJECT',
  name: 'PageInfo',
  interfaces: [],
  fields: members((): OutputField[] => [
    { name: 'hasNextPage', type: 'Boolean!', args: NO_ARGUMENTS, meaning: { kind: 'has next' } },
    { name: 'hasPreviousPage', type: 'Boolean!', args: NO_ARGUMENTS, meaning: { kind: 'has previous' } },
    { name: 'startCursor', type: 'String', args: NO_ARGUMENTS, meaning: { kind: 'first cursor' } },
    { name: 'endCursor', type: 'String', args: NO_ARGUMENTS, meaning: { kind: 'last cursor' } },
  ]),
};

const SEARCH_RESULT: TypeDef = {
  kind: 'OBJECT',
  name: 'search_result',
  interfaces: [],
  fields: members(() => [
    plain('doctype', 'String!'),
    plain('name', 'String!'),
    plain('title', 'String'),
    plain('modified', 'timestamptz'),
  ]),
};

const USER_INFO: TypeDef = {
  kind: 'OBJECT',
  name: 'user_info',
  description: 'Who asks.',
  interfaces: [],
  fields: members(() => [
    plain('user', 'String!', 'Name of the User document; Guest for nobody.'),
    plain('full_name', 'String'),
    plain('roles', '[String!]!'),
  ]),
};

const FIXED: ReadonlyMap<string, TypeDef> = new Map(
  [ORDER_BY, PAGE_INFO, SEARCH_RESULT, USER_INFO].map((each) => [each.name, each]),
);

export const FIXED_TYPES: readonly string[] = [...FIXED.keys(), 'document'];

export function fixedType(view: View, name: string): TypeDef | undefined {
  if (name === 'document') return documentInterface(view);
  return FIXED.get(name) ?? findScalar(name) ?? comparisonType(name);
}

function documentInterface(view: View): TypeDef {
  return {
    kind: 'INTERFACE',
    name: 'document',
    description: 'What every document has.',
    fields: members(() =>
      DOCUMENT_KEYS.map(([name, type]) => ({ name, type, args: NO_ARGUMENTS, meaning: { kind: 'plain' } as const })),
    ),
    *possible() {
      for (const plan of view.all()) if (isPossible(view, plan.name)) yield view.names.of(plan.name);
    },
  };
}

/** DocTypes whose documents a Dynamic Link may lead to. */
export function isPossible(view: View, doctype: string): boolean {
  const plan = view.find(doctype);
  if (!plan || isRows(plan) || !view.canList(plan)) return false;
  return DOCUMENT_KEYS.every(([name]) => name === 'doctype' || plan.byName.has(name));
}
