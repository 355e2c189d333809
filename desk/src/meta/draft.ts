/** New documents with their defaults, and what a form would send of one that was changed. Pure. */

import { toWallClock } from './moments.ts';
import { LAYOUT } from './titles.ts';
import { type Doc, type DocTypeMeta, type FieldMeta, isSet } from './types.ts';
import { choicesOf } from './values.ts';

export interface Today {
  user: string;
  /** Milliseconds UTC. */
  now: number;
}

/** A document that exists nowhere yet. `given` wins over the defaults: from an address, or from a button. */
export function newDraft(meta: DocTypeMeta, today: Today, given: Readonly<Record<string, unknown>> = {}): Doc {
  const doc: Doc = { doctype: meta.name, docstatus: 0 };
  for (const field of meta.fields) {
    if (field.is_standard || LAYOUT.has(field.widget)) continue;
    const value = defaultOf(field, today);
    if (value !== undefined) doc[field.fieldname] = value;
  }
  return { ...doc, ...given };
}

/** A row of a child table. */
export function newRow(meta: DocTypeMeta | undefined, today: Today): Doc {
  if (!meta) return {};
  const { doctype: _, docstatus: __, ...row } = newDraft(meta, today);
  return row;
}

/** The fields that differ, as a write takes them. Child tables go whole: the server matches rows by name. */
export function changesOf(meta: DocTypeMeta, saved: Doc, doc: Doc): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const { fieldname, is_standard, is_virtual, widget } of meta.fields) {
    if (is_standard || is_virtual || LAYOUT.has(widget)) continue;
    if (!isSame(saved[fieldname], doc[fieldname])) changed[fieldname] = sendable(doc[fieldname] ?? null);
  }
  return changed;
}

export function isSame(left: unknown, right: unknown): boolean {
  if (left === right || (isNothing(left) && isNothing(right))) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, i) => isSame(item, right[i]));
  }
  const keys = new Set([...Object.keys(left), ...Object.keys(right)].filter((key) => !key.startsWith('__')));
  return [...keys].every((key) => isSame((left as Doc)[key], (right as Doc)[key]));
}

/** No value, however it is spelt: a box that was emptied is as one that never was filled. */
export function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function defaultOf(field: FieldMeta, today: Today): unknown {
  if (field.widget === 'table' || field.widget === 'table-multiselect') return [];
  const text = field.default === null || field.default === undefined ? '' : String(field.default);
  if (text === '') return field.widget === 'check' ? false : firstSeries(field);
  return DEFAULTS[field.widget]?.(text, today) ?? plainDefault(text, today);
}

type Default = (text: string, today: Today) => unknown;

const asNumber: Default = (text) => (Number.isNaN(Number(text)) ? undefined : Number(text));

const DEFAULTS: Readonly<Record<string, Default>> = {
  check: (text) => text === '1' || text === 'true',
  int: asNumber,
  float: asNumber,
  currency: asNumber,
  percent: asNumber,
  duration: asNumber,
  rating: asNumber,
  date: (text, { now }) => (/^today$/i.test(text) ? localDate(now) : text),
  datetime: (text, { now }) => (/^now$/i.test(text) ? new Date(now).toISOString() : text),
  time: (text, { now }) => (/^now$/i.test(text) ? toWallClock(new Date(now).toISOString()).slice(11) : text),
};

/** `:Company` and its like are defaults that only the server knows. */
function plainDefault(text: string, { user }: Today): unknown {
  if (/^(__user|user)$/i.test(text)) return user;
  return text.startsWith(':') ? undefined : text;
}

/** A form has one series chosen, as Frappe's has. */
function firstSeries(field: FieldMeta): unknown {
  return field.fieldname === 'naming_series' && isSet(field.reqd) ? choicesOf(field)[0] : undefined;
}

function localDate(now: number): string {
  return toWallClock(new Date(now).toISOString()).slice(0, 10);
}

/** What a new document is sent as: its own fields that hold something. */
export function forCreation(meta: DocTypeMeta, doc: Doc): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const { fieldname, is_standard, is_virtual, widget } of meta.fields) {
    if (is_standard || is_virtual || LAYOUT.has(widget) || isNothing(doc[fieldname])) continue;
    given[fieldname] = sendable(doc[fieldname]);
  }
  return given;
}

/** Rows without what only the screen knows of them: keys that begin with `__`. */
function sendable(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((row) =>
    typeof row === 'object' && row !== null
      ? Object.fromEntries(Object.entries(row).filter(([key]) => !key.startsWith('__')))
      : row,
  );
}
