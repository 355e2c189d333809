/** Values that a form takes from a linked document (`fetch_from`), shown before the server has saved them. Pure. */
import { isNothing } from './draft.ts';
import { type Doc, type DocTypeMeta, type FieldMeta, isSet } from './types.ts';

export interface Fetched {
  field: FieldMeta;
  /** The field of the linked document. */
  source: string;
}

/** What follows a link: the fields that say `fetch_from: link.field`. */
export function fetchedBy(meta: DocTypeMeta, linkField: string): Fetched[] {
  return meta.fields.flatMap((field) => {
    const [link, source] = (typeof field.fetch_from === 'string' ? field.fetch_from : '').trim().split('.');
    return link === linkField && source ? [{ field, source }] : [];
  });
}

/** The new values, from the linked document; undefined: the link was cleared, and with it what it had brought. */
export function fetchedValues(fetched: readonly Fetched[], target: Doc | undefined, doc: Doc): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { field, source } of fetched) {
    // What somebody typed there is theirs.
    if (isSet(field.fetch_if_empty) && !isNothing(doc[field.fieldname])) continue;
    if (target === undefined) values[field.fieldname] = null;
    else if (source in target) values[field.fieldname] = target[source];
  }
  return values;
}
