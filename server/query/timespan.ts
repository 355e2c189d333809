/**
 * Words for spans of days ("last month", "this quarter") to their first and last day, both included.
 * Frappe's meaning of each; UTC; days are counted from 1970-01-01, so no time of day can interfere.
 */
const DAY_MS = 86_400_000;

export interface DaySpan {
  from: string;
  to: string;
}

type Span = readonly [first: number, last: number];

const MONTHS_IN: ReadonlyMap<string, number> = new Map([
  ['month', 1],
  ['quarter', 3],
  ['year', 12],
]);
const STEP: ReadonlyMap<string, number> = new Map([
  ['last', -1],
  ['this', 0],
  ['next', 1],
]);
const SINGLE_DAYS: ReadonlyMap<string, number> = new Map([
  ['yesterday', -1],
  ['today', 0],
  ['tomorrow', 1],
]);

export const TIMESPANS: ReadonlySet<string> = new Set([
  ...['last 7 days', 'last 14 days', 'last 30 days', 'last 90 days', 'last week', 'last month', 'last quarter'],
  ...['last 6 months', 'last year', 'yesterday', 'today', 'tomorrow', 'this week', 'this month', 'this quarter'],
  ...['this year', 'next 7 days', 'next 14 days', 'next 30 days', 'next week', 'next month', 'next quarter'],
  ...['next 6 months', 'next year'],
]);

/** First day of the week as JavaScript counts them: 1 is Monday. */
const MONDAY = 1;

/** The days that a word of TIMESPANS means when it is `now` (milliseconds UTC); undefined for other words. */
export function timespanDays(word: string, now: number, firstWeekday = MONDAY): DaySpan | undefined {
  if (!TIMESPANS.has(word)) return undefined;
  const today = Math.floor(now / DAY_MS);
  const span = spanOf({ word, today, firstWeekday });
  return span && { from: dayText(span[0]), to: dayText(span[1]) };
}

function spanOf(q: { word: string; today: number; firstWeekday: number }): Span | undefined {
  const { word, today } = q;
  const single = SINGLE_DAYS.get(word);
  if (single !== undefined) return [today + single, today + single];
  const [direction = '', ...rest] = word.split(' ');
  const step = STEP.get(direction) ?? 0;
  const unit = rest.join(' ');
  const days = /^(\d+) days$/.exec(unit);
  if (days) return step < 0 ? [today - Number(days[1]), today] : [today, today + Number(days[1])];
  if (unit === 'week') {
    const first = today - ((weekday(today) - q.firstWeekday + 7) % 7) + 7 * step;
    return [first, first + 6];
  }
  // Frappe's half years are whole quarters: the two before this one, or the two after it.
  if (unit === '6 months')
    return step < 0 ? months({ today, length: 3, from: -2, to: -1 }) : months({ today, length: 3, from: 1, to: 2 });
  const length = MONTHS_IN.get(unit);
  return length === undefined ? undefined : months({ today, length, from: step, to: step });
}

/** Whole periods of `length` months around today, counted from the one that today is in. */
function months(q: { today: number; length: number; from: number; to: number }): Span {
  const date = new Date(q.today * DAY_MS);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
  const start = month - (month % q.length);
  return [firstOfMonth(start + q.from * q.length), firstOfMonth(start + (q.to + 1) * q.length) - 1];
}

function firstOfMonth(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;
}

/** 0 is Sunday; 1970-01-01 was a Thursday. */
function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
