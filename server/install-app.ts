/** An app into the database: its DocTypes, then its documents, through the doors like anybody's. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type AppFolder, readSeedDocuments } from './app-folder.ts';
import { readDocTypeFiles } from './doctypes/files.ts';
import { importDocTypes } from './doctypes/import.ts';
import { inTransaction } from './documents/context.ts';
import { createDocument } from './documents/create.ts';
import { cancelDocument, submitDocument } from './documents/transition.ts';
import { systemActor } from './kernel/actor.ts';
import { createContext, type OpenServices } from './services.ts';

/** DocTypes and workspaces of an app folder, imported under its name. */
export async function installDocTypes(open: OpenServices, app: AppFolder): Promise<number> {
  const workspaces = path.join(app.folder, 'workspaces');
  const folders = [path.join(app.folder, 'doctypes'), ...(existsSync(workspaces) ? [workspaces] : [])];
  const files = await readDocTypeFiles(folders, app.name);
  const actor = systemActor(`installing the app ${app.name}`);
  const report = await importDocTypes(open.schema, { actor, files, isSync: true });
  return report.created.length + report.changed.length;
}

/** Documents of an app folder, in one transaction: all or none. */
export async function installDocuments(open: OpenServices, app: AppFolder): Promise<number> {
  const documents = await readSeedDocuments(app);
  const base = createContext(open, systemActor(`loading the documents of ${app.name}`));
  await inTransaction(base, async (within) => {
    for (const [index, { doctype, values, submit, cancel }] of documents.entries()) {
      // A minute apart, so that lists have the order of the files.
      const ctx = { ...within, now: within.now - (documents.length - index) * 60_000 };
      const { name } = await createDocument(ctx, { doctype, given: values });
      if (submit || cancel) await submitDocument(ctx, { doctype, name });
      if (cancel) await cancelDocument(ctx, { doctype, name });
    }
  });
  return documents.length;
}
