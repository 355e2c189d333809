/**
 * A ListRequest over documents in memory, for DocTypes without a table: the same plan, the same
 * meaning of filters, order, groups and pages as in SQL. Follows no Links: their targets are elsewhere.
 */
import type { AccessTo } from '../access/decide.ts';
import type { Document, Value } from '../kernel/document.ts';
import { newDocument, rowsOf } from '../kernel/document.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { type Cursor, cursorTag, decodeCursor, encodeCursor, foreignCursor } from './cursor.ts';
import { aggregate } from './in-memory-aggregates.ts';
import {
  checkFilter,
  comparable,
  compareValues,
  type MemoryRow,
  matches,
  type Ordered,
  orderText,
  valueAt,
} from './in-memory-filter.ts';
import { type ListPlan, type OrderItem, planList, type SelectItem } from './list-plan.ts';
import { columnOf } from './predicate-sql.ts';
import { type ListRequest, refusal } from './request.ts';
import { type Reader, trusting } from './resolve.ts';
import { searchedColumns } from './search-sql.ts';
import { parameterOf } from './values.ts';

export interface MemoryWish {
  plan: DocTypePlan;
  snapshot: Snapshot;
  /** Of this DocType and its child tables, as for any other list. */
  access: AccessTo;
  request: ListRequest;
  documents: readonly Document[];
  now: number;
}

/** What the native list answers, as an object. */
export interface MemoryPage {
  items: Document[];
  total?: number;
  limit: number;
  offset: number;
  has_more: boolean;
  next_cursor?: string | null;
}

/** Throws bad_request for whatever is wrong with the request. */
export function evaluateList(q: MemoryWish): MemoryPage {
  const { plan } = q;
  const reader: Reader = { snapshot: q.snapshot, access: q.access };
  const request = withListFields(q);
  const list = planList(reader, plan, request);
  refuseLinks(list);
  const rows = visibleRows(q, reader, list);
  const items = list.isGrouped ? groups(list, rows) : rows.map((row) => itemOf(list, row));
  const sorted = sortItems(list, items);
  const after = request.cursor ? afterCursor({ list, items: sorted, cursor: decodeCursor(request.cursor) }) : sorted;
  const start = request.cursor === undefined ? request.offset : 0;
  const page = after.slice(start, start + request.limit);
  const hasMore = after.length > start + request.limit;
  const answer: MemoryPage = {
    items: page.map((item) => item.document),
    limit: request.limit,
    offset: request.offset,
    has_more: hasMore,
  };
  if (request.count !== 'none') answer.total = items.length;
  if (request.cursor !== undefined) answer.next_cursor = hasMore ? cursorAfter(list, page.at(-1) as Item) : null;
  return answer;
}

interface Item {
  document: Document;
  order: readonly Ordered[];
}

/** A plan without columns has no list fields: those that the definition marks are meant. */
function withListFields(q: MemoryWish): ListRequest {
  if (q.request.fields || q.request.groupBy.length > 0 || q.plan.listFields.length > 0) return q.request;
  const access = q.access(q.plan);
  const marked = q.plan.fields.filter(
    (field) => field.sql && field.field.in_list_view && access.canRead(field.fieldname),
  );
  return {
    ...q.request,
    fields: ['name', ...marked.map((field) => field.fieldname)].map((path) => ({ kind: 'path', path })),
  };
}

function refuseLinks(list: ListPlan): void {
  const paths = [...list.group, ...list.select.flatMap((item) => ('at' in item && item.at ? [item.at] : []))];
  const isFar = paths.some((at) => at.hops.some((hop) => hop.kind === 'link'));
  if (isFar || list.select.some((item) => item.kind === 'object')) {
    throw refusal('fields', `${list.plan.name} has no table, so its Links cannot be followed in a list`);
  }
}

/** Documents (or, with a joined child table, documents with each of their rows) that the caller sees and asks for. */
function visibleRows(q: MemoryWish, reader: Reader, list: ListPlan): MemoryRow[] {
  const { plan, now } = q;
  const rule = q.access(plan);
  checkFilter({ reader, plan, now, where: 'filters' }, q.request.filter);
  if (!rule.allowed) return [];
  const joined = list.joined?.field.fieldname;
  const searched = q.request.search.length > 0 ? searchedColumns(reader, plan) : [];
  const rows: MemoryRow[] = [];
  for (const document of q.documents) {
    if (!matches({ reader: trusting(reader), plan, now, where: 'the permission rule' }, rule.rows, { document }))
      continue;
    if (!matchesSearch(document, searched, q.request.search)) continue;
    for (const row of expandRows(document, joined)) {
      if (matches({ reader, plan, now, where: 'filters' }, q.request.filter, row)) rows.push(row);
    }
  }
  return rows;
}

function expandRows(document: Document, joined: string | undefined): MemoryRow[] {
  if (joined === undefined) return [{ document }];
  const rows = rowsOf(document, joined);
  return (rows.length === 0 ? [newDocument()] : rows).map((row) => ({ document, joined: { table: joined, row } }));
}

function matchesSearch(document: Document, columns: readonly FieldPlan[], terms: readonly string[]): boolean {
  return terms.every((term) =>
    columns.some((field) =>
      String(document[field.fieldname] ?? '')
        .toLowerCase()
        .includes(term.toLowerCase()),
    ),
  );
}

function itemOf(list: ListPlan, row: MemoryRow): Item {
  const document = newDocument(list.select.map((item) => [item.key, shownValue(item, row)]));
  const order = list.order.map((item) =>
    item.of.kind === 'column' ? comparable(item.of.at.field, valueAt(row, item.of.at)) : null,
  );
  return { document, order };
}

function shownValue(item: SelectItem, row: MemoryRow): Value {
  if (item.kind === 'column') return masked(item.at.field, valueAt(row, item.at));
  if (item.kind !== 'rows') return null;
  return rowsOf(row.document, item.key).map((child) =>
    newDocument(item.fields.map((field) => [field.fieldname, masked(field, child[field.fieldname] ?? null)])),
  );
}

function masked(field: FieldPlan, value: Value): Value {
  if (!field.type.secret) return value;
  return value === null || value === '' ? null : '********';
}

/** Rows by the values of the group columns; one group of everything when there are none. */
function groups(list: ListPlan, rows: readonly MemoryRow[]): Item[] {
  const found = new Map<string, MemoryRow[]>();
  if (list.group.length === 0) found.set('', []);
  for (const row of rows) {
    const key = list.group.map((at) => orderText(comparable(at.field, valueAt(row, at)))).join('\0');
    const members = found.get(key);
    if (members) members.push(row);
    else found.set(key, [row]);
  }
  return [...found.values()].map((members) => {
    const groupValue = (item: SelectItem | OrderItem['of']): Value => {
      if (item.kind === 'aggregate') return aggregate(item, members);
      return item.kind === 'column' && members[0] ? masked(item.at.field, valueAt(members[0], item.at)) : null;
    };
    const document = newDocument(list.select.map((item) => [item.key, groupValue(item)]));
    return { document, order: list.order.map(({ of }) => orderedGroupValue(of, groupValue(of))) };
  });
}

function orderedGroupValue(of: OrderItem['of'], value: Value): Ordered {
  const field = of.at?.field;
  const isOfField = of.kind === 'column' || of.fn === 'min' || of.fn === 'max';
  return field && isOfField ? comparable(field, value) : value === null ? null : Number(value);
}

/** NULLs last going up, first going down. */
function sortItems(list: ListPlan, items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => compareOrders(list, a.order, b.order));
}

function compareOrders(list: ListPlan, a: readonly Ordered[], b: readonly Ordered[]): number {
  for (const [index, item] of list.order.entries()) {
    const order = compareValues(a[index] ?? null, b[index] ?? null);
    if (order !== 0) return item.direction === 'asc' ? order : -order;
  }
  return 0;
}

function afterCursor(q: { list: ListPlan; items: readonly Item[]; cursor: Cursor }): Item[] {
  const { list, cursor } = q;
  if (cursor.tag !== cursorTag(list.plan.name, list.order) || cursor.values.length !== list.order.length)
    throw foreignCursor();
  const from = list.order.map((item, index) => {
    const value = cursor.values[index] ?? null;
    if (value === null || item.of.kind !== 'column') return null;
    const { field } = item.of.at;
    return comparable(field, parameterOf({ column: columnOf(field), value, where: 'cursor' }));
  });
  return q.items.filter((item) => compareOrders(list, item.order, from) > 0);
}

function cursorAfter(list: ListPlan, item: Item): string {
  const values = item.order.map((value) => (value === null ? null : orderText(value)));
  return encodeCursor({ tag: cursorTag(list.plan.name, list.order), values });
}
