/** A list of documents that goes on page by page, by key. Another wish keeps the old rows until the new ones are there. */
import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, shallowRef, toValue, watch } from 'vue';
import { type ListWish, listDocuments, type Page } from '../api/documents.ts';
import type { Doc } from '../meta/types.ts';

/** More pages than these are not all asked for again when somebody comes back to the window. */
const FEW_PAGES = 3;

/** Whoever reads on reads far: each page is longer than the one before. */
const LENGTHS = [100, 200, 500];

interface Place {
  /** "": the beginning. */
  cursor: string;
  limit?: number;
}

export function listKey(doctype: string): readonly unknown[] {
  return ['list', doctype];
}

/** `wish` undefined: not known yet what to ask. `nextLength`: of a page, from that of the one before. */
export function useList(
  doctype: MaybeRefOrGetter<string>,
  wish: MaybeRefOrGetter<ListWish | undefined>,
  nextLength: (limit: number | undefined) => number | undefined = longerThan,
) {
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: computed(() => [...listKey(toValue(doctype)), toValue(wish)]),
    queryFn: ({ pageParam, signal }) => {
      const count = pageParam.cursor === '' ? 'estimated' : 'none';
      return listDocuments(toValue(doctype), { ...toValue(wish), ...pageParam, count }, signal);
    },
    initialPageParam: { cursor: '' } as Place,
    getNextPageParam: ({ has_more, next_cursor }: Page, _: unknown, { limit = toValue(wish)?.limit }: Place) =>
      has_more && next_cursor ? { cursor: next_cursor, limit: nextLength(limit) } : undefined,
    enabled: computed(() => toValue(wish) !== undefined),
    refetchOnWindowFocus: ({ state }) =>
      ((state.data as InfiniteData<Page> | undefined)?.pages.length ?? 0) <= FEW_PAGES,
    // Comparing or watching a hundred thousand rows would cost more than drawing them.
    structuralSharing: false,
    shallow: true,
    // Rows of another DocType are no placeholder.
    placeholderData: (previous, before) =>
      before?.queryKey[1] === toValue(doctype) ? keepPreviousData(previous) : undefined,
  });
  const pages = computed(() => query.data.value?.pages ?? []);
  const exact = shallowRef<number | undefined>();
  watch(
    () => toValue(wish),
    () => {
      exact.value = undefined;
    },
  );

  /** Counts them all, however long it takes. */
  async function countExactly(): Promise<void> {
    const { filters, or_filters, q } = toValue(wish) ?? {};
    const page = await listDocuments(toValue(doctype), {
      filters,
      or_filters,
      q,
      fields: ['name'],
      limit: 1,
      count: 'exact',
    });
    exact.value = page.total;
  }

  return {
    items: computed(() => pages.value.flatMap((page) => page.items)),
    total: computed(() => exact.value ?? pages.value[0]?.total),
    isEstimate: computed(() => exact.value === undefined && pages.value[0]?.total_is_estimate === true),
    countExactly,
    hasMore: query.hasNextPage,
    error: query.error,
    isLoading: query.isPending,
    isFetching: query.isFetching,
    isFetchingMore: query.isFetchingNextPage,
    /** What is asked for more often while it is under way is asked for once. */
    loadMore: async () => {
      if (query.hasNextPage.value && !query.isFetchingNextPage.value)
        await query.fetchNextPage({ cancelRefetch: false });
    },
    reload: () => query.refetch(),
    /** From the first page again, with what is there on the screen meanwhile. */
    renew: async () => {
      const key = [...listKey(toValue(doctype)), toValue(wish)];
      client.setQueryData<InfiniteData<Page>>(
        key,
        (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
      );
      await query.refetch();
    },
  };
}

function longerThan(limit = 0): number {
  return LENGTHS.find((length) => length > limit) ?? limit;
}

/** For whoever has written documents: lists of them ask again. */
export function useStaleLists() {
  const client = useQueryClient();
  return (doctype: string) => client.invalidateQueries({ queryKey: listKey(doctype) });
}

/** Puts what the server answered into the rows that are there, or takes rows away, without asking for all again. */
export function usePatchRows() {
  const client = useQueryClient();
  return (doctype: string, changed: ReadonlyMap<string, Doc | undefined>): void => {
    client.setQueriesData<InfiniteData<Page>>({ queryKey: listKey(doctype) }, (data) => {
      if (!data || !Array.isArray(data.pages)) return data;
      const pages = data.pages.map((page, index) => {
        const items = page.items.flatMap((row) => {
          if (!changed.has(row.name ?? '')) return [row];
          const now = changed.get(row.name ?? '');
          return now ? [{ ...row, ...now }] : [];
        });
        const gone = index === 0 ? [...changed.values()].filter((doc) => doc === undefined).length : 0;
        return { ...page, items, total: page.total === undefined ? undefined : Math.max(0, page.total - gone) };
      });
      return { ...data, pages };
    });
  };
}
