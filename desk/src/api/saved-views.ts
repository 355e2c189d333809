/** Saved views as documents of the server: one's own, and those that others share. */
import type { Doc } from '../meta/types.ts';
import { createDocument, listDocuments, removeDocument, updateDocument } from './documents.ts';

const DOCTYPE = 'Saved View';
const MOST = 200;

export function listSavedViews(doctype: string): Promise<{ items: Doc[] }> {
  return listDocuments(DOCTYPE, {
    fields: ['name', 'label', 'owner', 'is_shared', 'is_default', 'columns', 'settings'],
    filters: [['for_doctype', '=', doctype]],
    order_by: 'label asc',
    limit: MOST,
    count: 'none',
  });
}

/** `name`: of the one that it takes the place of. */
export function writeSavedView(given: Readonly<Record<string, unknown>>, name?: string): Promise<Doc> {
  return name === undefined ? createDocument(DOCTYPE, given) : updateDocument(DOCTYPE, name, given);
}

export function removeSavedView(name: string): Promise<void> {
  return removeDocument(DOCTYPE, name);
}
