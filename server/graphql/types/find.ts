/** Every type by its name: fixed ones, roots, and those of a DocType, whose name begins theirs. */
import type { DocTypePlan } from '../../schema/plan.ts';
import type { TypeDef } from '../definitions.ts';
import type { View } from '../view.ts';
import { documentType } from './document.ts';
import { boolExp, COMPARISON_TYPES, orderBy, selectColumn } from './filters.ts';
import { FIXED_TYPES, fixedType } from './fixed.ts';
import { incInput, incrementable, insertInput, pkColumnsInput, setInput } from './inputs.ts';
import { ROOTS, rootType } from './roots.ts';
import {
  AGGREGATE_KINDS,
  aggregateFields,
  aggregateOrderBy,
  aggregateType,
  connectionType,
  edgeType,
  groupKey,
  groupType,
  mutationResponse,
  valuesType,
} from './summaries.ts';

type Maker = (view: View, plan: DocTypePlan) => TypeDef | undefined;

const isIn = (storages: readonly string[], make: Maker): Maker => {
  return (view, plan) => (storages.includes(plan.storage) ? make(view, plan) : undefined);
};
const ofTables = (make: Maker): Maker => isIn(['table'], make);
const ofDocuments = (make: Maker): Maker => isIn(['table', 'single', 'virtual'], make);

/** Longer endings first, where one ends like another. */
const MAKERS: readonly [suffix: string, make: Maker][] = [
  ['_bool_exp', boolExp],
  ['_aggregate_order_by', ofTables(aggregateOrderBy)],
  ['_order_by', orderBy],
  ['_select_column', selectColumn],
  ['_insert_input', insertInput],
  ['_set_input', ofDocuments(setInput)],
  ['_inc_input', ofDocuments((view, plan) => (incrementable(plan).length === 0 ? undefined : incInput(view, plan)))],
  ['_pk_columns_input', ofDocuments(pkColumnsInput)],
  ['_mutation_response', isIn(['table', 'virtual'], mutationResponse)],
  ['_aggregate_fields', ofTables(aggregateFields)],
  ...AGGREGATE_KINDS.map((fn): [string, Maker] => [
    `_${fn}_fields`,
    ofTables((view, plan) => valuesType(view, plan, fn)),
  ]),
  ['_aggregate', ofTables(aggregateType)],
  ['_groups_key', ofTables(groupKey)],
  ['_groups_item', ofTables(groupType)],
  ['_connection', ofTables(connectionType)],
  ['_edge', ofTables(edgeType)],
];

export function findType(view: View, name: string): TypeDef | undefined {
  const fixed = fixedType(view, name) ?? rootType(view, name);
  if (fixed) return fixed;
  const plan = view.named(name);
  if (plan) return documentType(view, plan);
  for (const [suffix, make] of MAKERS) {
    if (!name.endsWith(suffix)) continue;
    const base = view.named(name.slice(0, -suffix.length));
    const made = base && make(view, base);
    if (made) return made;
  }
  return undefined;
}

/** The names of all types, for who wants to see the whole schema. */
export function* typeNames(view: View): Generator<string> {
  yield* ROOTS;
  yield* [
    'String',
    'Int',
    'Float',
    'Boolean',
    'ID',
    'uuid',
    'timestamptz',
    'date',
    'time',
    'numeric',
    'bigint',
    'json',
  ];
  yield* FIXED_TYPES;
  yield* COMPARISON_TYPES;
  for (const plan of view.all()) {
    const type = view.names.of(plan.name);
    yield type;
    for (const [suffix, make] of MAKERS) if (make(view, plan)) yield `${type}${suffix}`;
  }
}
