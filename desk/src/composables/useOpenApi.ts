/** The API as the caller may use it: read once, in groups, and found by its key. */
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { getOpenApi } from '../api/openapi.ts';
import { groupsOf, operationsOf } from '../meta/openapi.ts';
import { useSession } from './useSession.ts';

export function useOpenApi() {
  const { user } = useSession();
  const query = useQuery({
    queryKey: computed(() => ['openapi', user.value?.user]),
    queryFn: getOpenApi,
    staleTime: 60_000,
    // Megabytes of it: comparing with what was there would cost more than showing it.
    structuralSharing: false,
    shallow: true,
  });
  const operations = computed(() => (query.data.value ? operationsOf(query.data.value) : []));
  const byKey = computed(() => new Map(operations.value.map((operation) => [operation.key, operation])));
  return {
    api: query.data,
    operations,
    groups: computed(() => groupsOf(operations.value)),
    find: (key: string) => byKey.value.get(key),
    error: query.error,
    isLoading: query.isLoading,
    reload: () => query.refetch(),
  };
}
