/** What a link brings along (`fetch_from`), as soon as it is picked. The server does the same again when it saves. */
import { listDocuments } from '../api/documents.ts';
import { isNothing } from '../meta/draft.ts';
import { fetchedBy, fetchedValues } from '../meta/fetch.ts';
import { linkTargetOf } from '../meta/links.ts';
import type { Doc, DocTypeMeta } from '../meta/types.ts';

export function useFetchFrom() {
  /** `doc` is the one with the new link; `set` is called for each value that follows. */
  return async (meta: DocTypeMeta, doc: Doc, fieldname: string, set: (fieldname: string, value: unknown) => void) => {
    const field = meta.fields.find((one) => one.fieldname === fieldname);
    const fetched = field ? fetchedBy(meta, fieldname) : [];
    const target = field ? linkTargetOf(field, doc) : '';
    if (fetched.length === 0 || target === '') return;
    const name = doc[fieldname];
    const values = isNothing(name)
      ? fetchedValues(fetched, undefined, doc)
      : fetchedValues(
          fetched,
          await read(
            target,
            String(name),
            fetched.map(({ source }) => source),
          ),
          doc,
        );
    for (const [follower, value] of Object.entries(values)) set(follower, value);
  };
}

/** Whoever may only select it gets nothing early: the server fetches for them. */
async function read(doctype: string, name: string, fields: readonly string[]): Promise<Doc> {
  const wish = {
    fields: [...new Set(fields)],
    filters: [['name', '=', name] as const],
    limit: 1,
    count: 'none' as const,
  };
  try {
    return (await listDocuments(doctype, wish)).items[0] ?? {};
  } catch {
    return {};
  }
}
