/** What a list is narrowed by: conditions and groups of them, as the address, the server and the reader have them. */
import { activityFields } from './activity-fields.ts';
import type { DocTypeMeta, FieldMeta } from './types.ts';

export type Joint = 'and' | 'or';

export interface Condition {
  /** A field, or `items.item_code` for one of a child table. */
  path: string;
  operator: string;
  value: unknown;
}

export interface FilterGroup {
  joint: Joint;
  items: readonly Condition[];
}

export interface FilterTree {
  joint: Joint;
  items: readonly (Condition | FilterGroup)[];
}

export const NO_FILTERS: FilterTree = { joint: 'and', items: [] };

export const TIMESPANS: readonly string[] = [
  ...['today', 'yesterday', 'tomorrow', 'this week', 'this month', 'this quarter', 'this year'],
  ...['last 7 days', 'last 14 days', 'last 30 days', 'last 90 days', 'last week', 'last month', 'last quarter'],
  ...['last 6 months', 'last year', 'next 7 days', 'next 14 days', 'next 30 days', 'next week', 'next month'],
  ...['next quarter', 'next 6 months', 'next year'],
];

export function isGroup(item: Condition | FilterGroup): item is FilterGroup {
  return 'joint' in item;
}

/** As REST takes it: `[[path, operator, value], ["or", …]]`. Conditions that are not finished are left out. */
export function toWire(tree: FilterTree): unknown[] {
  const items = tree.items.flatMap((item): unknown[] => {
    if (!isGroup(item)) return isWhole(item) ? [[item.path, item.operator, item.value]] : [];
    const inner = item.items.filter(isWhole).map(({ path, operator, value }) => [path, operator, value]);
    if (inner.length === 0) return [];
    return inner.length === 1 ? inner : [[item.joint, ...inner]];
  });
  return tree.joint === 'or' && items.length > 1 ? [['or', ...items]] : items;
}

/** The text for the address; undefined for no filters. */
export function toQuery(tree: FilterTree): string | undefined {
  const wire = toWire(tree);
  return wire.length === 0 ? undefined : JSON.stringify(wire);
}

/** What is no filter in the text is passed over: an address may be old or typed by hand. */
export function fromQuery(text: unknown): FilterTree {
  if (typeof text !== 'string' || text === '') return NO_FILTERS;
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return NO_FILTERS;
  }
  return fromWire(given);
}

export function fromWire(given: unknown): FilterTree {
  if (!Array.isArray(given)) return NO_FILTERS;
  const only =
    given.length === 1 && Array.isArray(given[0]) && given[0][0] === 'or' ? (given[0] as unknown[]) : undefined;
  // A single "or" is the whole filter when it holds groups, and a group otherwise as well: both read alike.
  const joint: Joint = only ? 'or' : 'and';
  const items = (only ? only.slice(1) : given).flatMap((item) => readItem(item) ?? []);
  return { joint, items };
}

function readItem(item: unknown): Condition | FilterGroup | undefined {
  if (!Array.isArray(item)) return undefined;
  if ((item[0] === 'and' || item[0] === 'or') && Array.isArray(item[1])) {
    const items = item.slice(1).flatMap((inner) => readCondition(inner) ?? []);
    return items.length === 0 ? undefined : { joint: item[0], items };
  }
  return readCondition(item);
}

function readCondition(item: unknown): Condition | undefined {
  if (!Array.isArray(item) || item.length !== 3) return undefined;
  const [path, operator, value] = item as unknown[];
  return typeof path === 'string' && typeof operator === 'string' ? { path, operator, value } : undefined;
}

/** Whether it says something yet. An empty text is a value only for those who ask for `is not set`. */
export function isWhole({ path, operator, value }: Condition): boolean {
  if (path === '' || operator === '') return false;
  if (Array.isArray(value)) {
    const filled = value.filter((each) => each !== '' && each !== null && each !== undefined);
    return operator === 'between' ? filled.length === 2 : filled.length > 0;
  }
  return value !== '' && value !== null && value !== undefined;
}

export function isEmptyTree(tree: FilterTree): boolean {
  return toWire(tree).length === 0;
}

/** The condition on top that says `path = value`, which a standard filter shows. */
export function plainValue(tree: FilterTree, path: string): Condition | undefined {
  if (tree.joint !== 'and') return undefined;
  return tree.items.find((item): item is Condition => !isGroup(item) && item.path === path);
}

/** Puts a condition on top, in the place of one of the same field; an empty value takes it away. */
export function withCondition(tree: FilterTree, condition: Condition): FilterTree {
  const whole = isWhole(condition);
  if (tree.joint === 'or' && tree.items.length > 0) {
    if (!whole) return tree;
    const conditions = tree.items.flatMap((item) => (isGroup(item) ? item.items : [item]));
    return { joint: 'and', items: [{ joint: 'or', items: conditions }, condition] };
  }
  const isIt = (item: Condition | FilterGroup): boolean => !isGroup(item) && item.path === condition.path;
  const at = tree.items.findIndex(isIt);
  if (!whole) return { joint: 'and', items: tree.items.filter((item) => !isIt(item)) };
  if (at === -1) return { joint: 'and', items: [...tree.items, condition] };
  return { joint: 'and', items: tree.items.map((item, index) => (index === at ? condition : item)) };
}

/** The operator that one means without saying: `like` for text, `=` otherwise. */
export function usualOperator(field: FieldMeta): string {
  const { operators } = field;
  if (
    operators.includes('like') &&
    !operators.includes('descendants of') &&
    !['select', 'phone'].includes(field.widget)
  )
    return 'like';
  return operators.includes('=') ? '=' : (operators[0] ?? '');
}

export type ValueKind = 'field' | 'list' | 'pair' | 'presence' | 'timespan' | 'text';

/** How the value of an operator is entered. */
export function valueKind(operator: string): ValueKind {
  if (operator === 'in' || operator === 'not in') return 'list';
  if (operator === 'between') return 'pair';
  if (operator === 'is') return 'presence';
  if (operator === 'timespan') return 'timespan';
  return operator.endsWith('like') ? 'text' : 'field';
}

export function emptyValue(operator: string): unknown {
  const kind = valueKind(operator);
  if (kind === 'list') return [];
  if (kind === 'pair') return ['', ''];
  if (kind === 'presence') return 'set';
  return kind === 'timespan' ? 'this month' : '';
}

export interface FilterField {
  path: string;
  label: string;
  field: FieldMeta;
}

/** All that a list can be filtered by: its own fields first, what hangs on documents, then the fields of its child tables. */
export function filterFields(meta: DocTypeMeta, children: ReadonlyMap<string, DocTypeMeta> = new Map()): FilterField[] {
  const own = [...meta.fields, ...activityFields(meta)]
    .filter((field) => field.operators.length > 0)
    .map((field) => ({ path: field.fieldname, label: field.label, field }));
  const rows = meta.fields.flatMap((table) => {
    const child = table.widget.startsWith('table') ? children.get(table.options ?? '') : undefined;
    return (child?.fields ?? [])
      .filter((field) => field.operators.length > 0 && !field.is_standard)
      .map((field) => ({
        path: `${table.fieldname}.${field.fieldname}`,
        label: `${table.label} › ${field.label}`,
        field,
      }));
  });
  return [...own, ...rows];
}

export function standardFilters(meta: DocTypeMeta, most = 4): FieldMeta[] {
  const isWanted = (flag: unknown): boolean => flag === 1 || flag === true || flag === '1';
  return meta.fields.filter((field) => isWanted(field.in_standard_filter) && field.operators.length > 0).slice(0, most);
}
