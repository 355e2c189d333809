/** Another time for a document, from a calendar or a chart: written, said, and taken back when that is wished. */
import { useDocuments } from '../../composables/useDocuments.ts';
import { __, useI18n } from '../../composables/useI18n.ts';
import { useStaleLists } from '../../composables/useList.ts';
import type { ListPage } from '../../composables/useListPage.ts';
import { mayEditCell } from '../../meta/editable.ts';
import type { SpanFields } from '../../meta/spans.ts';
import { titleOf } from '../../meta/titles.ts';
import type { Doc, DocTypeMeta, FieldMeta } from '../../meta/types.ts';
import { formatValue } from '../../meta/values.ts';
import { toast } from '../../ui/toast.ts';

type Values = Readonly<Record<string, unknown>>;

export function useReschedule(page: ListPage) {
  const documents = useDocuments(() => page.doctype.value);
  const stale = useStaleLists();
  const { locale } = useI18n();
  const meta = (): DocTypeMeta => page.meta.value as DocTypeMeta;

  function text(doc: Doc, values: Values): string {
    const known = (field: FieldMeta): boolean => field.fieldname in values;
    return meta()
      .fields.filter(known)
      .map(
        (field) => `${__(field.label)} ${formatValue(values[field.fieldname], field, { locale: locale.value, doc })}`,
      )
      .join(', ');
  }

  /** As it was written last: keys are pressed faster than lists are read again. */
  const latest = new Map<string, Doc>();
  let before: Promise<unknown> = Promise.resolve();

  function newest(doc: Doc): Doc {
    const written = latest.get(doc.name ?? '');
    return written && (written._version ?? 0) > (doc._version ?? 0) ? written : doc;
  }

  /**
   * One after another, each of what the one before has left; `valuesOf` undefined: nothing is to be done. False when
   * it was refused, or somebody was faster; what that was is said.
   */
  function write(doc: Doc, valuesOf: (now: Doc) => Values | undefined): Promise<boolean> {
    const turn = before.then(async () => {
      const now = newest(doc);
      const values = valuesOf(now);
      return values ? put(now, values) : false;
    });
    before = turn.catch(() => undefined);
    return turn;
  }

  async function put(doc: Doc, values: Values): Promise<boolean> {
    const undone = Object.fromEntries(Object.keys(values).map((key) => [key, doc[key] ?? null]));
    const title = titleOf(meta(), doc);
    let refused: string | undefined;
    let written = doc;
    try {
      const outcome = await documents.write(doc.name as string, { ...values, _version: doc._version });
      if (outcome.kind === 'refused') refused = outcome.message;
      if (outcome.kind === 'conflict')
        refused = __('{0} was changed by somebody else. Look at it again and move it then.', title);
      if (outcome.kind === 'saved') written = { ...doc, ...outcome.doc };
    } catch (error) {
      refused = (error as Error).message;
    }
    latest.set(doc.name ?? '', written);
    await stale(page.doctype.value);
    if (refused !== undefined) {
      toast(__('{0} stays where it was. {1}', title, refused), { tone: 'error' });
      return false;
    }
    toast(`${title}: ${text(written, values)}`, {
      action: { label: __('Undo'), run: () => void write(written, () => undone) },
    });
    return true;
  }

  return {
    write,
    mayMove: (doc: Doc, fields: SpanFields) =>
      mayEditCell(meta(), fields.start, doc) &&
      (!fields.end || !doc[fields.end.fieldname] || mayEditCell(meta(), fields.end, doc)),
    mayStretch: (doc: Doc, fields: SpanFields) => fields.end !== undefined && mayEditCell(meta(), fields.end, doc),
  };
}
