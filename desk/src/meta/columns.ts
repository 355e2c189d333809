/** Which columns a list has, how wide they are, and what must be asked for to show them. */
import { LAYOUT } from './titles.ts';
import type { DocTypeMeta, FieldMeta } from './types.ts';

const MOST = 7;
export const MIN_WIDTH = 72;
export const MAX_WIDTH = 640;

/** What a user has made of a list. Absent: as the DocType has it. */
export interface ColumnSettings {
  /** Field names, the title not among them: it is always first. */
  columns?: readonly string[];
  widths?: Readonly<Record<string, number>>;
}

export function titleColumn(meta: DocTypeMeta): FieldMeta | undefined {
  return (
    meta.fields.find(({ fieldname }) => fieldname === meta.title_field) ??
    meta.fields.find(({ fieldname }) => fieldname === 'name')
  );
}

/** All that may stand in a list, the title not among them. */
export function possibleColumns(meta: DocTypeMeta): FieldMeta[] {
  const first = titleColumn(meta);
  return meta.fields.filter((field) => field !== first && isListable(field));
}

/** The title first, then what the user or else the DocType wants in lists, then when it was changed. */
export function listColumns(meta: DocTypeMeta, settings: ColumnSettings = {}): FieldMeta[] {
  const byName = new Map(meta.fields.map((field) => [field.fieldname, field]));
  const first = titleColumn(meta);
  if (settings.columns) {
    const chosen = settings.columns
      .flatMap((name) => byName.get(name) ?? [])
      .filter((field) => field !== first && isListable(field));
    return first ? [first, ...chosen] : chosen;
  }
  const wanted = meta.list_fields.flatMap((name) => byName.get(name) ?? []);
  const shown = wanted.filter((field) => field !== first && isListable(field));
  // The state of a document is looked for second, wherever the definition has it.
  const own = shown.find(({ fieldname }) => fieldname === 'status');
  const state = own ?? (meta.is_submittable ? byName.get('docstatus') : undefined);
  const rest = shown.filter((field) => field !== state);
  const modified = byName.get('modified');
  const columns = [first, state, ...rest].flatMap((field) => field ?? []).slice(0, MOST);
  return modified && !columns.includes(modified) ? [...columns, modified] : columns;
}

function isListable({ widget, operators }: FieldMeta): boolean {
  return !LAYOUT.has(widget) && !widget.startsWith('table') && widget !== 'password' && operators.length > 0;
}

/** Columns where there is room for three: the title, the state, and one more. */
export function phoneColumns(columns: readonly FieldMeta[]): FieldMeta[] {
  const [first, ...rest] = columns;
  const state = rest.find(({ fieldname, widget }) => fieldname === 'status' || widget === 'select');
  const more = rest.find((field) => field !== state);
  return [first, state, more].flatMap((field) => field ?? []);
}

const WIDTHS: Readonly<Record<string, number>> = {
  check: 88,
  int: 104,
  'long-int': 120,
  float: 120,
  percent: 104,
  currency: 144,
  date: 112,
  datetime: 136,
  time: 96,
  select: 124,
  rating: 112,
  duration: 112,
  color: 112,
};

export function widthOf(field: FieldMeta, isFirst: boolean, settings: ColumnSettings = {}): number {
  return settings.widths?.[field.fieldname] ?? (isFirst ? 232 : (WIDTHS[field.widget] ?? 148));
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(Math.max(width, MIN_WIDTH), MAX_WIDTH));
}

/** Takes one column to another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [item] = next.splice(from, 1);
  if (item === undefined || to < 0 || to >= list.length) return [...list];
  next.splice(to, 0, item);
  return next;
}

/** The fields of one row: its columns, and what they are shown with. */
export function fieldsToAsk(meta: DocTypeMeta, columns: readonly FieldMeta[]): string[] {
  const names = new Set(['name', 'docstatus', '_version', 'modified', ...columns.map(({ fieldname }) => fieldname)]);
  const known = new Set(['_version', ...meta.fields.map(({ fieldname }) => fieldname)]);
  // An amount is shown with its currency, a dynamic link with its DocType: another field holds it.
  for (const { widget, options } of columns)
    if ((widget === 'currency' || widget === 'dynamic-link') && options) names.add(options);
  return [...names].filter((name) => known.has(name));
}

export function orderOf(meta: DocTypeMeta): string {
  return meta.order.map(({ path, direction }) => `${path} ${direction}`).join(',') || 'modified desc';
}
