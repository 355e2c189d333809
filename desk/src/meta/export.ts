/** Rows as text for other programs: comma separated, or JSON. */
import type { Doc, FieldMeta } from './types.ts';

/** Excel reads UTF-8 only when the file says so at its beginning. */
const MARK = '\uFEFF';
/** A cell that begins so is run as a formula by spreadsheets. */
const FORMULA = /^[=+\-@\t\r]/;

export function csvHead(columns: readonly FieldMeta[]): string {
  return `${MARK}${columns.map(({ label, fieldname }) => quoted(label || fieldname)).join(',')}\r\n`;
}

/** Values as the server has them, so that they can be read in again. */
export function csvRows(columns: readonly FieldMeta[], rows: readonly Doc[]): string {
  return rows.map((row) => `${columns.map(({ fieldname }) => cell(row[fieldname])).join(',')}\r\n`).join('');
}

export function jsonRows(columns: readonly FieldMeta[], rows: readonly Doc[]): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ fieldname }) => [fieldname, row[fieldname] ?? null])));
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  return quoted(FORMULA.test(text) && !isNumber ? `'${text}` : text);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
