/** A moment in UTC, as the server has it, and the wall clock of this browser, as people read and write it. Pure. */

/** `2026-03-31T08:15:00`; "" for what is no moment. */
export function toWallClock(utc: string): string {
  const time = Date.parse(utc);
  if (Number.isNaN(time)) return '';
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** RFC 3339 in UTC; null for what is no moment. */
export function fromWallClock(local: string): string | null {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
