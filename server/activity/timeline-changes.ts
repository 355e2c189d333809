/** A version's changes as a person reads them: labels, old and new values, rows of tables. */
import type { Context } from '../documents/contract.ts';
import type { DocTypePlan } from '../schema/plan.ts';

export interface FieldChange {
  field: string;
  label: string;
  from: unknown;
  to: unknown;
}

export type ChangeShown =
  | ({ kind: 'field' } & FieldChange)
  | {
      kind: 'row added' | 'row removed';
      table: string;
      label: string;
      name: string | null;
      idx: number;
      row: Record<string, unknown>;
    }
  | { kind: 'row changed'; table: string; label: string; idx: number; row: string | null; changes: FieldChange[] };

/** `data` holds what the reader may see (documents/readable-changes.ts). */
export function changesShown(ctx: Context, plan: DocTypePlan, data: Record<string, unknown>): ChangeShown[] {
  const tableOf = (table: string) => {
    const field = plan.byName.get(table);
    const rows = ctx.snapshot.find(field?.childDocType ?? '');
    return { label: labelOf(plan, table), rows: rows ?? plan };
  };
  const rowsOf = (key: 'added' | 'removed', kind: 'row added' | 'row removed'): ChangeShown[] =>
    listOf(data[key]).map(([table, row]) => {
      const name = String(table);
      const { label, rows } = tableOf(name);
      return { kind, table: name, label, ...placeOf(row), row: plainRow(rows, row) };
    });
  return [
    ...listOf(data.changed).map((change): ChangeShown => ({ kind: 'field', ...fieldChange(plan, change) })),
    ...rowsOf('added', 'row added'),
    ...rowsOf('removed', 'row removed'),
    ...listOf(data.row_changed).map(([table, index, row, changes]): ChangeShown => {
      const name = String(table);
      const { label, rows } = tableOf(name);
      const changed = listOf(changes).map((change) => fieldChange(rows, change));
      return {
        kind: 'row changed',
        table: name,
        label,
        idx: Number(index) + 1,
        row: typeof row === 'string' ? row : null,
        changes: changed,
      };
    }),
  ];
}

function fieldChange(plan: DocTypePlan, [name, from, to]: unknown[]): FieldChange {
  const field = String(name);
  return { field, label: labelOf(plan, field), from: from ?? null, to: to ?? null };
}

function labelOf(plan: DocTypePlan, fieldname: string): string {
  return plan.byName.get(fieldname)?.label || fieldname;
}

/** Which row it is, and where it stood, from 1. */
function placeOf(row: unknown): { name: string | null; idx: number } {
  const { name, idx } = (row ?? {}) as Record<string, unknown>;
  return { name: typeof name === 'string' ? name : null, idx: Number(idx) || 0 };
}

/** Without what the server keeps for itself. */
function plainRow(plan: DocTypePlan, row: unknown): Record<string, unknown> {
  const entries = Object.entries((row ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.filter(([name]) => plan.byName.get(name)?.isStandard !== true));
}

function listOf(value: unknown): unknown[][] {
  return Array.isArray(value) ? value.filter(Array.isArray) : [];
}
