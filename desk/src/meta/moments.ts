/** A moment in UTC, as the server has it, and the wall clock of its reader, as people read and write it. Pure. */
import { reader } from './reader.ts';

/** `2026-03-31T08:15:00`; "" for what is no moment. */
export function toWallClock(utc: string, zone = reader.timeZone): string {
  const time = Date.parse(utc);
  if (Number.isNaN(time)) return '';
  return new Date(time + offsetOf(time, zone)).toISOString().slice(0, 19);
}

/** RFC 3339 in UTC; null for what is no moment. */
export function fromWallClock(local: string, zone = reader.timeZone): string | null {
  if (zone === undefined) {
    const date = new Date(local);
    return Number.isNaN(date.getTime()) ? null : date.toISOString();
  }
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return null;
  // The offset of about then, and again of what that gives: around a change of the clocks they differ.
  const about = wall - offsetOf(wall, zone);
  return new Date(wall - offsetOf(about, zone)).toISOString();
}

/** Milliseconds that the wall clock is before UTC. */
function offsetOf(time: number, zone: string | undefined): number {
  if (zone === undefined) return -new Date(time).getTimezoneOffset() * 60_000;
  const parts = Object.fromEntries(
    clockOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric' as const;
  const all = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric };
  const known =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', { ...all, timeZone, hourCycle: 'h23' });
  clocks.set(timeZone, known);
  return known;
}
