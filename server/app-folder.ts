/**
 * An app on disk: `app.json`, its DocTypes, its documents, and a module `app.ts` with its behaviour.
 * Reads files and imports the module; installing is install-app.ts.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { App } from './documents/contract.ts';
import { AppError } from './kernel/error.ts';
import { isObject } from './kernel/json.ts';

export interface AppFolder {
  name: string;
  title: string;
  folder: string;
  modules: string[];
}

/** A document of an app's `documents/`: values, and what becomes of it after it is made. */
export interface SeedDocument {
  doctype: string;
  values: Record<string, unknown>;
  submit: boolean;
  cancel: boolean;
}

/** Throws `bad_request` when the folder holds no app. */
export async function readAppFolder(folder: string): Promise<AppFolder> {
  const file = path.join(folder, 'app.json');
  if (!existsSync(file))
    throw new AppError('bad_request', `${folder} is no app: it has no app.json. Make one with m new:app.`);
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!isObject(content) || typeof content.name !== 'string')
    throw new AppError('bad_request', `${file} must be an object with a name.`);
  const modules = Array.isArray(content.modules)
    ? content.modules.filter((name): name is string => typeof name === 'string')
    : [];
  return {
    name: content.name,
    title: typeof content.title === 'string' ? content.title : content.name,
    folder,
    modules,
  };
}

/** The module's default export; an app without a module has no behaviour of its own. */
export async function loadAppModule(app: AppFolder): Promise<App> {
  for (const file of ['app.ts', 'app.js']) {
    const full = path.join(app.folder, file);
    if (!existsSync(full)) continue;
    const module = (await import(pathToFileURL(full).href)) as { default?: App };
    if (!isObject(module.default))
      throw new AppError('bad_request', `${full} must have a default export with controllers.`);
    return module.default;
  }
  return {};
}

/** Files `NN-<DocType>.json` in the order of their numbers; each a list of documents. */
export async function readSeedDocuments(app: AppFolder): Promise<SeedDocument[]> {
  const folder = path.join(app.folder, 'documents');
  if (!existsSync(folder)) return [];
  const documents: SeedDocument[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()) {
    const doctype = file.replace(/^\d+-/, '').replace(/\.json$/, '');
    const list = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as Record<string, unknown>[];
    for (const { _submit, _cancel, ...values } of list) {
      documents.push({ doctype, values, submit: _submit === true, cancel: _cancel === true });
    }
  }
  return documents;
}
