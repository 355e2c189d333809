/** Values as text and back, by the widget of their field and the reader's language. No field type is named here. */
import { reader } from './reader.ts';
import type { Doc, FieldMeta } from './types.ts';

export interface Reading {
  /** BCP 47; undefined: the browser's. */
  locale?: string;
  /** Undefined: the reader's. */
  timeZone?: string;
  doc?: Doc;
}

type Formatter = (value: unknown, field: FieldMeta, reading: Reading) => string;

const FORMATTERS: Readonly<Record<string, Formatter>> = {
  check: (value) => (value === true || value === 1 ? reader.yes : reader.no),
  int: (value, _, { locale }) => number(value, locale, { maximumFractionDigits: 0 }),
  'long-int': (value, _, { locale }) => number(value, locale, { maximumFractionDigits: 0 }),
  float: (value, field, { locale }) => number(value, locale, digitsOf(field)),
  percent: (value, field, { locale }) => `${number(value, locale, digitsOf(field))} %`,
  currency,
  date: (value, _, { locale }) => dateText(value, locale),
  datetime: (value, _, reading) => datetimeText(value, reading),
  time: (value) => (typeof value === 'string' ? value.slice(0, 5) : ''),
  duration: (value) => formatDuration(Number(value)),
  rating: (value, field) => `${Math.round(Number(value) * starsOf(field) * 2) / 2} / ${starsOf(field)}`,
  password: () => '••••••••',
  table: (value) => (Array.isArray(value) ? String(value.length) : ''),
  'table-multiselect': (value) => (Array.isArray(value) ? String(value.length) : ''),
  'text-editor': plainOf,
  'html-editor': plainOf,
  json: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  geolocation: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
};

/** The value as a person reads it; "" for none. */
export function formatValue(value: unknown, field: FieldMeta, reading: Reading = {}): string {
  if (value === null || value === undefined || value === '') return '';
  return FORMATTERS[field.widget]?.(value, field, reading) ?? String(value);
}

/**
 * A number as somebody typed it, with the group and decimal signs of their language: canonical, as the
 * server takes it. Undefined for what is no number, null for nothing.
 */
export function parseNumber(text: string, locale?: string): number | string | null | undefined {
  const given = text.trim().replaceAll(/[\s\u00a0\u202f']/g, '');
  if (given === '') return null;
  const { group, decimal } = signsOf(locale);
  const plain = given.replaceAll(group, '').replace(decimal, '.');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^[+-]?\d+$/.test(plain) ? plain : value;
}

/** A number as it stands in a box while it is edited: no groups, the decimal sign of the language. */
export function editableNumber(value: unknown, locale?: string): string {
  if (value === null || value === undefined || value === '') return '';
  return String(value).replace('.', signsOf(locale).decimal);
}

/** `1d 2h 30m`; seconds only when there are some. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  const sign = seconds < 0 ? '-' : '';
  let rest = Math.abs(seconds);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const many = unit === 's' ? Math.round(rest * 1000) / 1000 : Math.floor(rest / size);
    rest -= many * size;
    if (many > 0) parts.push(`${many}${unit}`);
  }
  return sign + (parts.join(' ') || '0s');
}

/** Seconds of `1h 30m`, `90m`, `1:30` (hours and minutes) or a bare number of seconds. */
export function parseDuration(text: string): number | null | undefined {
  const given = text.trim().toLowerCase();
  if (given === '') return null;
  if (/^-?\d+(\.\d+)?$/.test(given)) return Number(given);
  const clock = /^(\d+):([0-5]?\d)(?::([0-5]?\d))?$/.exec(given);
  if (clock) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0);
  if (!/^(\s*\d+(\.\d+)?\s*[dhms])+$/.test(given)) return undefined;
  const sizes = new Map<string, number>(UNITS);
  return [...given.matchAll(/(\d+(?:\.\d+)?)\s*([dhms])/g)].reduce(
    (sum, [, many, unit]) => sum + Number(many) * (sizes.get(unit as string) ?? 0),
    0,
  );
}

/** The lines of `options`, without empty ones. */
export function choicesOf(field: FieldMeta): string[] {
  return (field.options ?? '').split('\n').filter((line) => line !== '');
}

export function starsOf(field: FieldMeta): number {
  return Number(field.options) || 5;
}

/** "3 minutes ago", for the recent past; the date for what is older. */
export function relativeTime(value: string, now: number, locale?: string): string {
  const seconds = (Date.parse(value) - now) / 1000;
  if (Number.isNaN(seconds)) return '';
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const past = Math.abs(seconds);
  if (past < 60) return relative.format(0, 'second');
  if (past < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (past < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  if (past < 7 * 86_400) return relative.format(Math.round(seconds / 86_400), 'day');
  return dateText(value.slice(0, 10), locale);
}

const UNITS: readonly [string, number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

function currency(value: unknown, field: FieldMeta, { locale, doc }: Reading): string {
  const code = typeof field.options === 'string' ? doc?.[field.options] : undefined;
  const amount = number(value, locale, { minimumFractionDigits: 2, maximumFractionDigits: 2, ...digitsOf(field, 2) });
  return typeof code === 'string' && code !== '' ? `${amount} ${code}` : amount;
}

function number(value: unknown, locale: string | undefined, options: Intl.NumberFormatOptions): string {
  const given = typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : Number(value);
  if (typeof given === 'number' && Number.isNaN(given)) return String(value);
  return formatter(`n${locale}${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options)).format(given);
}

function digitsOf(field: FieldMeta, otherwise?: number): Intl.NumberFormatOptions {
  const digits = field.precision === undefined || field.precision === '' ? otherwise : Number(field.precision);
  if (digits === undefined || Number.isNaN(digits)) return { maximumFractionDigits: 9 };
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}

function dateText(value: unknown, locale: string | undefined): string {
  const time = Date.parse(`${value}T00:00:00Z`);
  if (Number.isNaN(time)) return String(value);
  // A date is of no time zone: it is read and written in one and the same.
  const make = () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  return formatter(`d${locale}`, make).format(time);
}

function datetimeText(value: unknown, { locale, timeZone = reader.timeZone }: Reading): string {
  const time = Date.parse(String(value));
  if (Number.isNaN(time)) return String(value);
  const make = () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return formatter(`t${locale}${timeZone}`, make).format(time);
}

/** The text of markup, for a cell: tags become spaces. Never shown as markup. */
function plainOf(value: unknown): string {
  return String(value)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const signs = new Map<string, { group: string; decimal: string }>();

function signsOf(locale = ''): { group: string; decimal: string } {
  let found = signs.get(locale);
  if (!found) {
    const parts = new Intl.NumberFormat(locale || undefined).formatToParts(12_345.6);
    const sign = (type: string): string | undefined => parts.find((part) => part.type === type)?.value;
    found = { group: sign('group') ?? ',', decimal: sign('decimal') ?? '.' };
    signs.set(locale, found);
  }
  return found;
}

/** Making one of Intl's formatters costs more than using it a hundred times. */
const formatters = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function formatter<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  const found = (formatters.get(key) as T | undefined) ?? make();
  formatters.set(key, found);
  return found;
}
