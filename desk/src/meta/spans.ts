/**
 * The time of a document as a calendar has it: from when to when, by day or by the clock. The last day is part of a
 * document's time; calendars name the day after. Days are of no time zone, moments are in UTC. Pure.
 */
import { fromWallClock, toWallClock } from './moments.ts';
import type { Doc, FieldMeta } from './types.ts';

export interface SpanFields {
  start: FieldMeta;
  end?: FieldMeta;
}

export interface Span {
  /** `2026-03-31`, or a moment in UTC. */
  start: string;
  /** Exclusive. Absent: a single day, or a moment. */
  end?: string;
  isWholeDay: boolean;
}

export type SpanValues = Record<string, string>;

const DAY_MS = 86_400_000;

/** Undefined for a document without a begin. An end before the begin is passed over. */
export function spanOf(doc: Doc, { start, end }: SpanFields): Span | undefined {
  const from = doc[start.fieldname];
  if (typeof from !== 'string' || from === '') return undefined;
  const given = end ? doc[end.fieldname] : undefined;
  const to = typeof given === 'string' && given >= from ? given : undefined;
  if (start.widget === 'date') return { start: from, isWholeDay: true, ...(to ? { end: addDays(to, 1) } : {}) };
  return { start: from, isWholeDay: false, ...(to && to !== from ? { end: to } : {}) };
}

/** `2026-03-31` so many days later. */
export function addDays(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);
}

/** How many days from one to the other. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** What day it is where the reader is. */
export function today(): string {
  return toWallClock(new Date().toISOString()).slice(0, 10);
}

/** Begins elsewhere and is as long as before. `to`: a day, or a moment in UTC. */
export function movedTo(doc: Doc, fields: SpanFields, to: string): SpanValues {
  const { start, end } = fields;
  const from = String(doc[start.fieldname]);
  const last = end ? doc[end.fieldname] : undefined;
  const values: SpanValues = { [start.fieldname]: to };
  if (!end || typeof last !== 'string' || last === '') return values;
  const later =
    start.widget === 'date'
      ? addDays(last, daysBetween(from, to))
      : new Date(Date.parse(last) + Date.parse(to) - Date.parse(from)).toISOString();
  return { ...values, [end.fieldname]: later };
}

/** Ends elsewhere: `to` is its last day, or the moment of its end. Undefined where there is no end to write, or it would come before the begin. */
export function endingAt(doc: Doc, { start, end }: SpanFields, to: string): SpanValues | undefined {
  const from = String(doc[start.fieldname]);
  const isBefore = start.widget === 'date' ? to < from : Date.parse(to) < Date.parse(from);
  return end && !isBefore ? { [end.fieldname]: to } : undefined;
}

/** So many days later, at the same time of the clock. */
export function shifted(doc: Doc, fields: SpanFields, days: number): SpanValues {
  return movedTo(doc, fields, later(String(doc[fields.start.fieldname]), fields.start, days));
}

/** Ends so many days later; one without an end begins to have one. */
export function stretched(doc: Doc, fields: SpanFields, days: number): SpanValues | undefined {
  const { start, end } = fields;
  if (!end) return undefined;
  const last = doc[end.fieldname] || doc[start.fieldname];
  return endingAt(doc, fields, later(String(last), end, days));
}

function later(value: string, field: FieldMeta, days: number): string {
  if (field.widget === 'date') return addDays(value, days);
  const wall = toWallClock(value);
  return fromWallClock(addDays(wall.slice(0, 10), days) + wall.slice(10)) ?? value;
}

/** What touches the days from `from` up to, not including, `to`: as conditions of REST. */
export function within({ start, end }: SpanFields, from: string, to: string): unknown[] {
  const text = (day: string): string => (start.widget === 'date' ? day : (fromWallClock(`${day}T00:00:00`) ?? day));
  const begins = [start.fieldname, '<', text(to)];
  const isLater = [start.fieldname, '>=', text(from)];
  return [begins, end ? ['or', isLater, [end.fieldname, '>=', text(from)]] : isLater];
}
