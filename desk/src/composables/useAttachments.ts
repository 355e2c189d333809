/** The files that hang on a document: asked for anew after each write of it, added to, taken away and brought back. */
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { downloadPath, listAttachments, publishFile, removeFile, restoreFile } from '../api/files.ts';
import type { Doc, DocTypeMeta } from '../meta/types.ts';
import { timelineKey } from './useDocInfo.ts';
import { useUploads } from './useUploads.ts';

export type { FileDoc as AttachedFile } from '../api/files.ts';

export function useAttachments(meta: MaybeRefOrGetter<DocTypeMeta>, doc: MaybeRefOrGetter<Doc>) {
  const client = useQueryClient();
  const doctype = computed(() => toValue(meta).name);
  const name = computed(() => (toValue(meta).issingle ? doctype.value : toValue(doc).name));
  const query = useQuery({
    queryKey: computed(() => ['attachments', doctype.value, name.value, toValue(doc)._version]),
    queryFn: () => listAttachments(doctype.value, name.value as string),
    placeholderData: (before) => before,
    retry: false,
    enabled: computed(() => name.value !== undefined),
  });
  const reload = (): Promise<void> => {
    // What was attached is told in the timeline as well.
    void client.invalidateQueries({ queryKey: timelineKey([doctype.value, name.value ?? '']) });
    return client.invalidateQueries({ queryKey: ['attachments', doctype.value, name.value] });
  };
  const most = computed(() => toValue(meta).max_attachments ?? 0);
  const files = computed(() => query.data.value?.items ?? []);
  const uploads = useUploads({
    wish: () => ({
      isPrivate: toValue(meta).make_attachments_public !== true,
      attachTo: { doctype: doctype.value, name: name.value as string },
    }),
    done: () => void reload(),
  });

  async function after(work: Promise<unknown>): Promise<void> {
    await work;
    await reload();
  }

  return {
    files,
    hasMore: computed(() => query.data.value?.hasMore === true),
    error: query.error,
    isLoading: query.isLoading,
    most,
    isFull: computed(() => most.value > 0 && files.value.length >= most.value),
    ...uploads,
    reload,
    remove: (file: string) => after(removeFile(file)),
    restore: (file: string) => after(restoreFile(file)),
    publish: (file: string, isPrivate: boolean) => after(publishFile(file, isPrivate)),
    downloadPath,
  };
}
