/**
 * Files and folders to what they hold: DocTypes, Custom Fields, Property Setters, Custom DocPerms, other documents. Takes
 * single files, folders and whole Frappe app checkouts. Reads files, knows no database.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DocTypeJson } from '../kernel/doctype.ts';
import { AppError } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { type PermissionRows, permissionRows } from './import-permissions.ts';

export interface ReadFiles {
  doctypes: { definition: DocTypeJson; app: string; file: string }[];
  customFields: Record<string, unknown>[];
  propertySetters: Record<string, unknown>[];
  customPermissions: PermissionRows[];
  /** Documents of other DocTypes (fixtures), in the order of the files. */
  documents: { doctype: string; values: Record<string, unknown>; file: string }[];
  /** Files that hold nothing for us, with the reason. */
  skipped: string[];
}

const IGNORED = new Set([
  'node_modules',
  '.git',
  'dist',
  'public',
  'templates',
  'locale',
  'translations',
  '__pycache__',
]);
const MAX_FILE = 8 * 1024 * 1024;

/** Throws `bad_request` for a path that does not exist or a file that is no JSON. */
export async function readDocTypeFiles(paths: readonly string[], app?: string): Promise<ReadFiles> {
  const read: ReadFiles = {
    doctypes: [],
    customFields: [],
    propertySetters: [],
    customPermissions: [],
    documents: [],
    skipped: [],
  };
  for (const given of paths) {
    const root = path.resolve(given);
    for (const file of await jsonFiles(root)) {
      const content = await parseFile(file);
      classify({ read, content, file, app: app ?? appOf(root, file) });
    }
  }
  return read;
}

async function jsonFiles(root: string): Promise<string[]> {
  const info = await stat(root).catch(() => undefined);
  if (!info) throw new AppError('bad_request', `${root} does not exist.`);
  if (info.isFile()) return [root];
  const found: string[] = [];
  for (const entry of (await readdir(root, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(root, entry.name);
    if (entry.isDirectory() && !IGNORED.has(entry.name)) found.push(...(await jsonFiles(full)));
    else if (entry.isFile() && entry.name.endsWith('.json')) found.push(full);
  }
  return found;
}

async function parseFile(file: string): Promise<unknown> {
  const { size } = await stat(file);
  if (size > MAX_FILE) throw new AppError('bad_request', `${file} has ${size} bytes; at most ${MAX_FILE} are read.`);
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new AppError('bad_request', `${file} is no JSON: ${(error as Error).message}`);
  }
}

/** `<app>/<module>/doctype/<x>/<x>.json` as in a checkout, or `<app>/<DocType>.json` below the given folder. */
function appOf(root: string, file: string): string {
  const parts = file.split(path.sep);
  const at = parts.lastIndexOf('doctype');
  if (at >= 2 && at === parts.length - 3) return parts[at - 2] as string;
  const below = path.relative(root, file).split(path.sep);
  return below.length === 2 ? (below[0] as string) : '';
}

function classify(q: { read: ReadFiles; content: unknown; file: string; app: string }): void {
  const { read, content, file } = q;
  if (Array.isArray(content)) {
    for (const item of content) classify({ ...q, content: item });
    return;
  }
  if (!isObject(content)) {
    read.skipped.push(`${file}: neither an object nor a list`);
    return;
  }
  if (CUSTOMIZATIONS.some((key) => Array.isArray(content[key]))) {
    read.customFields.push(...objects(content.custom_fields));
    read.propertySetters.push(...objects(content.property_setters));
    read.customPermissions.push(...permissionRows(objects(content.custom_perms), content.doctype, true));
    // Connections get their place with the desk: said, not dropped in silence.
    const links = objects(content.links).length;
    if (links > 0) read.skipped.push(`${file}: ${links} rows of links`);
  } else if (
    content.doctype === 'DocType' ||
    (content.doctype === undefined && typeof content.name === 'string' && Array.isArray(content.fields))
  ) {
    read.doctypes.push({ definition: content as unknown as DocTypeJson, app: q.app, file });
  } else if (content.doctype === 'Custom Field') {
    read.customFields.push(content);
  } else if (content.doctype === 'Property Setter') {
    read.propertySetters.push(content);
  } else if (content.doctype === 'Custom DocPerm') {
    read.customPermissions.push(...permissionRows([content], undefined, false));
  } else if (typeof content.doctype === 'string') {
    read.documents.push({ doctype: content.doctype, values: content, file });
  } else {
    read.skipped.push(`${file}: no DocType and no document`);
  }
}

/** Any of these makes a file one of `custom/`. */
const CUSTOMIZATIONS = ['custom_fields', 'property_setters', 'custom_perms'];

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
