/** The places that may lead to a document, and what to ask for to find them. Pure. */
import type { Doc, DocTypeMeta, Filter } from './types.ts';

export interface Connection {
  /** Whose list shows them. */
  doctype: string;
  /** The field there, as `customer` or `items.item`. */
  path: string;
  filters: readonly Filter[];
  /** The definition names it, so it is shown without any document as well. */
  isListed: boolean;
}

/** Fields that merely happen to link here are asked for only so far: half of all DocTypes link to User. */
const MOST_UNLISTED = 12;

export function connectionsOf(meta: DocTypeMeta, doc: Doc): Connection[] {
  if (doc.name === undefined) return [];
  const all = meta.links.flatMap((link): Connection[] => {
    const isListed = 'group' in link || 'parent_doctype' in link || link.is_child_table === undefined;
    const doctype = link.parent_doctype ?? link.link_doctype;
    // Of a row whose table is not told, nobody knows in which document it stands.
    if (link.is_child_table && !link.table_fieldname) return [];
    const path = link.table_fieldname ? `${link.table_fieldname}.${link.link_fieldname}` : link.link_fieldname;
    return [{ doctype, path, filters: [[path, '=', doc.name]], isListed }];
  });
  const unlisted = all.filter(({ isListed }) => !isListed);
  return unlisted.length > MOST_UNLISTED ? all.filter(({ isListed }) => isListed) : all;
}
