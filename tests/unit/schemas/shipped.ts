/** What the product ships as data, read from its files: built-in DocTypes, demo apps, their documents. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { builtinFieldTypes, createRegistry } from '../../../server/fieldtypes/registry.ts';
import type { DocField, DocTypeJson } from '../../../server/kernel/doctype.ts';
import type { Document } from '../../../server/kernel/document.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');
export const registry = createRegistry(builtinFieldTypes);
export const APPS = ['todo', 'crm'];

/** Roles and users that the server itself makes before any app is loaded. */
export const GIVEN: Readonly<Record<string, readonly string[]>> = {
  // Those that permissions name come with the DocTypes.
  Role: [
    'Administrator',
    'System Manager',
    'All',
    'Guest',
    'Desk User',
    'Workspace Manager',
    'Sales User',
    'Sales Manager',
  ],
  User: ['Administrator', 'Guest'],
};

export interface DefinitionFile {
  /** From the root, for messages. */
  file: string;
  definition: DocTypeJson;
}

export interface SeedDocument {
  app: string;
  doctype: string;
  /** `05-Sales Item.json[3]`, for messages. */
  where: string;
  /** The document without `_submit` and `_cancel`. */
  doc: Document;
  isSubmitted: boolean;
  isCancelled: boolean;
  /** The name that an empty site gives it; undefined when it cannot be known (hash, series with dates). */
  name: string | undefined;
}

export const builtIns: readonly DefinitionFile[] = definitionsIn('schemas');
export const definitionFiles: readonly DefinitionFile[] = [
  ...builtIns,
  ...APPS.flatMap((app) => definitionsIn(`seeds/${app}/doctypes`)),
];
export const definitions: ReadonlyMap<string, DocTypeJson> = new Map(
  definitionFiles.map(({ definition }) => [definition.name, definition]),
);

export function json(file: string): unknown {
  return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
}

export function fieldOf(doctype: string, fieldname: string): DocField | undefined {
  return definitions.get(doctype)?.fields.find((field) => field.fieldname === fieldname);
}

/** Whether documents hold nothing for the field: breaks, buttons, headings. */
export function isLayout(field: DocField): boolean {
  const type = registry.find(field.fieldtype);
  return !type?.column && !type?.children;
}

/** All documents of an app in the order in which they are loaded, named as on an empty site. */
export function seedDocuments(app: string): SeedDocument[] {
  const counters = new Map<string, number>();
  const folder = `seeds/${app}/documents`;
  return jsonFiles(folder).flatMap((file) => {
    const doctype = file.replace(/^\d+-/, '').replace(/\.json$/, '');
    const documents = json(`${folder}/${file}`) as Document[];
    return documents.map((document, index) => {
      const { _submit, _cancel, ...doc } = document;
      const name = predictName({ doctype, doc, counters });
      return {
        app,
        doctype,
        where: `${app}/${file}[${index}]`,
        doc,
        isSubmitted: _submit === true,
        isCancelled: _cancel === true,
        name,
      };
    });
  });
}

/** The folder of the public Frappe corpus beside the checkout, when someone put it there. */
export function corpusNames(): string[] | undefined {
  const folder = path.resolve(ROOT, '../shared/frappe/doctypes');
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => path.basename(file, '.json'));
}

function definitionsIn(folder: string): DefinitionFile[] {
  return jsonFiles(folder)
    .filter((file) => !file.endsWith('.schema.json'))
    .map((file) => ({ file: `${folder}/${file}`, definition: json(`${folder}/${file}`) as DocTypeJson }));
}

function jsonFiles(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder))
    .filter((file) => file.endsWith('.json'))
    .sort();
}

/** `field:`, `Prompt`, singles and counters without dates; the rest depends on when it is loaded. */
function predictName(q: { doctype: string; doc: Document; counters: Map<string, number> }): string | undefined {
  const definition = definitions.get(q.doctype);
  const autoname = definition?.autoname ?? '';
  if (definition?.issingle) return q.doctype;
  if (autoname === 'Prompt') return q.doc.name as string;
  if (autoname.startsWith('field:')) return q.doc[autoname.slice('field:'.length)] as string;
  const counter = /^([A-Z-]+)\.(#+)$/.exec(autoname);
  if (!counter) return undefined;
  const [, prefix, digits] = counter as unknown as [string, string, string];
  const next = (q.counters.get(prefix) ?? 0) + 1;
  q.counters.set(prefix, next);
  return `${prefix}${String(next).padStart(digits.length, '0')}`;
}
