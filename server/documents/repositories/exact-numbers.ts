/**
 * JSON text with numbers that JavaScript would round: they are kept digit by digit, and written back as
 * they were. Everything else is JSON.parse and JSON.stringify.
 */
interface RawJson {
  readonly rawJSON: string;
}

/** ECMAScript 2026 has these; the compiler's library does not know them yet. */
const json = JSON as unknown as {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};

/** A run of digits that may be beyond a JavaScript number. */
const LONG_NUMBER = /\d{16}|\d\.\d{15}/;

/** Throws SyntaxError as JSON.parse does. */
export function parseExactly(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined || !LONG_NUMBER.test(source)) return value;
    return String(value) === source ? value : json.rawJSON(source);
  });
}

/** Whether a value is a number kept digit by digit. */
export function isExact(value: unknown): value is RawJson {
  return json.isRawJSON(value);
}

export function exactText(value: RawJson): string {
  return value.rawJSON;
}
