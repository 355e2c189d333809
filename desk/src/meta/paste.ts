/** Cells from a spreadsheet as values of fields, and back. What does not fit stays as text, and `cellProblem` says why. */
import { insertAt, keyed, type Rows } from './rows.ts';
import type { Doc, FieldMeta } from './types.ts';
import { choicesOf, editableNumber, parseDuration, parseNumber } from './values.ts';

/** Tab-separated text as spreadsheets put it on the clipboard: cells in quotes may hold tabs and lines. */
export function parseTsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at] as string;
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (source[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (sign === '"' && cell === '') isQuoted = true;
    else if (sign === '\t' || sign === '\n') {
      rows.at(-1)?.push(cell);
      cell = '';
      if (sign === '\n') rows.push([]);
    } else cell += sign;
  }
  rows.at(-1)?.push(cell);
  return rows;
}

export function toTsv(rows: readonly (readonly string[])[]): string {
  const quoted = (cell: string): string => (/["\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((cells) => cells.map(quoted).join('\t')).join('\n');
}

/** As it goes onto the clipboard: what `parseCell` reads again. */
export function cellText(value: unknown, field: FieldMeta, locale?: string): string {
  if (value === null || value === undefined) return '';
  if (NUMBERS.has(field.widget)) return editableNumber(value, locale);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A cell's text as the value of a field; the text itself where it cannot be one. */
export function parseCell(text: string, field: FieldMeta, locale?: string): unknown {
  const given = text.trim();
  if (given === '') return field.widget === 'check' ? false : null;
  return PARSERS[field.widget]?.(given, locale, field) ?? given;
}

export interface Paste {
  cells: readonly (readonly string[])[];
  /** The row and the column that the first cell goes to. */
  row: number;
  columns: readonly FieldMeta[];
  locale?: string;
  isWritable(field: FieldMeta, row: Doc): boolean;
  newRow(): Doc;
}

/** The rows with the cells over them, and more rows where there were too few. */
export function pasteInto(rows: Rows, paste: Paste): Doc[] {
  const missing = Math.max(0, paste.row + paste.cells.length - rows.length);
  const added = Array.from({ length: missing }, () => keyed(paste.newRow()));
  return insertAt(rows, rows.length, added).map((row, index) => {
    const cells = paste.cells[index - paste.row];
    if (!cells) return row;
    const given = cells.flatMap((text, at): [string, unknown][] => {
      const field = paste.columns[at];
      return field && paste.isWritable(field, row) ? [[field.fieldname, parseCell(text, field, paste.locale)]] : [];
    });
    return { ...row, ...Object.fromEntries(given) };
  });
}

/** Why a value cannot be one of its field; the server has the last word on all others. */
export function cellProblem(value: unknown, field: FieldMeta): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (NUMBERS.has(field.widget) && !/^-?\d+$/.test(value)) return 'This is no number.';
  if (field.widget === 'duration') return 'This is no length of time.';
  if (field.widget === 'check') return 'This is neither yes nor no.';
  if (field.widget === 'date' && !/^\d{4}-\d\d-\d\d$/.test(value)) return 'This is no date.';
  if (field.widget === 'select' && !choicesOf(field).includes(value)) return 'This is none of the choices.';
  return undefined;
}

const NUMBERS: ReadonlySet<string> = new Set(['int', 'long-int', 'float', 'currency', 'percent']);

type Parser = (text: string, locale: string | undefined, field: FieldMeta) => unknown;

const numeric: Parser = (text, locale) => {
  const bare = text.replaceAll(/[%€$£¥]|\b[A-Z]{3}\b/g, '').trim();
  return parseNumber(bare, locale) ?? undefined;
};

const PARSERS: Readonly<Record<string, Parser>> = {
  ...Object.fromEntries([...NUMBERS].map((widget) => [widget, numeric])),
  duration: (text) => parseDuration(text) ?? undefined,
  check: (text) =>
    /^(1|true|yes|y|x|✓|wahr|ja)$/i.test(text) ? true : /^(0|false|no|n|falsch|nein)$/i.test(text) ? false : undefined,
  date: (text, locale) => parseDate(text, locale),
  select: (text, _, field) => choicesOf(field).find((choice) => choice.toLowerCase() === text.toLowerCase()),
};

/** `2026-03-31`, or day, month and year in the order of the language. */
export function parseDate(text: string, locale?: string): string | undefined {
  const numbers = text.split(/[^\d]+/).filter((part) => part !== '');
  if (numbers.length < 3) return undefined;
  const order = numbers[0]?.length === 4 ? ['year', 'month', 'day'] : dateOrder(locale);
  const part = (name: string): number => Number(numbers[order.indexOf(name)]);
  const year = part('year') < 100 ? part('year') + 2000 : part('year');
  const date = new Date(Date.UTC(year, part('month') - 1, part('day')));
  const isReal = date.getUTCMonth() === part('month') - 1 && date.getUTCDate() === part('day');
  return isReal ? date.toISOString().slice(0, 10) : undefined;
}

function dateOrder(locale?: string): string[] {
  const parts = new Intl.DateTimeFormat(locale).formatToParts(0).map(({ type }) => type as string);
  return parts.filter((type) => ['day', 'month', 'year'].includes(type));
}
