/**
 * Values of filters and cursors to parameters for PostgreSQL, by the column's type: as text, exact,
 * checked here so that no cast can fail in the database. Knows no operator and no field type's name.
 */
import type { Column, ColumnType } from '../fieldtypes/contract.ts';
import {
  clockText,
  dayText,
  instantText,
  parseClock,
  parseDay,
  parseInstant,
} from '../fieldtypes/families/calendar.ts';
import type { Scalar } from './operands.ts';
import { refusal, shown } from './request.ts';

const INTEGER = /^[+-]?\d{1,19}$/;
const NUMBER = /^[+-]?(\d{1,500}(\.\d{0,500})?|\.\d{1,500})(e[+-]?\d{1,3})?$/i;
const MAX_EXPONENT = 300;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BIGINT_MAX = 2n ** 63n - 1n;
const BIGINT_MIN = -(2n ** 63n);

/** Which end of a span a value is: a day without a time means its start or its end there. */
export type Edge = 'start' | 'end';

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * A value as the text that PostgreSQL casts to the column's type; "" on a column that is never NULL is
 * its zero. Throws bad_request, which says what was expected at `where`.
 */
export function parameterOf(q: { column: Column; value: Scalar; where: string; edge?: Edge }): string {
  const { column, value, where } = q;
  if (value === null) throw refusal(where, 'expected a value, but got null; use "is" with "set" or "not set"');
  const given = value === '' && column.zero !== undefined && column.type !== 'text' ? zeroOf(column) : value;
  const text = PARSERS[column.type](given, q.edge ?? 'start');
  if (text !== undefined) return text;
  throw refusal(where, `expected ${EXPECTED[column.type]}, but got ${shown(value)}`);
}

function zeroOf(column: Column): string {
  return column.zero === '' || column.zero === undefined ? '0' : column.zero;
}

const EXPECTED: { readonly [type in ColumnType]: string } = {
  text: 'a text without the character U+0000',
  bigint: 'a whole number of at most 64 bits',
  numeric: 'a number',
  boolean: 'true or false (1 or 0)',
  date: 'a date as YYYY-MM-DD',
  timestamptz: 'a date, or a time as YYYY-MM-DDTHH:MM:SSZ',
  time: 'a time as HH:MM:SS',
  jsonb: '"is" with "set" or "not set"',
  uuid: 'a UUID',
};

type Parser = (value: string | number | boolean, edge: Edge) => string | undefined;

const PARSERS: { readonly [type in ColumnType]: Parser } = {
  text: textOf,
  bigint: wholeNumberOf,
  numeric: numberOf,
  boolean: booleanOf,
  date: (value) => (typeof value === 'string' ? dateOf(value) : undefined),
  timestamptz: (value, edge) => (typeof value === 'string' ? instantAt(value, edge) : undefined),
  time: (value) => (typeof value === 'string' ? timeOf(value) : undefined),
  jsonb: () => undefined,
  uuid: (value) => (typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : undefined),
};

/** Booleans are 1 and 0 in text, as Frappe binds them. */
function textOf(value: string | number | boolean): string | undefined {
  const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
  return text.includes('\0') ? undefined : text;
}

function wholeNumberOf(value: string | number | boolean): string | undefined {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  const text = value.trim();
  if (!INTEGER.test(text)) return undefined;
  const number = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return number >= BIGINT_MIN && number <= BIGINT_MAX ? String(number) : undefined;
}

function numberOf(value: string | number | boolean): string | undefined {
  if (typeof value === 'boolean') return value ? '1' : '0';
  const text = String(value).trim();
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  return match[3] === undefined || Math.abs(Number(match[3].slice(1))) <= MAX_EXPONENT ? text : undefined;
}

function booleanOf(value: string | number | boolean): string | undefined {
  const word = String(value).trim().toLowerCase();
  if (word === 'true' || word === '1') return 'true';
  return word === 'false' || word === '0' ? 'false' : undefined;
}

/** A time of day on a Date field is cut off. */
function dateOf(given: string): string | undefined {
  const text = given.trim();
  if (parseDay(text) !== undefined) return text;
  return parseInstant(text) === undefined ? undefined : text.slice(0, 10);
}

function instantAt(given: string, edge: Edge): string | undefined {
  const text = given.trim();
  const day = parseDay(text);
  if (day !== undefined) return `${dayText(day)}T${edge === 'start' ? '00:00:00.000000' : '23:59:59.999999'}Z`;
  const instant = parseInstant(text);
  return instant && instantText(instant);
}

function timeOf(given: string): string | undefined {
  const clock = parseClock(given.trim());
  return clock && clockText(clock);
}
