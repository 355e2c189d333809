/** Single documents written from a list: what became of it as a value, and the rows on the screen brought up to date. */
import { ProblemError } from '../api/client.ts';
import { getDocument, listDocuments, restoreDocument, updateDocument } from '../api/documents.ts';
import type { Doc } from '../meta/types.ts';
import { usePatchRows, useStaleLists } from './useList.ts';

/** Names that an address has room for. */
const IN_ADDRESS = 60;

export type Written =
  | { kind: 'saved'; doc: Doc }
  /** Somebody was faster: this is what they left. */
  | { kind: 'conflict'; theirs: Doc }
  | { kind: 'refused'; message: string };

export function useDocuments(doctype: () => string) {
  const patch = usePatchRows();
  const stale = useStaleLists();
  const show = (doc: Doc): void => patch(doctype(), new Map([[doc.name ?? '', doc]]));

  async function write(name: string, given: Readonly<Record<string, unknown>>): Promise<Written> {
    try {
      const doc = await updateDocument(doctype(), name, given);
      show(doc);
      return { kind: 'saved', doc };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.status !== 409) return { kind: 'refused', message: error.errors[0]?.message ?? error.message };
      return { kind: 'conflict', theirs: await getDocument(doctype(), name) };
    }
  }

  /** What one field holds in each of these, so that a change can be taken back. */
  async function valuesOf(names: readonly string[], fieldname: string): Promise<Map<string, unknown>> {
    const values = new Map<string, unknown>();
    for (let at = 0; at < names.length; at += IN_ADDRESS) {
      const some = names.slice(at, at + IN_ADDRESS);
      const page = await listDocuments(doctype(), {
        fields: ['name', fieldname],
        filters: [['name', 'in', some]],
        limit: some.length,
        count: 'none',
      });
      for (const row of page.items) values.set(row.name ?? '', row[fieldname] ?? null);
    }
    return values;
  }

  /** Brings deleted ones back. Gives how many could not be. */
  async function restore(names: readonly string[]): Promise<number> {
    let failed = 0;
    for (const name of names) await restoreDocument(doctype(), name).catch(() => (failed += 1));
    void stale(doctype());
    return failed;
  }

  return { write, show, valuesOf, restore };
}
