/** Where a link leads: `options` is the DocType, or for a dynamic link the field that names it. */
import type { Doc, FieldMeta } from '../meta/types.ts';

export function linkTargetOf(field: FieldMeta, doc: Doc): string {
  if (field.widget !== 'dynamic-link') return field.options ?? '';
  const named = doc[field.options ?? ''];
  return typeof named === 'string' ? named : '';
}
