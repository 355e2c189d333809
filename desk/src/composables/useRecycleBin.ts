/** Documents out of the recycle bin again. */
import { restoreDocument } from '../api/documents.ts';
import type { Doc } from '../meta/types.ts';
import { useStaleLists } from './useList.ts';

/** Of the row that the recycle bin has of it. */
function idIn(data: unknown): string | undefined {
  const held: unknown = typeof data === 'string' ? JSON.parse(data) : data;
  const id = (held as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : undefined;
}

export function useRecycleBin() {
  const stale = useStaleLists();
  return {
    /** Gives its name. Throws what the server says to it. */
    async restore(deleted: Doc): Promise<string> {
      const doctype = String(deleted.deleted_doctype);
      // By its id: another of that name may have been deleted since.
      const { name } = await restoreDocument(doctype, idIn(deleted.data) ?? String(deleted.deleted_name));
      void stale(doctype);
      void stale('Deleted Document');
      return String(name);
    },
  };
}
