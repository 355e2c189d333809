/** Definitions as files: what was imported comes back as it came, layers of other apps included. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Queryable } from '../db/pool.ts';
import type { DocTypeJson } from '../kernel/doctype.ts';
import { AppError } from '../kernel/error.ts';
import { CORE_APP } from './prepare.ts';
import { readLayerings, readRecords } from './rows.ts';

export interface ExportedFile {
  app: string;
  definition: DocTypeJson;
}

/** All but the built-in ones; a built-in one is exported as the layers that apps put over it, or by name. */
export async function exportDocTypes(db: Queryable, names: readonly string[]): Promise<ExportedFile[]> {
  const records = await readRecords(db, names.length > 0 ? names : undefined);
  const layerings = await readLayerings(db, names.length > 0 ? names : undefined);
  const known = new Set(records.map((record) => record.name));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length > 0) throw new AppError('not_found', `There is no DocType ${missing.join(', ')}.`);
  return records.flatMap((record): ExportedFile[] => {
    const layers = layerings.get(record.name)?.apps ?? [];
    if (record.app !== CORE_APP) return [{ app: record.app, definition: record.definition }, ...layers];
    return layers.length > 0 || names.length === 0 ? layers : [{ app: record.app, definition: record.definition }];
  });
}

export interface ExportedCustomization {
  doctype: string;
  custom_fields: Record<string, unknown>[];
  property_setters: Record<string, unknown>[];
  custom_perms: Record<string, unknown>[];
}

/** Custom Fields, Property Setters and Custom DocPerms by DocType, in the shape of Frappe's `custom/<doctype>.json`. */
export async function exportCustomizations(db: Queryable, names: readonly string[]): Promise<ExportedCustomization[]> {
  const layerings = await readLayerings(db, names.length > 0 ? names : undefined);
  return [...layerings].flatMap(([doctype, { customFields, propertySetters, customPermissions }]) => {
    if (customFields.length + propertySetters.length + customPermissions.length === 0) return [];
    const custom_fields = customFields.map(({ id: _, is_custom_field: __, ...field }) => ({ dt: doctype, ...field }));
    const custom_perms = customPermissions.map((row) => ({ parent: doctype, ...row }));
    return [{ doctype, custom_fields, property_setters: propertySetters.map(setterOf), custom_perms }];
  });
}

const SETTER_KEYS = [
  'name',
  'doctype_or_field',
  'doc_type',
  'field_name',
  'row_name',
  'property',
  'property_type',
  'value',
];

function setterOf(row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).filter(([key, value]) => SETTER_KEYS.includes(key) && value !== null && value !== ''),
  );
}

/** `<folder>/custom/<DocType>.json`; the paths written. */
export async function writeCustomizations(
  customizations: readonly ExportedCustomization[],
  folder: string,
): Promise<string[]> {
  const written: string[] = [];
  for (const customization of customizations) {
    const target = path.join(folder, 'custom', `${customization.doctype}.json`);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, `${JSON.stringify({ ...customization, sync_on_migrate: 1 }, null, 1)}\n`);
    written.push(target);
  }
  return written;
}

/** `<folder>/<app>/<DocType>.json`, one-space indent as Frappe writes; the paths written. */
export async function writeExport(files: readonly ExportedFile[], folder: string): Promise<string[]> {
  const written: string[] = [];
  for (const { app, definition } of files) {
    const target = path.join(folder, app, `${definition.name}.json`);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, toFileText(definition));
    written.push(target);
  }
  return written;
}

export function toFileText(definition: DocTypeJson): string {
  return `${JSON.stringify(definition, null, 1)}\n`;
}
