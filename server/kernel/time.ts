/** Timestamps as the whole product writes them: RFC 3339, UTC, six digits of fraction. */

/** Milliseconds since 1970 to `2026-01-02T03:04:05.678000Z`. */
export function toTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}

/** `now`, or a microsecond after `before` when the clock has not passed it: no two writes of a document share a time. */
export function timestampAfter(before: string, now: number): string {
  const at = toTimestamp(now);
  if (at > before) return at;
  const micros = Number(before.slice(-4, -1)) + 1;
  const millisecond = Date.parse(before) + (micros === 1000 ? 1 : 0);
  return `${new Date(millisecond).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`;
}
