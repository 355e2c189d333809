/** What documents are called, and which fields of a DocType hold nothing to tell. Pure; lists need it before any form. */
import type { Doc, DocTypeMeta } from './types.ts';

/** Widgets that arrange a form or only decorate it: they hold no value. */
export const LAYOUT: ReadonlySet<string> = new Set([
  'section-break',
  'column-break',
  'tab-break',
  'fold',
  'heading',
  'html',
  'button',
  'image',
]);

export function titleOf(meta: DocTypeMeta | undefined, doc: Doc): string {
  const title = meta?.title_field ? doc[meta.title_field] : undefined;
  return typeof title === 'string' && title !== '' ? title : (doc.name ?? '');
}
