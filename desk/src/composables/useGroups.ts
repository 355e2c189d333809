/** How many documents there are for each value of a field: of those that the other filters leave. */
import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { listDocuments } from '../api/documents.ts';
import { listKey } from './useList.ts';

export interface Group {
  value: unknown;
  count: number;
}

const MOST = 200;

export interface GroupWish {
  field: string;
  filters: readonly unknown[];
  q?: string;
}

export function useGroups(doctype: MaybeRefOrGetter<string>, wish: MaybeRefOrGetter<GroupWish | undefined>) {
  const query = useQuery({
    queryKey: computed(() => [...listKey(toValue(doctype)), 'groups', toValue(wish)]),
    queryFn: async ({ signal }) => {
      const { field, filters, q } = toValue(wish) as GroupWish;
      const ask = {
        fields: [field, { count: '*', as: 'n' }],
        group_by: field,
        order_by: 'n desc',
        filters,
        q,
        limit: MOST,
        count: 'none' as const,
      };
      const page = await listDocuments<Record<string, unknown>>(toValue(doctype), ask, signal);
      return page.items.map((row): Group => ({ value: row[field], count: Number(row.n) }));
    },
    enabled: computed(() => toValue(wish) !== undefined && toValue(doctype) !== ''),
  });
  return {
    groups: computed(() => query.data.value ?? []),
    error: query.error,
    isLoading: query.isLoading,
    reload: () => query.refetch(),
  };
}
