/** What a version of a document changed, as lines to be read. Pure. */
import { type DocTypeMeta, type FieldMeta, isSet } from './types.ts';

type FieldChange = [fieldname: string, before: unknown, after: unknown];

export interface VersionData {
  changed?: FieldChange[];
  added?: [table: string, row: Readonly<Record<string, unknown>>][];
  removed?: [table: string, row: Readonly<Record<string, unknown>>][];
  row_changed?: [table: string, index: number, name: unknown, changes: FieldChange[]][];
}

export interface Change {
  label: string;
  /** Undefined where only that it changed is told. */
  field?: FieldMeta;
  before?: unknown;
  after?: unknown;
  /** Of rows: what happened. */
  kind: 'changed' | 'added' | 'removed';
  /** From 1. */
  row?: number;
}

export function changesIn(meta: DocTypeMeta, given: VersionData | string | null | undefined): Change[] {
  const data = typeof given === 'string' ? (JSON.parse(given) as VersionData) : (given ?? {});
  const byName = new Map(meta.fields.map((field) => [field.fieldname, field]));
  const label = (fieldname: string): string => byName.get(fieldname)?.label || fieldname;
  const own = (data.changed ?? [])
    .filter(([fieldname]) => !isSet(byName.get(fieldname)?.hidden))
    .map(
      ([fieldname, before, after]): Change => ({
        label: label(fieldname),
        field: byName.get(fieldname),
        before,
        after,
        kind: 'changed',
      }),
    );
  const inRows = (data.row_changed ?? []).flatMap(([table, index, , changes]) =>
    changes.map(
      ([fieldname, before, after]): Change => ({
        label: `${label(table)} · ${fieldname}`,
        before,
        after,
        kind: 'changed',
        row: index + 1,
      }),
    ),
  );
  const rows = (list: VersionData['added'], kind: 'added' | 'removed'): Change[] =>
    (list ?? []).map(([table, row]) => ({ label: label(table), kind, row: Number(row.idx) || undefined }));
  return [...own, ...inRows, ...rows(data.added, 'added'), ...rows(data.removed, 'removed')];
}
