/**
 * Days and clock times as text, exactly: days since 1970 and microseconds of a day, never a
 * JavaScript Date with its milliseconds. Years 0001 to 9999, the proleptic Gregorian calendar, UTC.
 */
export const DAY_SECONDS = 86_400;

/** An instant: whole days since 1970-01-01, seconds of the day, microseconds of the second. */
export interface Instant {
  day: number;
  second: number;
  micro: number;
}

const LONGEST = 64;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATETIME = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?([Zz]|[+-]\d{2}(?::?\d{2})?)?$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?$/;
const ZONE = /^([+-])(\d{2}):?(\d{2})?$/;

/** Days since 1970 of `YYYY-MM-DD`; undefined for any other text and for days that no calendar has. */
export function parseDay(text: string): number | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const moment = new Date(0);
  // Not Date.UTC: it reads the years 0 to 99 as 1900 to 1999.
  moment.setUTCFullYear(year, month - 1, date);
  const isReal = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === date;
  return isReal && year >= 1 ? moment.getTime() / (DAY_SECONDS * 1000) : undefined;
}

export function dayText(day: number): string {
  return new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10);
}

/** `H:MM`, `HH:MM:SS` or with a fraction, of which microseconds are kept. */
export function parseClock(text: string): Omit<Instant, 'day'> | undefined {
  const match = text.length <= LONGEST ? CLOCK.exec(text) : null;
  if (!match) return undefined;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const micro = Number((match[4] ?? '').slice(0, 6).padEnd(6, '0'));
  return { second: hour * 3600 + minute * 60 + second, micro };
}

/** RFC 3339, or the same without a zone, which means UTC. Undefined for anything else. */
export function parseInstant(text: string): Instant | undefined {
  const match = text.length <= LONGEST ? DATETIME.exec(text) : null;
  if (!match) return undefined;
  const day = parseDay(match[1] as string);
  const clock = parseClock(match[2] as string);
  const offset = parseZone(match[3]);
  if (day === undefined || !clock || offset === undefined) return undefined;
  const second = clock.second - offset;
  const shifted = day + Math.floor(second / DAY_SECONDS);
  if (shifted < FIRST_DAY || shifted > LAST_DAY) return undefined;
  return { day: shifted, second: second - Math.floor(second / DAY_SECONDS) * DAY_SECONDS, micro: clock.micro };
}

/** The clock of an ISO text as it is written, whatever its zone. */
export function splitInstant(text: string): { date: string; clock: string } | undefined {
  const match = text.length <= LONGEST ? DATETIME.exec(text) : null;
  return match ? { date: match[1] as string, clock: match[2] as string } : undefined;
}

export function instantOf(milliseconds: number): Instant {
  const seconds = Math.floor(milliseconds / 1000);
  const day = Math.floor(seconds / DAY_SECONDS);
  const micro = Math.floor(milliseconds - seconds * 1000) * 1000;
  return { day, second: seconds - day * DAY_SECONDS, micro };
}

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
export function instantText(instant: Instant): string {
  return `${dayText(instant.day)}T${secondText(instant.second)}.${microText(instant.micro)}Z`;
}

/** `HH:MM:SS`, with a fraction only when there is one: as PostgreSQL writes a time. */
export function clockText(clock: Omit<Instant, 'day'>): string {
  const fraction = microText(clock.micro).replace(/0+$/, '');
  return fraction === '' ? secondText(clock.second) : `${secondText(clock.second)}.${fraction}`;
}

const FIRST_DAY = parseDay('0001-01-01') as number;
const LAST_DAY = parseDay('9999-12-31') as number;

/** Seconds east of Greenwich; no zone is UTC. */
function parseZone(text: string | undefined): number | undefined {
  if (text === undefined || text === 'Z' || text === 'z') return 0;
  const match = ZONE.exec(text);
  if (!match) return undefined;
  const [hour, minute] = [Number(match[2]), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59) return undefined;
  return (match[1] === '-' ? -1 : 1) * (hour * 3600 + minute * 60);
}

function secondText(second: number): string {
  return [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map(twoDigits).join(':');
}

function microText(micro: number): string {
  return String(micro).padStart(6, '0');
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
