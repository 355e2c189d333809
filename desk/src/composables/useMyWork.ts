/** What is assigned to the user and still open, for the page where they begin. */
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { listMyAssignments, type MyAssignment } from '../api/mine.ts';
import { useSession } from './useSession.ts';

export type { MyAssignment };

/** As many as notifications are made of. */
const ASKED = 15;
const SHOWN = 8;

/** The one question that all who show them share. */
export function myWorkOf(user: string | undefined) {
  return { queryKey: ['my-work', user], queryFn: () => listMyAssignments(ASKED) };
}

/** What is due first stands first; what has no day last. */
export function useMyWork() {
  const { user } = useSession();
  const query = useQuery(computed(() => ({ ...myWorkOf(user.value?.user), enabled: user.value !== undefined })));
  const all = computed(() => query.data.value?.items ?? []);
  const items = computed<MyAssignment[]>(() => [...all.value].sort(byDay).slice(0, SHOWN));
  return {
    items,
    hasMore: computed(() => all.value.length > SHOWN || query.data.value?.next != null),
    isLoading: query.isLoading,
    error: query.error,
  };
}

const NEVER = '9999';

function byDay(a: MyAssignment, b: MyAssignment): number {
  return (a.date ?? NEVER).localeCompare(b.date ?? NEVER);
}
