/** The time axis of a chart: days as places, and where its lines and names stand. Pure. */
import { toWallClock } from '../../../meta/moments.ts';
import { type SpanFields, spanOf } from '../../../meta/spans.ts';
import type { Doc } from '../../../meta/types.ts';

export const ZOOMS = [
  { value: 'day', label: 'Days', width: 36 },
  { value: 'week', label: 'Weeks', width: 14 },
  { value: 'month', label: 'Months', width: 4 },
] as const;

export type Zoom = (typeof ZOOMS)[number]['value'];

const DAY_MS = 86_400_000;
/** Days around what there is. */
const MARGIN = 10;
const LEAST = 45;
/** Ten years; what lies outside is reached with a filter. */
const MOST = 3660;

/** From when to when in days since 1970, parts of days included; `to` is exclusive. */
export interface Bar {
  from: number;
  to: number;
}

export interface Axis {
  first: number;
  days: number;
}

/** Days since 1970 on the wall here, or of a plain day. */
export function dayNumber(value: string): number {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return Date.parse(`${value}T00:00:00Z`) / DAY_MS;
  return Date.parse(`${toWallClock(value)}Z`) / DAY_MS;
}

/** What has no end is a day long. */
export function barOf(doc: Doc, fields: SpanFields): Bar | undefined {
  const span = spanOf(doc, fields);
  if (!span) return undefined;
  const from = dayNumber(span.start);
  if (Number.isNaN(from)) return undefined;
  const to = span.end ? dayNumber(span.end) : Math.floor(from) + 1;
  return { from, to: Math.max(to, from + 0.25) };
}

export function axisOf(bars: readonly Bar[], today: number): Axis {
  const first =
    Math.floor(
      bars.reduce((least, { from }) => Math.min(least, from), bars.length > 0 ? Number.POSITIVE_INFINITY : today),
    ) - MARGIN;
  const last = Math.ceil(bars.reduce((most, { to }) => Math.max(most, to), first + MARGIN)) + MARGIN;
  return { first, days: Math.min(MOST, Math.max(LEAST, last - first)) };
}

export interface Tick {
  day: number;
  days: number;
  label: string;
}

/** The names over the axis between two days: months (years where days are narrow), and below days or weeks or months. */
export function ticksOf(
  axis: Axis,
  zoom: Zoom,
  { from, to, locale }: { from: number; to: number; locale?: string },
): { upper: Tick[]; lower: Tick[] } {
  const last = axis.first + axis.days;
  const start = Math.max(axis.first, Math.floor(from));
  const end = Math.min(last, Math.ceil(to));
  const name = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    return (day: number): string => format.format(day * DAY_MS);
  };
  const cut = (ticks: Tick[]): Tick[] =>
    ticks.flatMap((tick) => {
      const day = Math.max(tick.day, axis.first);
      const days = Math.min(tick.day + tick.days, last) - day;
      return days > 0 && day < end && day + days > start ? [{ ...tick, day, days }] : [];
    });
  const months = (many: number, label: (day: number) => string): Tick[] =>
    monthsBetween(start, end, many).map(([day, days]) => ({ day, days, label: label(day) }));
  if (zoom === 'month')
    return { upper: cut(months(12, name({ year: 'numeric' }))), lower: cut(months(1, name({ month: 'short' }))) };
  const upper = cut(months(1, name({ month: 'long', year: 'numeric' })));
  const number = name({ day: 'numeric' });
  if (zoom === 'day')
    return {
      upper,
      lower: Array.from({ length: end - start }, (_, at) => ({ day: start + at, days: 1, label: number(start + at) })),
    };
  // 1 January 1970 was a Thursday; weeks are named by their Monday.
  const monday = start - ((((start + 3) % 7) + 7) % 7);
  const weeks = Array.from({ length: Math.ceil((end - monday) / 7) }, (_, at) => ({
    day: monday + at * 7,
    days: 7,
    label: number(monday + at * 7),
  }));
  return { upper, lower: cut(weeks) };
}

function monthsBetween(from: number, to: number, many: number): [day: number, days: number][] {
  const date = new Date(from * DAY_MS);
  const year = date.getUTCFullYear();
  let month = Math.floor(date.getUTCMonth() / many) * many;
  const found: [number, number][] = [];
  while (true) {
    const day = Date.UTC(year, month, 1) / DAY_MS;
    if (day >= to) return found;
    found.push([day, Date.UTC(year, month + many, 1) / DAY_MS - day]);
    month += many;
  }
}
