/** What can be done to the rows of a child table. Pure: every function gives new rows and leaves the old ones. */
import type { Doc, FieldMeta } from './types.ts';

export type Rows = readonly Doc[];

/** What the server gave a row, and a copy must not take along. */
const OWN: ReadonlySet<string> = new Set([
  'id',
  'name',
  'owner',
  'creation',
  'modified',
  'modified_by',
  'idx',
  'docstatus',
  '_version',
  'parent',
  'parenttype',
  'parentfield',
]);

let made = 0;

/** A new row gets a key that lasts while it is moved, until the server names it. */
export function keyed(row: Doc): Doc {
  made += 1;
  return { ...row, __key: `new-${made}` };
}

export function keyOf(row: Doc, index: number): string {
  return String(row.name ?? row.__key ?? index);
}

export function insertAt(rows: Rows, at: number, added: Rows): Doc[] {
  return [...rows.slice(0, at), ...added, ...rows.slice(at)];
}

export function withoutRows(rows: Rows, gone: ReadonlySet<number>): Doc[] {
  return rows.filter((_, index) => !gone.has(index));
}

export function moveRow(rows: Rows, from: number, to: number): Doc[] {
  const row = rows[from];
  const target = Math.max(0, Math.min(rows.length - 1, to));
  return row === undefined ? [...rows] : insertAt(withoutRows(rows, new Set([from])), target, [row]);
}

export function setCell(rows: Rows, at: number, fieldname: string, value: unknown): Doc[] {
  return rows.map((row, index) => (index === at ? { ...row, [fieldname]: value } : row));
}

/** Copies behind the last of the given rows. */
export function duplicateRows(rows: Rows, which: readonly number[], fields: readonly FieldMeta[]): Doc[] {
  const uncopied = new Set(fields.filter(({ no_copy }) => Number(no_copy) === 1).map(({ fieldname }) => fieldname));
  const copies = which.flatMap((index) => (rows[index] ? [copyOf(rows[index], uncopied)] : []));
  return insertAt(rows, Math.max(...which, -1) + 1, copies);
}

/** The value of the row above, as Ctrl+D does it. */
export function fillDown(rows: Rows, at: number, fieldname: string): Doc[] {
  const above = rows[at - 1];
  return above ? setCell(rows, at, fieldname, above[fieldname]) : [...rows];
}

function copyOf(row: Doc, uncopied: ReadonlySet<string>): Doc {
  const kept = Object.entries(row).filter(([key]) => !OWN.has(key) && !key.startsWith('__') && !uncopied.has(key));
  return keyed(structuredClone(Object.fromEntries(kept)));
}
