/** The built-in DocTypes of `schemas/`: brought into the database when a new release changes them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { systemActor } from '../kernel/actor.ts';
import type { DocTypeJson } from '../kernel/doctype.ts';
import type { SchemaServices } from './edits.ts';
import { importDocTypes } from './import.ts';
import { CORE_APP } from './prepare.ts';
import { checksumOf } from './stored-form.ts';

/**
 * The names that were made or changed. Asked is what was brought last, not what stands there now: an edit of
 * somebody's holds until a release changes that DocType.
 */
export async function syncCore(services: SchemaServices, folder: string): Promise<string[]> {
  const definitions = await readCore(folder);
  const rows = await services.db.query({
    text: `select distinct on (d.name) d.name, h.checksum from doctype d join m_doctype_history h on h.doctype_id = d.id
      where d.app = $1 and h.action in ('create', 'core') order by d.name, h.id desc`,
    values: [CORE_APP],
  });
  const known = new Map(rows.map((row) => [row.name as string, row.checksum as string]));
  const changed = definitions.filter((definition) => known.get(definition.name) !== checksumOf(definition));
  if (changed.length === 0) return [];
  const doctypes = changed.map((definition) => ({ definition, app: CORE_APP, file: `${definition.name}.json` }));
  const report = await importDocTypes(services, {
    actor: systemActor('bringing the built-in DocTypes up to date'),
    files: { doctypes, customFields: [], propertySetters: [] },
    action: 'core',
  });
  return [...report.created, ...report.changed];
}

async function readCore(folder: string): Promise<DocTypeJson[]> {
  const files = (await readdir(folder))
    .filter((file) => file.endsWith('.json') && !file.endsWith('.schema.json'))
    .sort();
  return Promise.all(
    files.map(async (file) => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as DocTypeJson),
  );
}
