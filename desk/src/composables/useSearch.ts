/** Documents of all DocTypes as somebody types: asked for a little later, the newest question wins. */
import { onScopeDispose, shallowRef } from 'vue';
import { type Hit, type SearchWish, searchDocuments } from '../api/search.ts';

export type { Hit };

const WAIT_MS = 180;

export function useSearch() {
  const hits = shallowRef<readonly Hit[]>([]);
  const isSearching = shallowRef(false);
  const error = shallowRef<Error | undefined>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort: AbortController | undefined;

  /** Undefined: nothing is looked for. */
  function search(wish: SearchWish | undefined): void {
    clearTimeout(timer);
    abort?.abort();
    error.value = undefined;
    hits.value = [];
    isSearching.value = wish !== undefined;
    if (wish) timer = setTimeout(() => void ask(wish), WAIT_MS);
  }

  async function ask(wish: SearchWish): Promise<void> {
    const mine = new AbortController();
    abort = mine;
    try {
      const { items } = await searchDocuments(wish, mine.signal);
      if (!mine.signal.aborted) hits.value = items;
    } catch (refusal) {
      if (!mine.signal.aborted) error.value = refusal as Error;
    } finally {
      if (abort === mine && !mine.signal.aborted) isSearching.value = false;
    }
  }

  onScopeDispose(() => search(undefined));
  return { hits, isSearching, error, search };
}
