/** Timestamps as the whole product writes them: RFC 3339, UTC, six digits of fraction. */

/** Milliseconds since 1970 to `2026-01-02T03:04:05.678000Z`. */
export function toTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}

/** The UTC date, `2026-01-02`. */
export function toDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
