/** File documents as this room reads them, under the rights of whoever asks. */

import { FIRST_TENANT } from '../doctypes/tenancy-mode.ts';
import type { Context } from '../documents/contract.ts';
import { listDocuments } from '../documents/read.ts';
import { condition, type Filter } from '../kernel/filter.ts';
import { isTenant } from '../kernel/tenancy.ts';
import { bothAddresses, tailOf } from './file-name.ts';

export const FILE = 'File';

export interface FileRow {
  id: string;
  name: string;
  owner: string;
  modified: string;
  _version: number;
  file_name: string | null;
  is_private: boolean;
  file_url: string | null;
  file_type: string | null;
  file_size: number;
  content_hash: string | null;
  is_folder: boolean;
  attached_to_doctype: string | null;
  attached_to_name: string | null;
  attached_to_field: string | null;
}

const FIELDS: readonly (keyof FileRow)[] = [
  'id',
  'name',
  'owner',
  'modified',
  '_version',
  'file_name',
  'is_private',
  'file_url',
  'file_type',
  'file_size',
  'content_hash',
  'is_folder',
  'attached_to_doctype',
  'attached_to_name',
  'attached_to_field',
];

const MOST = 1000;

/** Those that the actor may read, the oldest first. Throws as a list does. */
export async function filesWhere(ctx: Context, filter: Filter): Promise<FileRow[]> {
  const rows = await listDocuments(ctx, FILE, {
    fields: FIELDS.map((path) => ({ kind: 'path', path })),
    filter,
    search: [],
    groupBy: [],
    order: [{ path: 'creation', direction: 'asc' }],
    limit: MOST,
    offset: 0,
    count: 'none',
    expand: [],
  });
  return rows as unknown as FileRow[];
}

/** By the last parts of their addresses. */
export function withTails(tails: readonly string[]): Filter {
  return condition(
    'file_url',
    'in',
    tails.filter((tail) => !tail.includes('\0')).flatMap((tail) => bothAddresses(tail)),
  );
}

/** Files that have this content and may be read, by the last part of their address. */
export async function filesByTail(ctx: Context, tails: readonly string[]): Promise<Map<string, FileRow[]>> {
  const found = new Map<string, FileRow[]>();
  for (const row of tails.length === 0 ? [] : await filesWhere(ctx, withTails(tails))) {
    const tail = tailOf(row.file_url ?? '') ?? '';
    found.set(tail, [...(found.get(tail) ?? []), row]);
  }
  return found;
}

/** Tenants share no content, however equal. The first one has what was there before there were others. */
export function spaceOf(tenant: string | undefined): string {
  return isTenant(tenant) && tenant !== FIRST_TENANT ? `tenant-${tenant}` : 'files';
}
