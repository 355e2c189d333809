/** The documents that link to one, counted: as the `links` of its DocType say. */
import { useQueries } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { countDocuments } from '../api/documents.ts';
import { connectionsOf } from '../meta/connections.ts';
import type { Doc, DocTypeMeta } from '../meta/types.ts';
import { useDocTypes } from './useDocType.ts';

export function useConnections(meta: MaybeRefOrGetter<DocTypeMeta>, doc: MaybeRefOrGetter<Doc>) {
  const { slugs, items } = useDocTypes();
  const wanted = computed(() => {
    const visible = new Set(items.value.map(({ name }) => name));
    return connectionsOf(toValue(meta), toValue(doc)).filter(({ doctype }) => visible.has(doctype));
  });
  const answers = useQueries({
    queries: computed(() =>
      wanted.value.map((one) => ({
        queryKey: ['count', one.doctype, one.filters],
        queryFn: () => countDocuments(one.doctype, one.filters),
        retry: false,
      })),
    ),
  });
  const connections = computed(() =>
    wanted.value
      .map((one, index) => ({
        ...one,
        count: answers.value[index]?.data?.count,
        isFailed: answers.value[index]?.isError === true,
        isDoubled: wanted.value.filter(({ doctype }) => doctype === one.doctype).length > 1,
        to: {
          path: `/app/${encodeURIComponent(slugs.value.of(one.doctype))}/list`,
          query: { filters: JSON.stringify(one.filters) },
        },
      }))
      .filter(({ isFailed, count, isListed }) => !isFailed && (isListed || (count ?? 0) > 0)),
  );
  return { connections };
}
