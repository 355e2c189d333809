/**
 * A document in memory: canonical values by fieldname, child tables as lists of the same.
 * Canonical means what a read of the native API gives: Check is boolean, numbers are numbers
 * (integers beyond 2^53 are strings), Date `YYYY-MM-DD`, Datetime RFC 3339 UTC with microseconds,
 * JSON is the parsed value. Nothing is inherited: its prototype has nothing, and itself no prototype.
 */
export type Value = string | number | boolean | null | object;

export interface Document {
  [fieldname: string]: Value | undefined;
}

export const DRAFT = 0;
export const SUBMITTED = 1;
export const CANCELLED = 2;

/** What `Object.create(null)` makes is a hash table to V8; what a constructor makes has a shape, and is read faster. */
const Bare = function Bare() {} as unknown as new () => Document;
Bare.prototype = Object.create(null) as object;

export function newDocument(values?: Iterable<readonly [string, Value | undefined]>): Document {
  const document = new Bare();
  if (values) for (const [key, value] of values) document[key] = value;
  return document;
}

/** The rows of a child table, never undefined. */
export function rowsOf(document: Document, fieldname: string): Document[] {
  const rows = document[fieldname];
  return Array.isArray(rows) ? (rows as Document[]) : [];
}

/** Empty as Frappe means it for text, links and dates: null, undefined or "". */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}
