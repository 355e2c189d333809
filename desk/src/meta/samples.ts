/**
 * What a list shows and what a form does, as code for others: REST with curl, GraphQL, TypeScript. Pure. What it makes
 * runs as it stands, save the token, which never stands in it.
 */
import { type FilterTree, toWire } from './filters.ts';
import {
  curlText,
  EnumWord,
  fetchText,
  graphqlValue,
  indented,
  isGraphqlName,
  jsonText,
  keyText,
} from './sample-text.ts';
import { whereOf } from './sample-where.ts';
import { LAYOUT } from './titles.ts';
import { type Doc, type DocTypeMeta, type FieldMeta, isSet } from './types.ts';

export interface Samples {
  rest: string;
  graphql: string;
  typescript: string;
  /** What GraphQL cannot ask: it is left out there. */
  lost: readonly string[];
}

export interface SampleScene {
  meta: DocTypeMeta;
  /** `https://erp.example.com` */
  origin: string;
  /** Definitions of child tables, by DocType. */
  children: ReadonlyMap<string, DocTypeMeta>;
}

export interface ListSampleWish extends SampleScene {
  columns: readonly FieldMeta[];
  filters: FilterTree;
  q: string;
  /** `modified desc,name asc` */
  order: string;
  limit: number;
}

export function listSamples(wish: ListSampleWish): Samples {
  const { meta, columns, q, order, limit } = wish;
  const fieldnames = [...new Set(['name', ...columns.map(({ fieldname }) => fieldname)])];
  const filters = toWire(wish.filters);
  const query: [string, string][] = [['fields', JSON.stringify(fieldnames)]];
  if (filters.length > 0) query.push(['filters', JSON.stringify(filters)]);
  if (q !== '') query.push(['q', q]);
  query.push(['order_by', order], ['limit', String(limit)]);
  const request = { method: 'GET', url: urlOf(wish), query };
  const { where, lost } = whereOf(wish);
  const args = graphqlValue({ where, order_by: orderOf(order), limit }).slice(1, -1);
  const type = typeName(meta.name);
  const row = fieldnames.flatMap((name) => fieldCalled(meta, name));
  return {
    rest: curlText(request),
    graphql: `query {\n  ${graphqlName(meta)}(${args}) {\n    ${fieldnames.filter(isGraphqlName).join('\n    ')}\n  }\n}\n`,
    typescript: [
      interfaceText(type, row),
      `interface Page {\n  items: ${type}[];\n  total?: number;\n  has_more: boolean;\n}\n`,
      fetchText({ name: `list${type}`, comment: `A page of ${meta.name}.`, answers: 'Page', request }),
    ].join('\n'),
    lost,
  };
}

export type FormOperation = 'read' | 'create' | 'update';

export interface FormSampleWish extends SampleScene {
  operation: FormOperation;
  /** As it stands in the form. */
  doc: Doc;
  /** What has not been saved yet; without it an update shows one field as it is. */
  changes: Readonly<Record<string, unknown>>;
}

export function formSamples(wish: FormSampleWish): Samples {
  const { meta, doc, operation } = wish;
  const type = typeName(meta.name);
  const name = graphqlName(meta);
  const key = graphqlValue(meta.issingle ? meta.name : (doc.name ?? ''));
  if (operation === 'read') {
    const request = { method: 'GET', url: urlOf(wish, doc.name) };
    return {
      rest: curlText(request),
      graphql: `query {\n  ${name}_by_pk(name: ${key}) {\n    ${indented(selection(wish, meta), 4)}\n  }\n}\n`,
      typescript: [
        typesText(wish),
        fetchText({ name: `get${type}`, comment: `One ${meta.name}.`, answers: type, request }),
      ].join('\n'),
      lost: [],
    };
  }
  const isNew = operation === 'create';
  const body = isNew ? copyOf(wish) : changeOf(wish);
  const request = isNew
    ? { method: 'POST', url: urlOf(wish), body }
    : { method: 'PATCH', url: urlOf(wish, doc.name), body };
  const call = isNew
    ? `insert_${name}_one(object: ${graphqlValue(body)})`
    : `update_${name}_by_pk(pk_columns: {name: ${key}}, _set: ${graphqlValue(body)})`;
  const verb = isNew ? 'create' : 'update';
  const comment = isNew ? `Makes a new ${meta.name}.` : `Changes this ${meta.name}.`;
  return {
    rest: curlText(request),
    graphql: `mutation {\n  ${call} {\n    name\n    _version\n  }\n}\n`,
    typescript: [
      typesText(wish),
      fetchText({ name: `${verb}${type}`, comment, answers: type, request, takes: `Partial<${type}>` }),
      `export const given: Partial<${type}> = ${jsonText(body)};\n`,
    ].join('\n'),
    lost: [],
  };
}

/** What a new document like this one is made of. */
function copyOf({ meta, doc, children }: FormSampleWish): Record<string, unknown> {
  return Object.fromEntries(
    valueFields(meta)
      .filter((field) => field.may_write && !isSet(field.no_copy) && field.widget !== 'password')
      .flatMap((field): [string, unknown][] => {
        const value = doc[field.fieldname];
        if (value === null || value === undefined || value === '') return [];
        if (!Array.isArray(value)) return [[field.fieldname, value]];
        const child = children.get(field.options ?? '');
        return value.length === 0 ? [] : [[field.fieldname, value.map((row) => rowOf(child, row as Doc))]];
      }),
  );
}

/** A row without the keys that the server gives it. */
function rowOf(child: DocTypeMeta | undefined, row: Doc): Doc {
  const own = new Set(
    (child ? valueFields(child) : []).filter((field) => !isSet(field.no_copy)).map(({ fieldname }) => fieldname),
  );
  const isOwn = (key: string): boolean => (child ? own.has(key) : !STANDARD.has(key) && !key.startsWith('_'));
  return Object.fromEntries(
    Object.entries(row).filter(([key, value]) => isOwn(key) && value !== null && value !== undefined && value !== ''),
  );
}

const STANDARD: ReadonlySet<string> = new Set(
  'id name doctype owner creation modified modified_by docstatus idx parent parenttype parentfield'.split(' '),
);

function changeOf({ meta, doc, changes, children }: FormSampleWish): Record<string, unknown> {
  const changed = Object.entries(changes).map(([key, value]): [string, unknown] => {
    const child = children.get(meta.fields.find(({ fieldname }) => fieldname === key)?.options ?? '');
    if (!Array.isArray(value)) return [key, value];
    return [key, value.map((row: Doc) => ({ ...(row.name ? { name: row.name } : {}), ...rowOf(child, row) }))];
  });
  if (changed.length > 0) return Object.fromEntries(changed);
  const writable = valueFields(meta).filter(
    (field) =>
      field.may_write && !isSet(field.read_only) && !field.widget.startsWith('table') && field.widget !== 'password',
  );
  const [first] = [
    ...writable.filter(({ fieldname }) => fieldname === meta.title_field),
    ...writable.filter(({ fieldname }) => typeof doc[fieldname] === 'string' && doc[fieldname] !== ''),
    ...writable,
  ];
  return first ? { [first.fieldname]: doc[first.fieldname] ?? null } : {};
}

function valueFields(meta: DocTypeMeta): FieldMeta[] {
  return meta.fields.filter((field) => !field.is_standard && !field.is_virtual && !LAYOUT.has(field.widget));
}

function selection({ children }: SampleScene, meta: DocTypeMeta): string {
  const shown = meta.fields.filter(
    ({ fieldname, widget }) => isGraphqlName(fieldname) && !LAYOUT.has(widget) && widget !== 'password',
  );
  const lines = shown.flatMap((field): string[] => {
    if (!field.widget.startsWith('table')) return [field.fieldname];
    const child = children.get(field.options ?? '');
    if (!child) return [];
    const inner = valueFields(child).filter(
      ({ fieldname, widget }) => isGraphqlName(fieldname) && widget !== 'password' && !widget.startsWith('table'),
    );
    return [`${field.fieldname} {\n  name\n  ${inner.map(({ fieldname }) => fieldname).join('\n  ')}\n}`];
  });
  return [...new Set(['name', ...lines, '_version'])].join('\n');
}

function urlOf({ meta, origin }: SampleScene, name?: string): string {
  const path = name === undefined ? [meta.name] : [meta.name, name];
  return `${origin}/api/v1/${path.map(encodeURIComponent).join('/')}`;
}

export function graphqlName(meta: DocTypeMeta): string {
  return meta.graphql_name ?? meta.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
}

function orderOf(order: string): Record<string, unknown>[] {
  return order.split(',').flatMap((term) => {
    const [path = '', direction = 'asc'] = term.trim().split(/\s+/);
    return isGraphqlName(path) ? [{ [path]: new EnumWord(direction === 'desc' ? 'desc' : 'asc') }] : [];
  });
}

function typesText({ meta, children }: SampleScene): string {
  const tables = valueFields(meta).flatMap((field) =>
    field.widget.startsWith('table') ? (children.get(field.options ?? '') ?? []) : [],
  );
  const own = meta.fields.filter(({ fieldname }) => fieldname === 'name' || fieldname === 'docstatus');
  const version = '  _version: number;\n';
  return [
    ...[...new Set(tables)].map((child) =>
      interfaceText(typeName(child.name), [...fieldCalled(child, 'name'), ...valueFields(child)]),
    ),
    interfaceText(typeName(meta.name), [...own, ...valueFields(meta)], children, version),
  ].join('\n');
}

function interfaceText(
  name: string,
  fields: readonly FieldMeta[],
  children?: SampleScene['children'],
  more = '',
): string {
  const lines = fields.map((field) => `  ${keyText(field.fieldname)}: ${typeOf(field, children)};\n`);
  return `interface ${name} {\n${[...new Set(lines)].join('')}${more}}\n`;
}

const TYPES: Readonly<Record<string, string>> = {
  check: 'boolean',
  int: 'number',
  'long-int': 'number | string',
  float: 'number',
  currency: 'number',
  percent: 'number',
  rating: 'number',
  duration: 'number | null',
  json: 'unknown',
  geolocation: 'unknown',
};

function typeOf(field: FieldMeta, children?: SampleScene['children']): string {
  if (field.fieldname === 'name') return 'string';
  if (field.fieldname === 'docstatus') return '0 | 1 | 2';
  if (field.widget.startsWith('table')) {
    const child = children?.get(field.options ?? '');
    return child ? `Partial<${typeName(child.name)}>[]` : 'Record<string, unknown>[]';
  }
  return TYPES[field.widget] ?? 'string | null';
}

function fieldCalled(meta: DocTypeMeta, fieldname: string): FieldMeta[] {
  return meta.fields.filter((field) => field.fieldname === fieldname);
}

/** `Sales Order` as `SalesOrder`. */
export function typeName(doctype: string): string {
  const name = doctype
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return /^[A-Za-z]/.test(name) ? name : `Document${name}`;
}
