/**
 * The root fields, found by their names: `sales_order_by_pk` is a DocType and what is asked of it. There are
 * thousands of them, so none is made before it is named.
 */
import type { DocTypePlan } from '../../schema/plan.ts';
import type { InputField, Meaning, Members, Mutation, ObjectDef, OutputField, QueryMeaning } from '../definitions.ts';
import type { View } from '../view.ts';
import { connectionArguments, groupArguments, listArguments, whereArgument } from './arguments.ts';
import { NO_ARGUMENTS } from './document.ts';
import { isRows } from './fields.ts';
import { incrementable } from './inputs.ts';

export const QUERY = 'query_root';
export const MUTATION = 'mutation_root';
export const SUBSCRIPTION = 'subscription_root';

export const ROOTS: readonly string[] = [QUERY, MUTATION, SUBSCRIPTION];

export function rootType(view: View, name: string): ObjectDef | undefined {
  switch (name) {
    case QUERY:
      return { kind: 'OBJECT', name, interfaces: [], fields: queryFields(view) };
    case SUBSCRIPTION:
      return {
        kind: 'OBJECT',
        name,
        description: 'The queries again, as live ones: a result at once, then one after each change that alters it.',
        interfaces: [],
        fields: liveFields(view),
      };
    case MUTATION:
      return { kind: 'OBJECT', name, interfaces: [], fields: mutationFields(view) };
    default:
      return undefined;
  }
}

const KEY: readonly InputField[] = [
  { name: 'id', type: 'uuid', description: 'Either this' },
  { name: 'name', type: 'String', description: 'or this.' },
];
const NAME: InputField = { name: 'name', type: 'String!', description: 'Name or id.' };
const VERSION: InputField = {
  name: '_version',
  type: 'Int',
  description: 'The version that you saw; another one is a conflict and nothing is written.',
};

const SEARCH: OutputField = {
  name: 'search',
  type: '[search_result!]!',
  description: 'Documents in whose searchable fields all words occur.',
  args: [
    { name: 'text', type: 'String!' },
    { name: 'doctypes', type: '[String!]', description: 'Only of these DocTypes; otherwise of all that are searched.' },
    { name: 'limit', type: 'Int', description: 'At most so many: up to 100; 20 without it.' },
  ],
  meaning: { kind: 'search' },
};

const META: OutputField = {
  name: 'doctype_meta',
  type: 'json',
  description: 'A DocType as GET /api/meta/{doctype} describes it; null when there is none for you.',
  args: [{ name: 'name', type: 'String!' }],
  meaning: { kind: 'meta' },
};

const ME: OutputField = { name: 'me', type: 'user_info!', args: NO_ARGUMENTS, meaning: { kind: 'me' } };

const OWN: readonly OutputField[] = [SEARCH, META, ME];

interface Question {
  suffix: string;
  make(view: View, plan: DocTypePlan): OutputField | undefined;
}

function question(
  suffix: string,
  kind: QueryMeaning['kind'],
  make: (type: string) => Pick<OutputField, 'type' | 'args' | 'description'>,
  has: (view: View, plan: DocTypePlan) => boolean,
): Question {
  return {
    suffix,
    make(view, plan) {
      if (!has(view, plan)) return undefined;
      const type = view.names.of(plan.name);
      return { name: `${type}${suffix}`, meaning: { kind, plan } as Meaning, ...make(type) };
    },
  };
}

const hasDocuments = (view: View, plan: DocTypePlan): boolean => !isRows(plan) && view.canList(plan);
const hasOne = (view: View, plan: DocTypePlan): boolean => !isRows(plan) && view.canRead(plan);
const hasTable = (view: View, plan: DocTypePlan): boolean => plan.storage === 'table' && view.canList(plan);

const QUESTIONS: readonly Question[] = [
  question(
    '_by_pk',
    'one',
    (type) => ({ type, args: KEY, description: 'One document; null when it is not there for you.' }),
    hasOne,
  ),
  question(
    '_aggregate',
    'summary',
    (type) => ({ type: `${type}_aggregate!`, args: listArguments(type), description: 'What is said of all of them.' }),
    hasTable,
  ),
  question(
    '_groups',
    'groups',
    (type) => ({
      type: `[${type}_groups_item!]!`,
      args: groupArguments(type),
      description: 'The same for each group.',
    }),
    hasTable,
  ),
  question(
    '_connection',
    'connection',
    (type) => ({ type: `${type}_connection!`, args: connectionArguments(type), description: 'Pages by cursor.' }),
    hasTable,
  ),
  question(
    '',
    'list',
    (type) => ({ type: `[${type}!]!`, args: listArguments(type), description: 'At most 1,000 without a limit.' }),
    hasDocuments,
  ),
];

function queryFields(view: View): Members<OutputField> {
  return fieldsOf(view, QUESTIONS, OWN);
}

/** Documents can be followed; who one is and what a DocType is, is asked. */
function liveFields(view: View): Members<OutputField> {
  return fieldsOf(view, QUESTIONS, []);
}

function fieldsOf(view: View, questions: readonly Question[], own: readonly OutputField[]): Members<OutputField> {
  const made = new Map<string, OutputField | undefined>(own.map((each) => [each.name, each]));
  const make = (name: string): OutputField | undefined => {
    for (const { suffix, make } of questions) {
      if (!name.endsWith(suffix)) continue;
      const plan = view.named(suffix === '' ? name : name.slice(0, -suffix.length));
      const field = plan && make(view, plan);
      if (field) return field;
    }
    return undefined;
  };
  return {
    find: (name) => remembered(made, name, make),
    all: () => [
      ...view.all().flatMap((plan) => [...questions].reverse().flatMap((each) => each.make(view, plan) ?? [])),
      ...own,
    ],
  };
}

/** What is not there is not remembered: there is no end of such names. */
function remembered(
  made: Map<string, OutputField | undefined>,
  name: string,
  make: (name: string) => OutputField | undefined,
): OutputField | undefined {
  const known = made.get(name);
  if (known) return known;
  const field = make(name);
  if (field) made.set(name, field);
  return field;
}

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

function mutationFields(view: View): Members<OutputField> {
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
    all: () =>
      view
        .all()
        .flatMap((plan) => CHANGES.filter(({ has }) => has(plan)).map((change) => changeField(view, plan, change))),
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
