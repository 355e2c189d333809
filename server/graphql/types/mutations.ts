/** The fields of the mutation root, found by their names: `insert_sales_order_one` is a change and a DocType. */
import type { DocTypePlan } from '../../schema/plan.ts';
import type { InputField, Members, Mutation, OutputField } from '../definitions.ts';
import type { View } from '../view.ts';
import { KEY, remembered, whereArgument } from './arguments.ts';
import { isRows } from './fields.ts';
import { incrementable } from './inputs.ts';

const NAME: InputField = { name: 'name', type: 'String!', description: 'Name or id.' };
const VERSION: InputField = {
  name: '_version',
  type: 'Int',
  description: 'The version that you saw; another one is a conflict and nothing is written.',
};

interface Change {
  does: Mutation;
  prefix: string;
  suffix: string;
  type(name: string): string;
  args(name: string, plan: DocTypePlan): readonly InputField[];
  has(plan: DocTypePlan): boolean;
  description: string;
}

const isWritten = (plan: DocTypePlan): boolean => !isRows(plan);
const isMany = (plan: DocTypePlan): boolean => isWritten(plan) && plan.storage !== 'single';
const isSubmittable = (plan: DocTypePlan): boolean => plan.isSubmittable;

const incArgument = (type: string, plan: DocTypePlan): InputField[] =>
  incrementable(plan).length === 0
    ? []
    : [{ name: '_inc', type: `${type}_inc_input`, description: 'Added to what is there.' }];

/** The longer names first, where one ends like another. */
const CHANGES: readonly Change[] = [
  {
    does: 'insert one',
    prefix: 'insert_',
    suffix: '_one',
    type: (type) => type,
    args: (type) => [{ name: 'object', type: `${type}_insert_input!` }],
    has: isWritten,
    description: 'Makes one document, its rows with it.',
  },
  {
    does: 'insert',
    prefix: 'insert_',
    suffix: '',
    type: (type) => `${type}_mutation_response`,
    args: (type) => [{ name: 'objects', type: `[${type}_insert_input!]!`, description: 'At most 1,000.' }],
    has: isMany,
    description: 'Makes documents: all of them or none.',
  },
  {
    does: 'update one',
    prefix: 'update_',
    suffix: '_by_pk',
    type: (type) => type,
    args: (type, plan) => [
      { name: 'pk_columns', type: `${type}_pk_columns_input!` },
      { name: '_set', type: `${type}_set_input` },
      ...incArgument(type, plan),
      VERSION,
    ],
    has: isWritten,
    description: 'Changes one document.',
  },
  {
    does: 'update',
    prefix: 'update_',
    suffix: '',
    type: (type) => `${type}_mutation_response`,
    args: (type, plan) => [
      whereArgument(type, true),
      { name: '_set', type: `${type}_set_input` },
      ...incArgument(type, plan),
    ],
    has: isMany,
    description: 'Changes all documents of which this holds, at most 1,000: all of them or none.',
  },
  {
    does: 'delete one',
    prefix: 'delete_',
    suffix: '_by_pk',
    type: (type) => type,
    args: () => KEY,
    has: isMany,
    description: 'Puts one document into the recycle bin, and gives it back as it was.',
  },
  {
    does: 'delete',
    prefix: 'delete_',
    suffix: '',
    type: (type) => `${type}_mutation_response`,
    args: (type) => [whereArgument(type, true)],
    has: isMany,
    description: 'Puts all documents of which this holds into the recycle bin, at most 1,000: all of them or none.',
  },
  transition('submit', 'Submits a draft.'),
  transition('cancel', 'Cancels a submitted document.'),
  transition('amend', 'Makes a new draft of a cancelled document.'),
  {
    does: 'rename',
    prefix: 'rename_',
    suffix: '',
    type: (type) => type,
    args: () => [
      NAME,
      { name: 'new_name', type: 'String!' },
      { name: 'merge', type: 'Boolean', description: 'Into the document that has the new name already.' },
    ],
    has: (plan) => isMany(plan) && plan.allowsRename,
    description: 'Gives a document another name; all links follow.',
  },
  {
    does: 'call',
    prefix: 'call_',
    suffix: '',
    type: () => 'json',
    args: () => [
      { name: 'name', type: 'String', description: 'The document, for methods that take one.' },
      { name: 'method', type: 'String!' },
      { name: 'args', type: 'json' },
    ],
    has: isWritten,
    description: 'Calls a method that the app has for this DocType.',
  },
];

function transition(does: 'submit' | 'cancel' | 'amend', description: string): Change {
  return {
    does,
    prefix: `${does}_`,
    suffix: '',
    type: (type) => type,
    args: () => [NAME, VERSION],
    has: isSubmittable,
    description,
  };
}

export function mutationFields(view: View): Members<OutputField> {
  const made = new Map<string, OutputField | undefined>();
  const make = (name: string): OutputField | undefined => {
    for (const change of CHANGES) {
      const { prefix, suffix } = change;
      if (!name.startsWith(prefix) || !name.endsWith(suffix)) continue;
      const plan = view.named(name.slice(prefix.length, name.length - suffix.length));
      if (plan && change.has(plan)) return changeField(view, plan, change);
    }
    return undefined;
  };
  return {
    find: (name) => remembered(made, name, make),
    *all() {
      for (const plan of view.all())
        for (const change of CHANGES) if (change.has(plan)) yield changeField(view, plan, change);
    },
  };
}

function changeField(view: View, plan: DocTypePlan, change: Change): OutputField {
  const { does, prefix, suffix, description } = change;
  const type = view.names.of(plan.name);
  return {
    name: `${prefix}${type}${suffix}`,
    type: change.type(type),
    args: change.args(type, plan),
    meaning: { kind: 'mutation', does, plan },
    description,
  };
}
