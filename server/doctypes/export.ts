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
