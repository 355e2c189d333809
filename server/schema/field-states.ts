/**
 * Which column belongs to which field, over all edits. A field is its id: a rename keeps the column,
 * a removed field leaves its column behind as retired, and adding the same name again takes it back.
 * The column never follows the fieldname, so requests that run on an older Plan stay right.
 */

import type { ColumnType } from '../fieldtypes/contract.ts';
import type { DocField } from '../kernel/doctype.ts';
import { identifier, MAX_IDENTIFIER } from '../kernel/names.ts';

export interface FieldState {
  id: string;
  fieldname: string;
  /** "" when the field has never had a column. */
  column: string;
  type?: ColumnType;
  /** A table field: its rows know it by its name. */
  rows?: true;
  /** The field is gone; its column and data stay until `m migrate contract`. */
  retired?: true;
}

export interface StateQuestion {
  fields: readonly DocField[];
  /** The column type that a field needs; undefined for none. */
  columnTypeOf(field: DocField): ColumnType | undefined;
  /** Whether it is a table field. */
  hasRows?(field: DocField): boolean;
  previous: readonly FieldState[];
  /** Columns of the table that no field may have. */
  taken: ReadonlySet<string>;
  newId(): string;
}

export interface Rename {
  from: string;
  to: string;
  id: string;
}

/** The states after an edit, in field order with the retired ones last, and the renames it holds. */
export function nextFieldStates(question: StateQuestion): { states: FieldState[]; renames: Rename[] } {
  const { fields, previous } = question;
  const wanted = new Set(fields.map((field) => field.fieldname));
  const byId = new Map(previous.map((state) => [state.id, state]));
  const active = new Map(previous.filter((state) => !state.retired).map((state) => [state.fieldname, state]));
  const used = new Set<string>();
  const columns = new Set(previous.map((state) => state.column).filter(Boolean));
  const renames: Rename[] = [];
  const matches = new Map<DocField, FieldState>();
  const claim = (field: DocField, state: FieldState | undefined): void => {
    if (!state || used.has(state.id) || matches.has(field)) return;
    used.add(state.id);
    matches.set(field, state);
  };
  // Ids first, then names: a swap of two names by id must not be undone by a match by name.
  for (const field of fields) if (field.id) claim(field, byId.get(field.id));
  for (const field of fields) claim(field, active.get(field.fieldname));
  for (const field of fields) {
    const old = field.oldfieldname;
    if (old && old !== field.fieldname && !wanted.has(old)) claim(field, active.get(old));
  }
  const states: FieldState[] = [];
  for (const field of fields) {
    const type = question.columnTypeOf(field);
    const hasRows = question.hasRows?.(field) ?? false;
    const before = matches.get(field) ?? retiredTwin({ previous, used, field, type, hasRows });
    if (before) {
      used.add(before.id);
      // A column stays where it is; rows must follow even when their field was gone for a while.
      if ((before.rows || !before.retired) && before.fieldname !== field.fieldname) {
        renames.push({ from: before.fieldname, to: field.fieldname, id: before.id });
      }
    }
    const column = type
      ? before?.column || freeColumn({ fieldname: field.fieldname, columns, taken: question.taken })
      : (before?.column ?? '');
    if (column) columns.add(column);
    const state: FieldState = { id: before?.id ?? field.id ?? question.newId(), fieldname: field.fieldname, column };
    const kept = type ?? before?.type;
    if (kept) state.type = kept;
    if (hasRows) state.rows = true;
    states.push(state);
  }
  for (const state of previous) {
    if (!used.has(state.id) && (state.column || state.rows)) states.push({ ...state, retired: true });
  }
  return { states, renames };
}

function retiredTwin(q: {
  previous: readonly FieldState[];
  used: ReadonlySet<string>;
  field: DocField;
  type: ColumnType | undefined;
  hasRows: boolean;
}): FieldState | undefined {
  return q.previous.find(
    (state) =>
      state.retired &&
      !q.used.has(state.id) &&
      state.fieldname === q.field.fieldname &&
      (q.hasRows ? state.rows === true : state.column !== '' && state.type === q.type),
  );
}

function freeColumn(q: { fieldname: string; columns: ReadonlySet<string>; taken: ReadonlySet<string> }): string {
  const isFree = (name: string) => !q.columns.has(name) && !q.taken.has(name);
  if (isFree(q.fieldname)) return q.fieldname;
  for (let n = 2; ; n++) {
    const name = identifier(q.fieldname.slice(0, MAX_IDENTIFIER - 6), String(n));
    if (isFree(name)) return name;
  }
}
