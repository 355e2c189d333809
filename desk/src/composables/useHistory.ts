/** The versions of a document with what each of them changed, and with whom it is shared. */
import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { listShares, listVersions } from '../api/documents.ts';
import { type Change, changesIn, type VersionData } from '../meta/history.ts';
import type { Doc, DocTypeMeta } from '../meta/types.ts';

export interface HistoryEntry {
  key: string;
  by: string;
  at: string;
  changes: Change[];
}

/** The version of a document is part of the question: it is asked again after every write. */
const keyOf = (doc: Doc): readonly unknown[] => [doc.name, doc._version];

export function useHistory(meta: MaybeRefOrGetter<DocTypeMeta>, doc: MaybeRefOrGetter<Doc>) {
  const query = useQuery({
    queryKey: computed(() => ['versions', toValue(meta).name, ...keyOf(toValue(doc))]),
    queryFn: () => listVersions(toValue(meta).name, toValue(doc).name as string),
    retry: false,
    enabled: computed(() => toValue(doc).name !== undefined),
  });
  const entries = computed<HistoryEntry[]>(() =>
    (query.data.value?.items ?? []).map((row) => ({
      key: String(row.name),
      by: String(row.owner),
      at: String(row.creation),
      changes: changesIn(toValue(meta), row.data as VersionData),
    })),
  );
  return { entries, isLoading: query.isLoading, error: query.error };
}

export function useShares(doctype: MaybeRefOrGetter<string>, doc: MaybeRefOrGetter<Doc>) {
  const query = useQuery({
    queryKey: computed(() => ['shares', toValue(doctype), ...keyOf(toValue(doc))]),
    queryFn: () => listShares(toValue(doctype), toValue(doc).name as string),
    retry: false,
    enabled: computed(() => toValue(doc).name !== undefined),
  });
  return { shares: computed(() => query.data.value?.items ?? []) };
}
