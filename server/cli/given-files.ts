/**
 * What the paths of `m doctype import` and `diff` stand for: files and folders as they are, and apps
 * (folders with an app.json), whose DocTypes lie in `doctypes/` and belong to them.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { readAppFolder } from '../app-folder.ts';
import { type ReadFiles, readDocTypeFiles } from '../doctypes/files.ts';
import { AppError } from '../kernel/error.ts';

interface Place {
  path: string;
  app: string | undefined;
}

/** Everything that the paths hold; `app` is said to be theirs, whatever the folders say. Throws AppError when there is nothing to import. */
export async function readGivenFiles(paths: readonly string[], app: string | undefined): Promise<ReadFiles> {
  const places = (await Promise.all(paths.map((given) => placesOf(path.resolve(given))))).flat();
  const parts: ReadFiles[] = [];
  for (const place of places) parts.push(await readDocTypeFiles([place.path], app ?? place.app));
  const files: ReadFiles = {
    doctypes: parts.flatMap((part) => part.doctypes),
    customFields: parts.flatMap((part) => part.customFields),
    propertySetters: parts.flatMap((part) => part.propertySetters),
    customPermissions: parts.flatMap((part) => part.customPermissions),
    documents: parts.flatMap((part) => part.documents),
    skipped: parts.flatMap((part) => part.skipped),
  };
  const { doctypes, customFields, propertySetters, customPermissions } = files;
  if (doctypes.length + customFields.length + propertySetters.length + customPermissions.length > 0) return files;
  throw new AppError(
    'bad_request',
    `There is no DocType, Custom Field, Property Setter or Custom DocPerm in ${paths.join(', ')}. Name JSON files of DocTypes, or folders that hold them.`,
  );
}

/** An app, a folder of apps, something inside an app, or anything else. */
async function placesOf(given: string): Promise<Place[]> {
  const inside = [given, ...foldersIn(given)].filter(isApp);
  if (inside.length > 0) return Promise.all(inside.map(appPlace));
  const around = [path.dirname(given), path.dirname(path.dirname(given))].find(isApp);
  return [{ path: given, app: around && (await readAppFolder(around)).name }];
}

async function appPlace(folder: string): Promise<Place> {
  return { path: path.join(folder, 'doctypes'), app: (await readAppFolder(folder)).name };
}

function isApp(folder: string): boolean {
  return existsSync(path.join(folder, 'app.json'));
}

function foldersIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(folder, entry.name));
}
