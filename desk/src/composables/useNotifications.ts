/**
 * What is new for the user, from every source that has something to tell. A source is registered once and asked again
 * when the stream says so, now and then where none comes through; what came after the bell was last looked at is unread.
 */
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, shallowRef } from 'vue';
import { useSession } from './useSession.ts';
import { useStreamState } from './useStream.ts';
import { useKept } from './useUserStore.ts';

export interface Notification {
  /** Unique within its source. */
  id: string;
  /** Who did it: shown as initials. */
  by: string;
  text: string;
  /** What was said, in one line. */
  detail?: string;
  /** RFC 3339. */
  at: string;
  doctype: string;
  name: string;
}

export interface NotificationSource {
  key: string;
  load(client: QueryClient): Promise<readonly Notification[]>;
}

/** While the stream is down. */
const WITHOUT_MS = 60_000;
/** Of sources that the stream says nothing of. */
const WITH_MS = 600_000;
const MOST = 30;
const sources = shallowRef<readonly NotificationSource[]>([]);

/** One of the same key takes its place. */
export function registerNotifications(source: NotificationSource): void {
  sources.value = [...sources.value.filter(({ key }) => key !== source.key), source];
}

export function useNotifications() {
  const { user, isExpired } = useSession();
  const state = useStreamState();
  const client = useQueryClient();
  const { value: seen, write } = useKept<string>('notifications-seen', '', '');
  const query = useQuery({
    queryKey: computed(() => ['notifications', user.value?.user, ...sources.value.map(({ key }) => key)]),
    queryFn: () => loadAll(sources.value, client),
    staleTime: WITHOUT_MS,
    refetchInterval: () => (state.value === 'live' ? WITH_MS : WITHOUT_MS),
    enabled: computed(() => user.value !== undefined && !isExpired.value),
  });
  const items = computed(() => query.data.value ?? []);
  return {
    items,
    isLoading: query.isLoading,
    error: query.error,
    reload: () => query.refetch(),
    /** Until when all has been looked at. */
    seen,
    unread: computed(() => items.value.filter(({ at }) => at > seen.value).length),
    /** All that is there has been looked at. */
    see: () => items.value[0] && write(items.value[0].at),
  };
}

/** The newest first. A source that fails keeps quiet while another has something to say. */
async function loadAll(all: readonly NotificationSource[], client: QueryClient): Promise<Notification[]> {
  const answers = await Promise.allSettled(all.map(({ load }) => load(client)));
  const failed = answers.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (failed && found.length === 0) throw failed.reason;
  return found.sort((a, b) => b.at.localeCompare(a.at)).slice(0, MOST);
}
