/**
 * A ListRequest against a plan: which columns under which keys, grouped and ordered by what. All
 * names resolved and readable; no SQL yet. Made by planList only, which demands a Reader.
 */

import { MAX_IDENTIFIER } from '../kernel/names.ts';
import type { DocTypePlan, FieldPlan, OrderTerm } from '../schema/plan.ts';
import { type AggregateItem, aggregateItem } from './aggregates.ts';
import { type ExpandTree, expandTree } from './expansion.ts';
import { type FieldWish, type ListRequest, refusal } from './request.ts';
import {
  type Hop,
  isStored,
  type Reader,
  type Resolved,
  readableColumns,
  readableField,
  resolvePath,
  resolveTable,
  unknownField,
} from './resolve.ts';

export type SelectItem =
  | { kind: 'column'; key: string; at: Resolved }
  | AggregateItem
  /** A child table, nested. */
  | { kind: 'rows'; key: string; hop: Hop; fields: readonly FieldPlan[]; expand: ExpandTree }
  /** A Link whose target stands in its place. */
  | { kind: 'object'; key: string; field: FieldPlan; expand: ExpandTree };

export interface OrderItem {
  of: { kind: 'column'; at: Resolved } | AggregateItem;
  direction: 'asc' | 'desc';
}

export interface ListPlan {
  plan: DocTypePlan;
  select: readonly SelectItem[];
  /** Groups instead of documents. */
  isGrouped: boolean;
  group: readonly Resolved[];
  /** Ends in something unique, so that pages never overlap. */
  order: readonly OrderItem[];
  /** The child table that gives one row of the list per row of its own, as Frappe's join does. */
  joined?: Hop;
}

/** Throws bad_request, with the place in the request, for whatever does not exist or does not fit. */
export function planList(reader: Reader, plan: DocTypePlan, request: ListRequest): ListPlan {
  const group = request.groupBy.map((path) => groupColumn({ reader, plan, path }));
  const wishes = request.fields ?? defaultFields({ reader, plan, request });
  const isGrouped = group.length > 0 || wishes.some((wish) => wish.kind === 'aggregate');
  const expand = expandTree({ reader, plan, paths: request.expand });
  const select = selectItems({ reader, plan, wishes, expand });
  if (isGrouped) checkGrouped({ select, group, request });
  const joined = joinedTable(select, group);
  const order = orderItems({ reader, plan, request, select, group, isGrouped, joined });
  if (request.cursor !== undefined && (isGrouped || joined)) {
    throw refusal('cursor', 'a cursor pages documents, neither groups nor child rows; use offset');
  }
  return { plan, select, isGrouped, group, order, joined };
}

function groupColumn(q: { reader: Reader; plan: DocTypePlan; path: string }): Resolved {
  const where = 'group_by';
  const at = resolvePath({ ...q, where });
  if (isComparable(at.field)) return at;
  throw refusal(where, `nothing can be grouped by ${at.field.fieldname} (${at.field.type.name})`);
}

/** Secrets would tell by their order what they are; JSON has none. */
export function isComparable(field: FieldPlan): boolean {
  return !field.type.secret && field.sql?.type !== 'jsonb';
}

function defaultFields(q: { reader: Reader; plan: DocTypePlan; request: ListRequest }): FieldWish[] {
  if (q.request.groupBy.length > 0) return q.request.groupBy.map((path) => ({ kind: 'path', path }));
  const names = new Set(['name', ...q.plan.listFields]);
  return [...names].filter((name) => isStoredAndReadable(q, name)).map((path): FieldWish => ({ kind: 'path', path }));
}

function isStoredAndReadable(q: { reader: Reader; plan: DocTypePlan }, name: string): boolean {
  const field = readableField({ ...q, name });
  return field !== undefined && isStored(q.plan, field);
}

interface SelectWish {
  reader: Reader;
  plan: DocTypePlan;
  wishes: readonly FieldWish[];
  expand: ExpandTree;
}

function selectItems(q: SelectWish): SelectItem[] {
  const items = new Map<string, { item: SelectItem; identity: string }>();
  const add = (item: SelectItem, where: string): void => {
    const identity = identityOf(item);
    const known = items.get(item.key);
    if (known && known.identity !== identity)
      throw refusal(where, `two fields would be called "${item.key}"; rename one with "as"`);
    if (Buffer.byteLength(item.key) > MAX_IDENTIFIER) {
      throw refusal(where, `"${item.key}" is longer than ${MAX_IDENTIFIER} bytes; give it a shorter name with "as"`);
    }
    items.set(item.key, { item, identity });
  };
  for (const wish of q.wishes) for (const item of itemsOf(q, wish)) add(item, 'fields');
  // What is expanded is wanted, whether or not it was named.
  for (const [name, inner] of q.expand) if (!items.has(name)) add(plainItem(q, name, inner), 'expand');
  return [...items.values()].map(({ item }) => item);
}

function itemsOf(q: SelectWish, wish: FieldWish): SelectItem[] {
  const { reader, plan } = q;
  const where = 'fields';
  switch (wish.kind) {
    case 'all':
      return readableColumns(reader, plan).map((field) => plainItem(q, field.fieldname, q.expand.get(field.fieldname)));
    case 'aggregate':
      return [aggregateItem({ reader, plan, wish, where })];
    case 'rows': {
      const hop = resolveTable({ reader, plan, name: wish.path, where });
      const fields = wish.fields.map((path) => resolvePath({ reader, plan: hop.target, within: plan, path, where }));
      const far = fields.findIndex((at) => at.hops.length > 0);
      if (far >= 0) throw refusal(where, `${wish.path} takes fields of its own, but got ${wish.fields[far]}`);
      return [
        {
          kind: 'rows',
          key: wish.path,
          hop,
          fields: fields.map((at) => at.field),
          expand: q.expand.get(wish.path) ?? new Map(),
        },
      ];
    }
    case 'path': {
      const isPlain = wish.as === undefined && !wish.path.includes('.');
      if (isPlain) return [plainItem(q, wish.path, q.expand.get(wish.path))];
      const at = resolvePath({ reader, plan, path: wish.path, where });
      return [{ kind: 'column', key: wish.as ?? keyOf(wish.path, at), at }];
    }
  }
}

/** A field of the DocType itself: its column, its rows when it is a child table, its target when expanded. */
function plainItem(q: Omit<SelectWish, 'wishes'>, name: string, inner: ExpandTree | undefined): SelectItem {
  const { reader, plan } = q;
  const field = readableField({ reader, plan, name });
  if (!field) throw unknownField({ reader, plan, name, where: 'fields' });
  if (field.childDocType !== undefined) {
    const hop = resolveTable({ reader, plan, name, where: 'fields' });
    return {
      kind: 'rows',
      key: name,
      hop,
      fields: readableColumns(reader, hop.target, plan),
      expand: inner ?? new Map(),
    };
  }
  if (inner) return { kind: 'object', key: name, field, expand: inner };
  return { kind: 'column', key: name, at: resolvePath({ reader, plan, path: name, where: 'fields' }) };
}

/** `` `tabSales Order`.customer `` is customer; other paths are their own key. */
function keyOf(path: string, at: Resolved): string {
  return path.startsWith('`') ? [...at.hops.map((hop) => hop.field.fieldname), at.field.fieldname].join('.') : path;
}

function checkGrouped(q: { select: readonly SelectItem[]; group: readonly Resolved[]; request: ListRequest }): void {
  if (q.request.expand.length > 0) throw refusal('expand', 'groups have no documents to expand');
  const groups = new Set(q.group.map(pathOf));
  for (const item of q.select) {
    if (item.kind === 'aggregate') continue;
    if (item.kind === 'column' && groups.has(pathOf(item.at))) continue;
    throw refusal(
      'fields',
      `"${item.key}" is neither an aggregate nor in group_by; add it to group_by, or aggregate it`,
    );
  }
}

interface OrderWish {
  reader: Reader;
  plan: DocTypePlan;
  request: ListRequest;
  select: readonly SelectItem[];
  group: readonly Resolved[];
  isGrouped: boolean;
  joined?: Hop;
}

function orderItems(q: OrderWish): OrderItem[] {
  const items = q.request.order ? q.request.order.map((term) => orderItem(q, term)) : defaultOrder(q);
  if (q.isGrouped) return completeGroups(q, items);
  const isUnique = items.some(
    (item) => item.of.kind === 'column' && item.of.at.hops.length === 0 && UNIQUE.has(item.of.at.field.fieldname),
  );
  const direction = items.at(-1)?.direction ?? 'asc';
  // Documents of a virtual DocType need no id.
  const unique = q.plan.storage === 'virtual' ? 'name' : 'id';
  if (!isUnique || q.joined) items.push({ of: standard(q.plan, unique), direction });
  if (q.joined)
    for (const name of ['idx', 'id']) items.push({ of: standard(q.joined.target, name, q.joined), direction: 'asc' });
  return items;
}

const UNIQUE: ReadonlySet<string> = new Set(['id', 'name']);

function orderItem(q: OrderWish, term: OrderTerm): OrderItem {
  const { direction } = term;
  const selected = q.select.find((item) => item.key === term.path);
  const where = 'order_by';
  if (selected?.kind === 'aggregate') return { of: selected, direction };
  if (selected?.kind === 'column' && isComparable(selected.at.field)) return { of: selected, direction };
  const at = resolvePath({ reader: q.reader, plan: q.plan, path: term.path, where });
  if (!isComparable(at.field))
    throw refusal(where, `nothing can be ordered by ${at.field.fieldname} (${at.field.type.name})`);
  if (q.isGrouped && !q.group.some((each) => pathOf(each) === pathOf(at))) {
    throw refusal(where, `"${term.path}" is neither in group_by nor the alias of an aggregate`);
  }
  const child = at.hops[0]?.kind === 'child' ? at.hops[0].field.fieldname : undefined;
  if (child !== undefined && child !== q.joined?.field.fieldname) {
    throw refusal(
      where,
      `to order by ${term.path}, name a field of ${child} in fields: then there is one row for each of its rows`,
    );
  }
  return { of: { kind: 'column', at }, direction };
}

/** The DocType's own order, without what this caller may not read; groups in their own order. */
function defaultOrder(q: OrderWish): OrderItem[] {
  if (q.isGrouped) return [];
  const items: OrderItem[] = [];
  for (const term of q.plan.order) {
    const field = readableField({ reader: q.reader, plan: q.plan, name: term.path });
    if (!field || !isStored(q.plan, field) || !isComparable(field)) continue;
    items.push({ of: { kind: 'column', at: { hops: [], plan: q.plan, field } }, direction: term.direction });
  }
  return items;
}

/** Groups are told apart by their columns: those not yet ordered by come last, ascending. */
function completeGroups(q: OrderWish, items: OrderItem[]): OrderItem[] {
  const ordered = new Set(items.map((item) => (item.of.kind === 'column' ? pathOf(item.of.at) : '')));
  for (const at of q.group) if (!ordered.has(pathOf(at))) items.push({ of: { kind: 'column', at }, direction: 'asc' });
  return items;
}

function standard(plan: DocTypePlan, name: string, hop?: Hop): OrderItem['of'] {
  const field = plan.byName.get(name);
  if (!field) throw new Error(`${plan.name} has no standard field ${name}`);
  return { kind: 'column', at: { hops: hop ? [hop] : [], plan, field } };
}

function joinedTable(select: readonly SelectItem[], group: readonly Resolved[]): Hop | undefined {
  const used = [...group, ...select.flatMap((item) => ('at' in item && item.at ? [item.at] : []))];
  const tables = new Map<string, Hop>();
  for (const { hops } of used) if (hops[0]?.kind === 'child') tables.set(hops[0].field.fieldname, hops[0]);
  if (tables.size > 1) {
    throw refusal(
      'fields',
      `the rows of ${[...tables.keys()].join(' and ')} would be multiplied; ask for one child table at a time`,
    );
  }
  return [...tables.values()][0];
}

export function pathOf(at: Resolved): string {
  return [...at.hops.map((hop) => hop.field.fieldname), at.field.fieldname].join('.');
}

function identityOf(item: SelectItem): string {
  switch (item.kind) {
    case 'column':
      return `column ${pathOf(item.at)}`;
    case 'aggregate':
      return `${item.fn} ${item.distinct} ${item.at ? pathOf(item.at) : '*'}`;
    case 'rows':
      return `rows ${item.fields.map((field) => field.fieldname).join()}`;
    case 'object':
      return `object ${item.field.fieldname}`;
  }
}
