/** What is assigned to the user and still open, for the page where they begin. */
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { listMyAssignments, type MyAssignment } from '../api/mine.ts';
import { useSession } from './useSession.ts';

export type { MyAssignment };

const MOST = 8;

/** What is due first stands first; what has no day last. */
export function useMyWork() {
  const { user } = useSession();
  const query = useQuery({
    queryKey: computed(() => ['my-work', user.value?.user]),
    queryFn: () => listMyAssignments(MOST),
    enabled: computed(() => user.value !== undefined),
  });
  const items = computed<MyAssignment[]>(() => [...(query.data.value?.items ?? [])].sort(byDay));
  return {
    items,
    hasMore: computed(() => query.data.value?.next != null),
    isLoading: query.isLoading,
    error: query.error,
  };
}

const NEVER = '9999';

function byDay(a: MyAssignment, b: MyAssignment): number {
  return (a.date ?? NEVER).localeCompare(b.date ?? NEVER);
}
