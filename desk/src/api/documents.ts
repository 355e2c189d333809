/** Documents over REST: one function per route. A version that is given guards against overwriting. */
import type { Doc } from '../meta/types.ts';
import { type Download, download, pathOf, request } from './client.ts';

export interface ListWish {
  fields?: readonly unknown[];
  /** Conditions and groups of them: `[[field, operator, value], ["or", …]]`. */
  filters?: readonly unknown[];
  or_filters?: readonly unknown[];
  order_by?: string;
  q?: string;
  limit?: number;
  offset?: number;
  /** Empty: the first page by key. */
  cursor?: string;
  group_by?: string;
  count?: 'none' | 'estimated' | 'exact';
  /** What a link may be set to, more than may be read; of it name, title and search fields. */
  as?: 'select';
  /** With it also what is switched off, which nobody chooses any more. */
  include_disabled?: 1;
}

export interface Page<T = Doc> {
  items: T[];
  total?: number;
  total_is_estimate?: boolean;
  limit: number;
  offset?: number;
  has_more: boolean;
  next_cursor?: string | null;
}

export interface BulkWish {
  action: 'insert' | 'update' | 'delete' | 'submit' | 'cancel';
  docs: readonly Record<string, unknown>[];
  atomic?: boolean;
}

export function listDocuments<T = Doc>(doctype: string, wish: ListWish = {}, signal?: AbortSignal): Promise<Page<T>> {
  return request('GET', pathOf(doctype), { query: { ...wish }, signal });
}

export function getDocument(doctype: string, name: string, signal?: AbortSignal): Promise<Doc> {
  return request('GET', pathOf(doctype, name), { signal });
}

export function createDocument(doctype: string, given: Readonly<Record<string, unknown>>): Promise<Doc> {
  return request('POST', pathOf(doctype), { body: given });
}

/** `given` may hold `_version`, the one that was read: a newer one in the database is a 409. */
export function updateDocument(doctype: string, name: string, given: Readonly<Record<string, unknown>>): Promise<Doc> {
  return request('PATCH', pathOf(doctype, name), { body: given });
}

export function removeDocument(doctype: string, name: string): Promise<void> {
  return request('DELETE', pathOf(doctype, name));
}

export function submitDocument(doctype: string, name: string, version?: number): Promise<Doc> {
  return request('POST', pathOf(doctype, name, 'submit'), { body: { _version: version } });
}

export function cancelDocument(doctype: string, name: string, version?: number): Promise<Doc> {
  return request('POST', pathOf(doctype, name, 'cancel'), { body: { _version: version } });
}

/** A draft copy of a cancelled document. */
export function amendDocument(doctype: string, name: string): Promise<Doc> {
  return request('POST', pathOf(doctype, name, 'amend'), { body: {} });
}

export function renameDocument(doctype: string, name: string, to: string, merge = false): Promise<Doc> {
  return request('POST', pathOf(doctype, name, 'rename'), { body: { name: to, merge } });
}

export function duplicateDocument(doctype: string, name: string): Promise<Doc> {
  return request('POST', pathOf(doctype, name, 'duplicate'), { body: {} });
}

export function restoreDocument(doctype: string, name: string): Promise<Doc> {
  return request('POST', pathOf(doctype, name, 'restore'), { body: {} });
}

export interface BulkRow {
  name: string | null;
  ok: boolean;
  doc?: Doc;
  error?: { title?: string; detail?: string; errors?: readonly { message: string }[] };
}

/** Not atomic: each document goes its own way, and the answer is 200 with a result for each. */
export function bulk(
  doctype: string,
  wish: BulkWish,
): Promise<{ results: BulkRow[]; succeeded: number; failed: number }> {
  return request('POST', pathOf(doctype, 'bulk'), { body: wish });
}

export interface FileWish {
  format: 'xlsx' | 'csv' | 'json';
  fields: readonly string[];
  filters?: readonly unknown[];
  q?: string;
  order_by?: string;
  /** Whose clock an Excel sheet shows. */
  time_zone?: string;
  /** Of CSV: begins with the mark that Excel needs. */
  bom?: boolean;
}

/** A whole list as a file, made by the server while it comes. */
export function exportDocuments(
  doctype: string,
  wish: FileWish,
  signal: AbortSignal,
  note: (bytes: number) => void,
): Promise<Download> {
  return download('POST', pathOf(doctype, 'export'), { body: wish, signal }, note);
}
