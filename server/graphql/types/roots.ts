/**
 * The root fields, found by their names: `sales_order_by_pk` is a DocType and what is asked of it. There are
 * thousands of them, so none is made before it is named.
 */
import type { DocTypePlan } from '../../schema/plan.ts';
import type { Meaning, Members, ObjectDef, OutputField, QueryMeaning } from '../definitions.ts';
import type { View } from '../view.ts';
import { connectionArguments, groupArguments, KEY, listArguments, remembered } from './arguments.ts';
import { NO_ARGUMENTS } from './document.ts';
import { isRows } from './fields.ts';
import { mutationFields } from './mutations.ts';

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
  // Found by their longest ending, shown from the plain one on.
  const inOrder = [...questions].reverse();
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
    *all() {
      for (const plan of view.all()) {
        for (const { make: makeOne } of inOrder) {
          const field = makeOne(view, plan);
          if (field) yield field;
        }
      }
      yield* own;
    },
  };
}
