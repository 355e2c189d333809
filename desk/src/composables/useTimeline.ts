/** All that happened to a document, page by page, and comments on it: shown before the server has them. */
import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, onScopeDispose, shallowRef, toValue, watch } from 'vue';
import {
  type About,
  addComment,
  editComment,
  getTimeline,
  removeComment,
  type WrittenComment,
} from '../api/activity.ts';
import type { Faces, TimelineEntry, TimelinePage, TimelineView } from '../meta/activity-types.ts';
import { type ActivitySubject, timelineKey, useStaleActivity } from './useDocInfo.ts';

const AT_ONCE = 20;

export interface PendingComment {
  id: number;
  content: string;
  at: string;
}

export function useTimeline(subject: MaybeRefOrGetter<ActivitySubject>, view: MaybeRefOrGetter<TimelineView>) {
  const client = useQueryClient();
  const stale = useStaleActivity();
  const about = computed<About>(() => {
    const { doctype, doc } = toValue(subject);
    return [doctype, doc.name ?? doctype];
  });
  const query = useInfiniteQuery({
    queryKey: computed(() => [...timelineKey(about.value), toValue(view)]),
    queryFn: ({ pageParam, signal }) =>
      getTimeline(about.value, { show: toValue(view), limit: AT_ONCE, before: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (last: TimelinePage) => last.next ?? undefined,
    retry: false,
  });
  const pages = computed(() => query.data.value?.pages ?? []);
  const pending = shallowRef<readonly PendingComment[]>([]);
  /** Of what stood there before: word of a comment may come sooner than its answer, and it is shown as pending already. */
  const standing = shallowRef<ReadonlySet<string>>();
  const removal = useLateRemoval((id) => dropped(id));

  watch(
    () => [...about.value, toValue(subject).doc._version] as const,
    ([, name], [, before]) => {
      if (name === before) void client.invalidateQueries({ queryKey: timelineKey(about.value) });
    },
  );

  function isShown({ id, kind }: TimelineEntry): boolean {
    const isPending = kind === 'comment' && standing.value?.has(id) === false;
    return !isPending && !removal.hidden.value.has(id);
  }

  function patch(of: About, change: (items: readonly TimelineEntry[]) => readonly TimelineEntry[]): void {
    client.setQueriesData<InfiniteData<TimelinePage>>({ queryKey: timelineKey(of) }, (data) =>
      data ? { ...data, pages: data.pages.map((page) => ({ ...page, items: change(page.items) })) } : data,
    );
  }

  function dropped([of, id]: readonly [About, string]): void {
    patch(of, (items) => items.filter((item) => item.id !== id));
    void stale(...of);
  }

  /** Throws what the server says to it. */
  async function send(content: string): Promise<WrittenComment> {
    const of = about.value;
    const mine: PendingComment = { id: Date.now(), content, at: new Date().toISOString() };
    standing.value ??= new Set(pages.value.flatMap((page) => page.items.map(({ id }) => id)));
    pending.value = [mine, ...pending.value];
    try {
      const written = await addComment(of, content);
      await stale(...of);
      return written;
    } finally {
      pending.value = pending.value.filter((each) => each !== mine);
      if (pending.value.length === 0) standing.value = undefined;
    }
  }

  /** Throws what the server says to it; then it reads as it did. */
  async function edit(id: string, content: string): Promise<void> {
    const of = about.value;
    const before = client.getQueriesData<InfiniteData<TimelinePage>>({ queryKey: timelineKey(of) });
    patch(of, (items) =>
      items.map((item) =>
        item.id === id && item.kind === 'comment'
          ? { ...item, comment: { ...item.comment, content, is_edited: true } }
          : item,
      ),
    );
    try {
      await editComment(of, id, content);
    } catch (refusal) {
      for (const [key, data] of before) client.setQueryData(key, data);
      throw refusal;
    } finally {
      void stale(...of);
    }
  }

  return {
    items: computed(() => pages.value.flatMap((page) => page.items).filter(isShown)),
    users: computed<Faces>(() => Object.assign({}, ...pages.value.map((page) => page.users))),
    pending,
    hasMore: query.hasNextPage,
    isLoading: query.isPending,
    isLoadingMore: query.isFetchingNextPage,
    error: query.error,
    loadMore: () => query.fetchNextPage({ cancelRefetch: false }),
    reload: () => query.refetch(),
    send,
    edit,
    /** Gone from the screen at once, from the server a little later: until then it can be taken back. */
    removeSoon: (id: string, milliseconds: number, refused: (error: Error) => void) =>
      removal.removeSoon([about.value, id], milliseconds, refused),
  };
}

type Which = readonly [about: About, id: string];

/** What is hidden and will be deleted. Whoever leaves the page before means it as well. */
function useLateRemoval(done: (which: Which) => void) {
  const hidden = shallowRef<ReadonlySet<string>>(new Set());
  const waiting = new Map<string, () => Promise<void>>();

  function show(id: string): void {
    hidden.value = new Set([...hidden.value].filter((each) => each !== id));
  }

  function removeSoon(which: Which, milliseconds: number, refused: (error: Error) => void): () => void {
    const [about, id] = which;
    hidden.value = new Set([...hidden.value, id]);
    const run = async (): Promise<void> => {
      clearTimeout(timer);
      if (!waiting.delete(id)) return;
      try {
        await removeComment(about, id, true);
        done(which);
      } catch (refusal) {
        show(id);
        refused(refusal as Error);
      }
    };
    const timer = setTimeout(() => void run(), milliseconds);
    waiting.set(id, run);
    return () => {
      clearTimeout(timer);
      if (waiting.delete(id)) show(id);
    };
  }

  const flush = (): void => {
    for (const run of [...waiting.values()]) void run();
  };
  window.addEventListener('pagehide', flush);
  onScopeDispose(() => {
    window.removeEventListener('pagehide', flush);
    flush();
  });
  return { hidden, removeSoon };
}
