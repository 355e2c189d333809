/** What the tab of a form is drawn with, fetched as soon as the DocType is known: it comes beside the document. */
import { fieldsOf, formOf } from '../../meta/layout.ts';
import type { DocTypeMeta } from '../../meta/types.ts';
import { fetchWidgets } from '../../widgets/registry.ts';

/** `tab` as the address has it; another than there is means the first. */
export function fetchWidgetsOf(meta: DocTypeMeta | undefined, tab: string): void {
  const form = meta ? formOf(meta) : [];
  const shown = form.find(({ key }) => key === tab) ?? form[0];
  fetchWidgets(shown?.sections.flatMap(fieldsOf) ?? []);
}
