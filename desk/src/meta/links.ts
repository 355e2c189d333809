/** Where a link leads, and which documents it may lead to. Pure. */
import { titleOf } from './titles.ts';
import type { Doc, DocTypeMeta, FieldMeta, Filter } from './types.ts';

/** `options` is the DocType, or for a dynamic link the field that names it. */
export function linkTargetOf(field: FieldMeta, doc: Doc): string {
  if (field.widget !== 'dynamic-link') return field.options ?? '';
  const named = doc[field.options ?? ''];
  return typeof named === 'string' ? named : '';
}

/** The field that stands for a document where it is linked to: its title where its DocType says so, else `name`. */
export function linkTitleField(
  meta: Pick<DocTypeMeta, 'show_title_field_in_link' | 'title_field'> | undefined,
): string {
  return (meta?.show_title_field_in_link && meta.title_field) || 'name';
}

/** What that field says; the name where it says nothing. */
export function linkTitleOf(meta: DocTypeMeta | undefined, doc: Doc): string {
  return linkTitleField(meta) === 'name' ? (doc.name ?? '') : titleOf(meta, doc);
}

/** `link_filters`: JSON of `[doctype, field, operator, value]`, where `eval: doc.customer` is the document's value. */
export function linkFiltersOf(field: FieldMeta, doc: Doc, parent?: Doc): Filter[] {
  let given: unknown;
  try {
    given = JSON.parse(field.link_filters || '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(given)) return [];
  return given.flatMap((one): Filter[] => {
    if (!Array.isArray(one) || one.length < 3) return [];
    const [name, operator, value] = one.slice(-3);
    const wanted = evaluated(value, doc, parent);
    return wanted === undefined || wanted === null || wanted === '' ? [] : [[String(name), String(operator), wanted]];
  });
}

function evaluated(value: unknown, doc: Doc, parent?: Doc): unknown {
  const path = typeof value === 'string' ? /^eval:\s*(doc|parent)\.(\w+)$/.exec(value.trim()) : null;
  if (!path) return value;
  return (path[1] === 'parent' ? parent : doc)?.[path[2] as string];
}
