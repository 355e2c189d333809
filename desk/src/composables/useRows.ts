/** Documents that are looked at all at once, as on a map: up to so many of them, with how many there are. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { type ListWish, listDocuments } from '../api/documents.ts';
import { listKey } from './useList.ts';

export const MOST_ROWS = 1000;

/** `wish` undefined: not known yet what to ask. */
export function useRows(doctype: MaybeRefOrGetter<string>, wish: MaybeRefOrGetter<ListWish | undefined>) {
  const query = useQuery({
    queryKey: computed(() => [...listKey(toValue(doctype)), 'rows', toValue(wish)]),
    queryFn: ({ signal }) =>
      listDocuments(toValue(doctype), { ...toValue(wish), limit: MOST_ROWS, count: 'estimated' }, signal),
    enabled: computed(() => toValue(wish) !== undefined && toValue(doctype) !== ''),
    structuralSharing: false,
    // The last month stays while the next is on its way; another DocType's rows do not.
    placeholderData: (previous, before) =>
      before?.queryKey[1] === toValue(doctype) ? keepPreviousData(previous) : undefined,
  });
  return {
    items: computed(() => query.data.value?.items ?? []),
    total: computed(() => query.data.value?.total),
    /** Some are not shown. */
    isCut: computed(() => query.data.value?.has_more === true),
    error: query.error,
    isLoading: query.isPending,
    isFetching: query.isFetching,
    reload: () => query.refetch(),
  };
}

/** Once, for a list on paper. Throws ProblemError. */
export function useSomeRows() {
  return (doctype: string, wish: ListWish) => listDocuments(doctype, { ...wish, limit: MOST_ROWS, count: 'exact' });
}
