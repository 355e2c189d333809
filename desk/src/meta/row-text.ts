/** A row of a table in a few words: its first values, as a person would call it. Pure. */
import { type DocTypeMeta, isSet } from './types.ts';
import { formatValue } from './values.ts';

const MOST = 4;

/** `child` undefined: not known (yet), so values stand as they are. */
export function rowText(
  row: Readonly<Record<string, unknown>>,
  child: DocTypeMeta | undefined,
  locale?: string,
): string {
  const fields = child?.fields.filter(
    ({ fieldname, hidden, is_standard }) => fieldname in row && !isSet(hidden) && !is_standard,
  );
  const values = fields
    ? fields.map((field) => formatValue(row[field.fieldname], field, { locale, doc: { ...row } }))
    : Object.values(row).map((value) => (typeof value === 'object' ? '' : String(value)));
  return values
    .filter((value) => value !== '')
    .slice(0, MOST)
    .join(' · ');
}
