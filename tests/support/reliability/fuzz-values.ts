/** Values of the fuzzer's fields: one maker for each type, and one form to compare them in after any lawful conversion. */
import type { Random } from '../../integration/query/random.ts';

export interface FuzzField {
  id: string;
  fieldname: string;
  fieldtype: string;
  options?: string;
  reqd?: 0 | 1;
  unique?: 0 | 1;
  [key: string]: unknown;
}

type Make = (serial: number, field: FuzzField, random: Random) => unknown;

const word: Make = (serial) => `w${serial}`;
const number: Make = (serial) => serial;
const day = (serial: number): string => new Date(Date.UTC(2020, 0, 1 + (serial % 3000))).toISOString().slice(0, 10);

/** Types with a value. Data and Small Text sometimes hold numbers and dates, so that they can become those types. */
const MAKERS: Readonly<Record<string, Make>> = {
  Data: (serial, _, random) => (random.chance(0.3) ? String(serial) : `w${serial}`),
  'Small Text': word,
  Text: (serial, _, random) => (random.chance(0.5) ? day(serial) : `w${serial}`),
  'Long Text': (serial) => `line ${serial}\nand ${'x'.repeat(serial % 300)}.`,
  Code: word,
  'Markdown Editor': (serial) => `# w${serial}`,
  Int: number,
  'Long Int': number,
  Float: (serial, _, random) => (random.chance(0.5) ? serial : serial + 0.125),
  Currency: (serial) => serial + 0.25,
  Percent: (serial) => (serial % 100) + 0.5,
  Check: (_, __, random) => random.chance(0.5),
  Date: day,
  Datetime: (serial, _, random) => `${day(serial)} ${random.chance(0.5) ? '00:00:00' : '03:04:05'}`,
  Time: (serial) => `03:04:${String(10 + (serial % 50))}`,
  Duration: number,
  Select: (_, field, random) => random.pick((field.options ?? '').split('\n').filter(Boolean)),
  Link: (_, __, random) => `T${random.int(1, 5)}`,
  Autocomplete: word,
  Barcode: word,
  Color: (serial) => `#${(serial % 0xffffff).toString(16).padStart(6, '0')}`,
  Attach: (serial) => `/files/w${serial}.txt`,
};

export const VALUE_TYPES: readonly string[] = Object.keys(MAKERS);

export function makeValue(field: FuzzField, serial: number, random: Random): unknown {
  return MAKERS[field.fieldtype]?.(serial, field, random);
}

/** "" for what is empty in whatever way; equal texts for values that mean the same. */
export function canonical(value: unknown): string {
  if (value === null || value === undefined || value === false || value === 0 || value === '0' || value === '')
    return '';
  if (value === true) return '1';
  if (Array.isArray(value)) return value.map(canonical).join('|');
  const text = String(value);
  const moment = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?Z?$/.exec(text);
  if (moment) return moment[2] === '00:00:00' ? (moment[1] as string) : `${moment[1]} ${moment[2]}`;
  return /^\d\d:\d\d:\d\d\.0+$/.test(text) ? text.slice(0, 8) : text;
}
