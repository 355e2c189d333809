/** A value of a document as a cell of a table: what kind it is, and what spreadsheets make of dates and moments. Pure. */
import type { FieldPlan } from '../schema/plan.ts';

export type Cell =
  | { kind: 'empty' }
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  /** Days since the last day of 1899, as spreadsheets count them. */
  | { kind: 'date' | 'moment' | 'time'; serial: number; text: string }
  | { kind: 'text'; text: string };

export interface ExportColumn {
  /** A fieldname, or a path. */
  path: string;
  /** What the rows call it. */
  key: string;
  label: string;
  /** Undefined for a path through a link. */
  field?: FieldPlan;
}

const EMPTY: Cell = { kind: 'empty' };
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const EPOCH = Date.UTC(1899, 11, 30);
/** Before it spreadsheets know a day that never was, and no dates at all before 1900. */
const FIRST = Date.UTC(1900, 2, 1);

/** `clock`: what the wall of the reader shows at a moment, in milliseconds as if it were UTC. */
export function cellOf(value: unknown, column: ExportColumn, clock: (time: number) => number): Cell {
  if (value === null || value === undefined || value === '') return EMPTY;
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'number') return { kind: 'number', value };
  if (typeof value !== 'string') return { kind: 'text', text: JSON.stringify(value) };
  const type = column.field?.type.column?.type;
  if (type === 'date') return serial('date', Date.parse(`${value}T00:00:00Z`), value);
  if (type === 'timestamptz') return serial('moment', clock(Date.parse(value)), value);
  if (type === 'time') return timeCell(value);
  return { kind: 'text', text: value };
}

function serial(kind: 'date' | 'moment', time: number, text: string): Cell {
  if (Number.isNaN(time) || time < FIRST) return { kind: 'text', text };
  return { kind, serial: (time - EPOCH) / DAY_MS, text };
}

function timeCell(text: string): Cell {
  const time = Date.parse(`1970-01-01T${text}Z`);
  return Number.isNaN(time) ? { kind: 'text', text } : { kind: 'time', serial: time / DAY_MS, text };
}

/** The wall clock of a time zone; undefined when there is no such zone. */
export function clockIn(timeZone: string): ((time: number) => number) | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  // Asking for the difference costs much and it changes at full quarters of an hour only.
  const known = new Map<number, number>();
  return (time) => {
    const quarter = Math.floor(time / (HOUR_MS / 4));
    let difference = known.get(quarter);
    if (difference === undefined) {
      difference = wall(format, quarter * (HOUR_MS / 4)) - quarter * (HOUR_MS / 4);
      if (known.size > 10_000) known.clear();
      known.set(quarter, difference);
    }
    return time + difference;
  };
}

function wall(format: Intl.DateTimeFormat, time: number): number {
  if (Number.isNaN(time)) return time;
  const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
