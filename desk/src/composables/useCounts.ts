/** How many documents DocTypes have, about: a guess of the server's, which costs it nothing. */
import { useQueries } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { listDocuments } from '../api/documents.ts';
import { useSession } from './useSession.ts';

const FRESH_MS = 60_000;

/** By name; without those that are not known yet, or cannot be had. */
export function useCounts(doctypes: MaybeRefOrGetter<readonly string[]>) {
  const { user } = useSession();
  const queries = useQueries({
    queries: computed(() =>
      toValue(doctypes).map((doctype) => ({
        queryKey: ['count', user.value?.user, doctype],
        queryFn: () => listDocuments(doctype, { fields: ['name'], limit: 1, count: 'estimated' }),
        staleTime: FRESH_MS,
        retry: false,
      })),
    ),
  });
  return computed(() => {
    const found = new Map<string, { total: number; isEstimate: boolean }>();
    for (const [index, doctype] of toValue(doctypes).entries()) {
      const page = queries.value[index]?.data;
      if (page?.total !== undefined)
        found.set(doctype, { total: page.total, isEstimate: page.total_is_estimate === true });
    }
    return found;
  });
}
