/** Which columns a list has, and what must be asked for to show it. */
import { LAYOUT } from './layout.ts';
import type { DocTypeMeta, FieldMeta } from './types.ts';

const MOST = 7;

/** The title first, then what the DocType wants in lists, then when it was changed. */
export function listColumns(meta: DocTypeMeta): FieldMeta[] {
  const byName = new Map(meta.fields.map((field) => [field.fieldname, field]));
  const first = byName.get(meta.title_field) ?? byName.get('name');
  const wanted = meta.list_fields.flatMap((name) => byName.get(name) ?? []);
  const shown = wanted.filter(
    (field) => field !== first && !LAYOUT.has(field.widget) && !field.widget.startsWith('table'),
  );
  // The state of a document is looked for second, wherever the definition has it.
  const state = shown.find(({ fieldname }) => fieldname === 'status');
  const rest = shown.filter((field) => field !== state);
  const modified = byName.get('modified');
  const columns = [first, state, ...rest].flatMap((field) => field ?? []).slice(0, MOST);
  return modified && !columns.includes(modified) ? [...columns, modified] : columns;
}

/** The fields of one row: its columns, and what they are shown with. */
export function fieldsToAsk(meta: DocTypeMeta, columns: readonly FieldMeta[]): string[] {
  const names = new Set(['name', 'docstatus', ...columns.map(({ fieldname }) => fieldname)]);
  const known = new Set(meta.fields.map(({ fieldname }) => fieldname));
  // An amount is shown with its currency, which another field holds.
  for (const { widget, options } of columns) if (widget === 'currency' && options) names.add(options);
  return [...names].filter((name) => known.has(name));
}

export function orderOf(meta: DocTypeMeta): string {
  return meta.order.map(({ path, direction }) => `${path} ${direction}`).join(',') || 'modified desc';
}
