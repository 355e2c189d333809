/** Writes over GraphQL, as REST's wishes: the answer with the status that REST would have. */
import type { Client, Reply } from '../support/app.ts';
import { listMode, mayWithType, readableFields, readableRowFields, seesType } from './oracle.ts';
import { graphqlName } from './oracle-graphql.ts';
import type { Wish } from './oracle-writes.ts';
import type { Row, Type, Value, World } from './world.ts';

const ACTIONS: ReadonlySet<Wish['action']> = new Set([
  'create',
  'update',
  'delete',
  'submit',
  'cancel',
  'amend',
  'rename',
  'merge',
]);

export function hasMutation({ action }: Wish): boolean {
  return ACTIONS.has(action);
}

/** Whether one of many is written, by a filter, or by its key. */
export interface Manner {
  isMany: boolean;
}

/** The status of its first error, or 200; what is selected of the document as body. */
export async function sendOverGraphql(
  world: World,
  user: string,
  wish: Wish,
  type: Type,
  client: Client,
  { isMany }: Manner,
): Promise<Reply> {
  const fields = shownFields(world, user, type);
  const { query, variables } = mutationOf(wish, ['name', ...fields].join(' '), isMany);
  const reply = await client.json('POST', '/graphql', { query, variables });
  const { data, errors } = reply.body as { data?: { it: Row | null }; errors?: { extensions: { status: number } }[] };
  if (errors) return { ...reply, status: errors[0]?.extensions.status ?? 0 };
  const it = data?.it ?? null;
  if (!isMany || it === null || !ARE_MANY.has(wish.action)) return { ...reply, body: it ?? {} };
  const [first] = (it.returning ?? []) as Row[];
  // By a filter what is not there is no mistake.
  return { ...reply, status: it.affected_rows === 0 ? 404 : 200, body: first ?? {} };
}

const ARE_MANY: ReadonlySet<Wish['action']> = new Set(['create', 'update', 'delete']);

/** Of the document that comes back. */
function shownFields(world: World, user: string, type: Type): string[] {
  const mode = listMode(world, user, type);
  if (!mode) return [];
  return readableFields(world, user, type, mode)
    .filter((field) => field.kind !== 'rows')
    .map((field) => field.name);
}

function mutationOf(wish: Wish, selection: string, isMany: boolean): { query: string; variables: object } {
  const type = graphqlName(wish.type);
  const many = `{ affected_rows returning { ${selection} } }`;
  const { name } = wish;
  switch (wish.action) {
    case 'create': {
      const object = { ...wish.given, name };
      return isMany
        ? {
            query: `mutation($o: [${type}_insert_input!]!) { it: insert_${type}(objects: $o) ${many} }`,
            variables: { o: [object] },
          }
        : {
            query: `mutation($o: ${type}_insert_input!) { it: insert_${type}_one(object: $o) { ${selection} } }`,
            variables: { o: object },
          };
    }
    case 'update':
      return isMany
        ? {
            query: `mutation($n: String, $s: ${type}_set_input) { it: update_${type}(where: {name: {_eq: $n}}, _set: $s) ${many} }`,
            variables: { n: name, s: wish.given },
          }
        : {
            query: `mutation($n: String, $s: ${type}_set_input) { it: update_${type}_by_pk(pk_columns: {name: $n}, _set: $s) { ${selection} } }`,
            variables: { n: name, s: wish.given },
          };
    case 'delete':
      return isMany
        ? {
            query: `mutation($n: String) { it: delete_${type}(where: {name: {_eq: $n}}) ${many} }`,
            variables: { n: name },
          }
        : {
            query: `mutation($n: String) { it: delete_${type}_by_pk(name: $n) { ${selection} } }`,
            variables: { n: name },
          };
    case 'rename':
    case 'merge':
      return {
        query: `mutation($n: String!, $t: String!, $m: Boolean) { it: rename_${type}(name: $n, new_name: $t, merge: $m) { ${selection} } }`,
        variables: { n: name, t: wish.to, m: wish.action === 'merge' },
      };
    default:
      return {
        query: `mutation($n: String!) { it: ${wish.action}_${type}(name: $n) { ${selection} } }`,
        variables: { n: name },
      };
  }
}

const OF_STATES: ReadonlySet<Wish['action']> = new Set(['submit', 'cancel', 'amend']);

/** Whether the schema that the user sees has no word for it: then it is refused like what is not there. */
export function isUnspeakable(world: World, user: string, type: Type, wish: Wish): boolean {
  if (!seesType(world, user, type)) return true;
  if (OF_STATES.has(wish.action) && !type.isSubmittable) return true;
  if (wish.action !== 'create' && wish.action !== 'update') return false;
  return Object.entries(wish.given).some(([name, value]) => isUnknown(world, user, type, name, value));
}

function isUnknown(world: World, user: string, type: Type, name: string, value: Value): boolean {
  // Who may only choose is told of what a picker shows.
  const mode = mayWithType(world, user, type, 'read') ? 'read' : (listMode(world, user, type) ?? 'read');
  const field = readableFields(world, user, type, mode).find((each) => each.name === name);
  if (!field) return true;
  if (!Array.isArray(value)) return false;
  const known = new Set(['name', ...readableRowFields(world, user, type, field).map((each) => each.name)]);
  return value.some((row) => Object.keys(row).some((key) => !known.has(key)));
}
