/** What two versions of a table do not have in common, row by row. Pure. */
import { isSame } from './draft.ts';
import { rowText } from './row-text.ts';
import { type Doc, type DocTypeMeta, type FieldMeta, isSet } from './types.ts';
import { formatValue } from './values.ts';

export interface RowDifference {
  /** The place of the row, from 1. */
  row: number;
  /** The row in a few words, where only this version has it; otherwise its fields that differ. */
  whole?: string;
  fields: readonly { label: string; value: string }[];
}

/** Of `rows`, as against `others`. Without the child's definition only whole rows can be told. */
export function rowDifferences(
  rows: readonly Doc[],
  others: readonly Doc[],
  q: { child: DocTypeMeta | undefined; locale: string; doc: Doc },
): RowDifference[] {
  const { child, locale, doc } = q;
  const byName = new Map(others.flatMap((row) => (row.name ? [[row.name, row] as const] : [])));
  return rows.flatMap((row, index): RowDifference[] => {
    const other = row.name ? byName.get(row.name) : undefined;
    if (!other) return [{ row: index + 1, whole: rowText(row, child, locale), fields: [] }];
    const fields = (child?.fields ?? []).filter(
      (field) => isTold(field) && !isSame(row[field.fieldname], other[field.fieldname]),
    );
    const context = { ...doc, ...row };
    const told = fields.map((field) => ({
      label: field.label,
      value: formatValue(row[field.fieldname], field, { locale, doc: context }),
    }));
    return told.length > 0 ? [{ row: index + 1, fields: told }] : [];
  });
}

function isTold({ is_standard, hidden, widget }: FieldMeta): boolean {
  return !is_standard && !isSet(hidden) && widget !== 'password';
}
