/** A list of documents that goes on page by page. Another wish keeps the old rows until the new ones are there. */
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { type ListWish, listDocuments, type Page } from '../api/documents.ts';

export function listKey(doctype: string): readonly unknown[] {
  return ['list', doctype];
}

/** `wish` undefined: not known yet what to ask. */
export function useList(doctype: MaybeRefOrGetter<string>, wish: MaybeRefOrGetter<ListWish | undefined>) {
  const query = useInfiniteQuery({
    queryKey: computed(() => [...listKey(toValue(doctype)), toValue(wish)]),
    queryFn: ({ pageParam, signal }) => {
      const more = pageParam > 0 ? { offset: pageParam, count: 'none' as const } : {};
      return listDocuments(toValue(doctype), { ...toValue(wish), ...more }, signal);
    },
    initialPageParam: 0,
    getNextPageParam: (last: Page, pages) =>
      last.has_more ? pages.reduce((sum, page) => sum + page.items.length, 0) : undefined,
    enabled: computed(() => toValue(wish) !== undefined),
    // Rows of another DocType are no placeholder.
    placeholderData: (previous, before) =>
      before?.queryKey[1] === toValue(doctype) ? keepPreviousData(previous) : undefined,
  });
  const pages = computed(() => query.data.value?.pages ?? []);
  return {
    items: computed(() => pages.value.flatMap((page) => page.items)),
    total: computed(() => pages.value[0]?.total),
    hasMore: query.hasNextPage,
    error: query.error,
    isLoading: query.isPending,
    isFetching: query.isFetching,
    isFetchingMore: query.isFetchingNextPage,
    loadMore: () => query.fetchNextPage(),
    reload: () => query.refetch(),
  };
}

/** For whoever has written documents: lists of them ask again. */
export function useStaleLists() {
  const client = useQueryClient();
  return (doctype: string) => client.invalidateQueries({ queryKey: listKey(doctype) });
}
