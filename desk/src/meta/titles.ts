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

/** What it is called where it has a title besides, as `SO-2026-00014`; "" if it has none, or nobody would say it. */
export function numberOf(meta: DocTypeMeta, doc: Doc): string {
  const isSaid = !['hash', 'uuid', 'single'].includes(meta.naming.rule);
  return isSaid && doc.name !== undefined && doc.name !== titleOf(meta, doc) ? doc.name : '';
}
