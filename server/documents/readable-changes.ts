/** A version's changes as one reader may see them: those of fields that he may not read are left out. */
import type { Access } from '../access/decide.ts';
import { isObject } from '../kernel/json.ts';
import { accessTo, planOf } from './context.ts';
import type { Context } from './contract.ts';
import { hiddenRows } from './hidden-rows.ts';
import { toDocument } from './load.ts';

export interface VersionRow {
  data: unknown;
  [key: string]: unknown;
}

/** `{changed: [[field, from, to]], added|removed: [[table, row]], row_changed: [[table, index, name, [[field, from, to]]]]}`. */
export function readableChanges(ctx: Context, doctype: string, data: unknown): Record<string, unknown> {
  const plan = planOf(ctx, doctype);
  const access = accessTo(ctx, plan, 'read');
  // A field that is gone from the DocType has no level any more: only who sees everything sees it.
  const canRead = ({ canRead: reads }: Access, name: unknown, names: ReadonlyMap<string, unknown>) =>
    typeof name === 'string' && (names.has(name) ? reads(name) : access.key === 'all');
  const rowsOf = (table: unknown) => {
    const child = typeof table === 'string' ? plan.byName.get(table)?.childDocType : undefined;
    const rows = child === undefined ? undefined : ctx.snapshot.find(child);
    return rows && { plan: rows, access: accessTo(ctx, rows, 'read', plan) };
  };
  const fieldsOf = (changes: unknown, table?: unknown): unknown[] => {
    const rows = table === undefined ? { plan, access } : rowsOf(table);
    return rows ? listOf(changes).filter(([name]) => canRead(rows.access, name, rows.plan.byName)) : [];
  };
  const wholeRows = (list: unknown): unknown[] =>
    listOf(list).flatMap(([table, row]) => {
      const rows = rowsOf(table);
      if (!rows || !canRead(access, table, plan.byName) || !isObject(row)) return [];
      if (hiddenRows(ctx, { plan: rows.plan, within: plan, rows: [toDocument(row)] }).size > 0) return [];
      const shown = Object.entries(row).filter(([name]) => canRead(rows.access, name, rows.plan.byName));
      return [[table, Object.fromEntries(shown)]];
    });
  const given = isObject(data) ? data : {};
  const rowChanged = listOf(given.row_changed).flatMap(([table, index, name, changes]) => {
    // Which row it was is not told, so of tables with rows that are not shown no change is.
    const isWhole = rowsOf(table)?.access.rows.kind === 'all';
    const shown = isWhole && canRead(access, table, plan.byName) ? fieldsOf(changes, table) : [];
    return shown.length > 0 ? [[table, index, name, shown]] : [];
  });
  return {
    changed: fieldsOf(given.changed),
    added: wholeRows(given.added),
    removed: wholeRows(given.removed),
    row_changed: rowChanged,
  };
}

function listOf(value: unknown): unknown[][] {
  return Array.isArray(value) ? value.filter(Array.isArray) : [];
}
