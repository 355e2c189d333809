/**
 * Names of DocTypes, fields and tables: which are allowed, and how one follows from the other.
 * The rule for GraphQL and tables is GRAPHQL.md's: lower-cased, every run of other characters than
 * a-z0-9 one `_`, a `_` before a leading digit.
 */
import { createHash } from 'node:crypto';

/** PostgreSQL cuts identifiers after this many bytes. */
export const MAX_IDENTIFIER = 63;
export const MAX_DOCTYPE_NAME = 61;
export const MAX_FIELDNAME = 63;
export const MAX_DOCUMENT_NAME = 140;

const DOCTYPE_NAME = /^[A-Za-z][A-Za-z0-9 _-]*$/;
const FIELDNAME = /^[a-z_][a-z0-9_]*$/;

/** Words of the native REST routes, and the inherited names of JavaScript objects. */
export const RESERVED_DOCTYPE_NAMES: ReadonlySet<string> = new Set([
  'rpc',
  'auth',
  'doctype',
  'stream',
  'share',
  'permissions',
  'file',
  'print',
  'jobs',
  'activity',
  'notifications',
  'settings',
  'workflow',
  'search',
  'constructor',
  'prototype',
  'hasownproperty',
  'tostring',
  'valueof',
  'then',
  'tojson',
  'length',
]);

/** Keys of every document that no field may take; `idx` is shared, as Frappe's files do. */
export const STANDARD_KEYS: readonly string[] = [
  'id',
  'name',
  'doctype',
  'owner',
  'creation',
  'modified',
  'modified_by',
  'docstatus',
  'idx',
  '_version',
];
export const CHILD_KEYS: readonly string[] = ['parent', 'parenttype', 'parentfield'];

/** Columns that every PostgreSQL table has of itself: no other may be called so. */
const SYSTEM_COLUMNS: readonly string[] = ['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid'];

/** Fieldnames that a person may not choose. FORMAT.md section 3, plus JavaScript's and PostgreSQL's own names. */
export const RESERVED_FIELDNAMES: ReadonlySet<string> = new Set([
  ...SYSTEM_COLUMNS,
  ...STANDARD_KEYS,
  ...CHILD_KEYS,
  'parent_id',
  'file_list',
  'flags',
  'autoname',
  '__proto__',
  'constructor',
  'prototype',
  'hasownproperty',
  'tostring',
  'valueof',
  'then',
  'tojson',
  '__typename',
]);

export function isDocTypeName(name: string): boolean {
  return DOCTYPE_NAME.test(name) && name.length <= MAX_DOCTYPE_NAME && name.trim() === name;
}

export function isFieldname(name: string): boolean {
  return FIELDNAME.test(name) && name.length <= MAX_FIELDNAME;
}

/** `Sales Order` → `sales_order`. Also the key under which two spellings are the same DocType. */
export function snakeCase(name: string): string {
  const snake = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  return /^[0-9]/.test(snake) ? `_${snake}` : snake;
}

/** An identifier of at most 63 bytes that is the same on every run: too long a text ends in a hash. */
export function identifier(...parts: readonly string[]): string {
  const text = parts.join('_');
  if (Buffer.byteLength(text) <= MAX_IDENTIFIER) return text;
  return `${text.slice(0, MAX_IDENTIFIER - 9)}_${shortHash(text)}`;
}

/** Eight hexadecimal digits of SHA-256. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** `cost_center` from `Cost Center`: how fieldnames and naming refer to a DocType. */
export function scrub(name: string): string {
  return name.toLowerCase().replace(/[ -]/g, '_');
}
