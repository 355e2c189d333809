/** A selection as the text of a GraphQL operation. Values are variables, always: only names stand in the text. */

/** By a DocType's name in GraphQL, where its Links and tables lead. */
export interface Links {
  readonly [name: string]: { readonly [field: string]: string };
}

export interface Operation {
  query: string;
  variables: { [name: string]: unknown };
}

export type OperationKind = 'query' | 'mutation' | 'subscription';

/** What is being chosen of: a DocType, or something that is made of one, such as its aggregates. */
interface Place {
  name: string;
  isDocument: boolean;
}

interface Writing {
  links: Links;
  variables: { name: string; type: string; value: unknown }[];
}

/** Throws TypeError for a name that GraphQL has none of, and for a selection of nothing. */
export function operationOf(kind: OperationKind, selection: object, links: Links): Operation {
  const writing: Writing = { links, variables: [] };
  const body = blockText(writing, { selection, depth: 1, placeOf: (key) => rootPlace(kind, key, links) });
  const declared = writing.variables.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  return {
    query: `${kind}${declared === '' ? '' : ` (${declared})`}${body}\n`,
    variables: Object.fromEntries(writing.variables.map(({ name, value }) => [name, value])),
  };
}

interface Block {
  selection: unknown;
  depth: number;
  placeOf(key: string): Place;
}

function blockText(writing: Writing, { selection, depth, placeOf }: Block): string {
  const chosen = Object.entries(selection ?? {}).filter(([, spec]) => spec !== undefined && spec !== false);
  if (chosen.length === 0) throw new TypeError('A GraphQL selection is empty: choose at least one field.');
  const indent = '  '.repeat(depth);
  const lines = chosen.map(([key, spec]) => {
    const name = checkedName(key);
    if (spec === true) return `${indent}${name}\n`;
    const { args, select } = spec as { args?: object; select?: unknown };
    const place = placeOf(key);
    const given = argumentsText(writing, place.name, args);
    if (select === undefined) return `${indent}${name}${given}\n`;
    const inner = blockText(writing, {
      selection: select,
      depth: depth + 1,
      placeOf: (field) => innerPlace(place, field, writing.links),
    });
    return `${indent}${name}${given}${inner}\n`;
  });
  return ` {\n${lines.join('')}${'  '.repeat(depth - 1)}}`;
}

const VERB = /^(insert|update|delete|submit|cancel|amend|rename|call)_/;
const SUFFIX = /_(by_pk|one|aggregate|groups|connection)$/;

/** `update_sales_order_by_pk` is of `sales_order`, and a document of it. */
function rootPlace(kind: OperationKind, key: string, links: Links): Place {
  const verb = kind === 'mutation' ? (VERB.exec(key)?.[1] ?? '') : '';
  const bare = verb === '' ? key : key.slice(verb.length + 1);
  if (Object.hasOwn(links, bare)) return { name: bare, isDocument: !/^(insert|update|delete)$/.test(verb) };
  const suffix = SUFFIX.exec(bare)?.[1] ?? '';
  return { name: bare.replace(SUFFIX, ''), isDocument: suffix === 'by_pk' || suffix === 'one' };
}

/** Where pages, groups and answers of writes have documents again. */
const DOCUMENTS: ReadonlySet<string> = new Set(['node', 'nodes', 'returning']);

function innerPlace(place: Place, field: string, links: Links): Place {
  if (!place.isDocument) return { name: place.name, isDocument: DOCUMENTS.has(field) };
  return { name: links[place.name]?.[field] ?? pointingName(field, links) ?? place.name, isDocument: true };
}

/** `sales_order_by_customer` are documents of `sales_order`; `sales_order__by_customer` where that is taken. */
function pointingName(field: string, links: Links): string | undefined {
  for (let at = field.indexOf('_by_'); at > 0; at = field.indexOf('_by_', at + 1)) {
    const base = field.slice(0, at);
    const found = [base, base.replace(/_$/, '')].find((name) => Object.hasOwn(links, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The types of arguments by name; `*` is the DocType. */
const ARGUMENTS: { readonly [name: string]: string } = {
  where: '*_bool_exp',
  order_by: '[*_order_by!]',
  order_by_aggregate: '[*_aggregate_order_by!]',
  distinct_on: '[*_select_column!]',
  by: '[*_select_column!]',
  columns: '[*_select_column!]',
  distinct: 'Boolean',
  limit: 'Int',
  offset: 'Int',
  first: 'Int',
  last: 'Int',
  after: 'String',
  before: 'String',
  id: 'uuid',
  name: 'String',
  new_name: 'String',
  merge: 'Boolean',
  method: 'String',
  args: 'json',
  text: 'String',
  doctypes: '[String!]',
  object: '*_insert_input',
  objects: '[*_insert_input!]',
  pk_columns: '*_pk_columns_input',
  _set: '*_set_input',
  _inc: '*_inc_input',
  _version: 'Int',
};

function argumentsText(writing: Writing, doctype: string, args: object = {}): string {
  const texts: string[] = [];
  for (const [key, value] of Object.entries(args)) {
    if (value === undefined) continue;
    const type = Object.hasOwn(ARGUMENTS, key) ? ARGUMENTS[key] : undefined;
    if (type === undefined) throw new TypeError(`GraphQL has no argument ${JSON.stringify(key)} here.`);
    const name = `v${writing.variables.length + 1}`;
    // A variable that cannot be null fits an argument that can, and not the other way.
    writing.variables.push({ name, type: `${type.replace('*', doctype)}${value === null ? '' : '!'}`, value });
    texts.push(`${key}: $${name}`);
  }
  return texts.length === 0 ? '' : `(${texts.join(', ')})`;
}

function checkedName(name: string): string {
  if (/^[_A-Za-z][_0-9A-Za-z]*$/.test(name)) return name;
  throw new TypeError(`${JSON.stringify(name)} is no name of GraphQL.`);
}
