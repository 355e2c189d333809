/** One workspace as this user sees it, with counts that follow what is written meanwhile. */
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, effectScope, type MaybeRefOrGetter, onScopeDispose, toValue, watch } from 'vue';
import { getWorkspace, getWorkspaceCounts } from '../api/workspaces.ts';
import { useChanges } from './useChanges.ts';
import { useSession } from './useSession.ts';
import { useWorkspaces } from './useWorkspaces.ts';

const COUNT_EVERY_MS = 5_000;
const MOST_FOLLOWED = 20;

export function useWorkspace(slug: MaybeRefOrGetter<string>) {
  const { user } = useSession();
  const client = useQueryClient();
  const { slugs, isLoading: isListLoading } = useWorkspaces();
  const name = computed(() => slugs.value.find(toValue(slug)) ?? toValue(slug));
  const page = useQuery({
    queryKey: computed(() => ['workspaces', user.value?.user, 'page', name.value]),
    queryFn: () => getWorkspace(name.value),
    enabled: computed(() => !isListLoading.value && user.value !== undefined),
    retry: false,
  });
  const countsKey = computed(() => ['workspaces', user.value?.user, 'counts', name.value]);
  const counts = useQuery({
    queryKey: countsKey,
    queryFn: () => getWorkspaceCounts(name.value),
    enabled: computed(() => page.data.value?.shortcuts.some((each) => each.is_counted) === true),
    retry: false,
  });
  const counted = computed(() => {
    const all = (page.data.value?.shortcuts ?? []).flatMap((each) => (each.is_counted ? (each.doctype ?? []) : []));
    return [...new Set(all)].slice(0, MOST_FOLLOWED);
  });
  let following = effectScope(true);
  watch(
    () => JSON.stringify(counted.value),
    () => {
      following.stop();
      following = effectScope(true);
      const renew = () => client.invalidateQueries({ queryKey: countsKey.value });
      following.run(() => {
        for (const doctype of counted.value) useChanges({ doctype }, renew, { everyMs: COUNT_EVERY_MS });
      });
    },
    { immediate: true },
  );
  onScopeDispose(() => following.stop());
  return {
    name,
    page: page.data,
    counts: counts.data,
    isCounting: counts.isLoading,
    isLoading: computed(() => isListLoading.value || page.isLoading.value),
    error: page.error,
    reload: () => page.refetch(),
  };
}
