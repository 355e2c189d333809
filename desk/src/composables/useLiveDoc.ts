/**
 * What others do to the document that is worked on. What they save is taken on quietly while nothing was typed;
 * over what was typed it is only announced. What was typed is never lost, whatever becomes of the document.
 */
import { type MaybeRefOrGetter, shallowRef, toValue, watch } from 'vue';
import { ProblemError } from '../api/client.ts';
import { getDocument } from '../api/documents.ts';
import { changesOf } from '../meta/draft.ts';
import type { Doc, DocTypeMeta } from '../meta/types.ts';
import { type Changes, useChanges } from './useChanges.ts';
import type { useDoc } from './useDoc.ts';

export type DocNews =
  /** Somebody saved it over what I began with. `labels`: of the fields that they changed. */
  | { kind: 'changed'; by: string; labels: readonly string[]; theirs: Doc; isMergeable: boolean }
  | { kind: 'deleted'; by: string }
  | { kind: 'hidden' };

export interface LiveDocWish {
  meta: MaybeRefOrGetter<DocTypeMeta | undefined>;
  document: ReturnType<typeof useDoc>;
  /** It was taken on: say so in a word. */
  taken(by: string, labels: readonly string[]): void;
  /** It has another name now. */
  renamed(name: string): void;
}

const SAVING_MS = 200;

export function useLiveDoc({ meta, document, taken, renamed }: LiveDocWish) {
  const news = shallowRef<DocNews | undefined>();
  const { saved, isNew, isDirty, isLoading, isSaving, conflict } = document;

  /** What is being saved here would look like another's. */
  async function settled(): Promise<void> {
    while (isSaving.value || isLoading.value) await new Promise((resolve) => setTimeout(resolve, SAVING_MS));
  }

  async function take({ documents }: Changes): Promise<void> {
    await settled();
    const type = toValue(meta);
    const { name, modified, id } = saved.value;
    if (!type || name === undefined || isNew.value) return;
    const event = documents.get(name);
    if (event?.modified !== undefined && event.modified === modified) return;
    try {
      // By its id: it may be called otherwise by now.
      const theirs = await getDocument(type.name, typeof id === 'string' ? id : name);
      await settled();
      if (saved.value.name === name) meet(type, theirs);
    } catch (error) {
      if (!(error instanceof ProblemError) || ![403, 404].includes(error.status) || saved.value.name !== name)
        throw error;
      if (news.value?.kind !== 'deleted')
        news.value = event?.event === 'delete' ? { kind: 'deleted', by: event.by ?? '' } : { kind: 'hidden' };
    }
  }

  function meet(type: DocTypeMeta, theirs: Doc): void {
    const isRenamed = theirs.name !== saved.value.name;
    const isSameVersion = theirs._version === saved.value._version;
    if (news.value?.kind !== 'changed') news.value = undefined;
    const changed = changesOf(type, saved.value, theirs);
    const labels = type.fields.filter(({ fieldname }) => fieldname in changed).map(({ label }) => label);
    const by = String(theirs.modified_by ?? '');
    if (!isDirty.value || isSameVersion) {
      if (isSameVersion && !isRenamed) return;
      document.rebase(theirs);
      if (isRenamed) renamed(String(theirs.name));
      else taken(by, labels);
    } else if (!conflict.value) {
      const mine = document.changes.value;
      const isMergeable = !Object.keys(mine).some((fieldname) => fieldname in changed);
      news.value = { kind: 'changed', by, labels, theirs, isMergeable };
    }
  }

  const { again } = useChanges(
    () => {
      const { name } = saved.value;
      const type = toValue(meta);
      return type && name !== undefined && !isNew.value ? { doctype: type.name, name } : undefined;
    },
    take,
    { everyMs: 500 },
  );
  // Saved, taken on or given up meanwhile.
  watch([saved, conflict], () => {
    if (news.value?.kind === 'changed' && Number(saved.value._version) >= Number(news.value.theirs._version))
      news.value = undefined;
    if (news.value && news.value.kind !== 'changed' && !document.isLoading.value) news.value = undefined;
  });

  /** Out of the recycle bin, and on with what was typed. */
  async function restore(): Promise<void> {
    const { name = '' } = saved.value;
    const type = toValue(meta);
    if (!type) return;
    await document.restore(type.name, name);
    document.rebase(await getDocument(type.name, name));
    again();
  }

  return {
    news,
    restore,
    /** Both versions side by side. */
    compare(): void {
      if (news.value?.kind === 'changed') document.meet(news.value.theirs);
    },
    /** Theirs, with what was typed over it. */
    merge(): void {
      if (news.value?.kind === 'changed') document.rebase(news.value.theirs);
    },
  };
}
