/**
 * What is likely to be used next comes once the page has all it shows: parts that come with their first use are there
 * before it then.
 */
import { useIsFetching } from '@tanstack/vue-query';
import { nextTick, onBeforeUnmount, type Ref, readonly, shallowRef, watch } from 'vue';

/** So long nothing else is asked for. */
const QUIET_MS = 600;

const isWarm = shallowRef(false);
/** The page has shown what it was opened for, and has time for the rest. */
export function useIsWarm(): Readonly<Ref<boolean>> {
  return readonly(isWarm);
}

/** One after the other, in this order; none where the user saves data or the connection is gone. */
export function useWarmUp(parts: readonly (() => Promise<unknown>)[]): void {
  if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return;
  const underWay = useIsFetching();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = watch(
    underWay,
    (count) => {
      clearTimeout(timer);
      if (count === 0) timer = setTimeout(begin, QUIET_MS);
    },
    { immediate: true },
  );
  async function begin(): Promise<void> {
    stop();
    for (const fetchPart of parts) {
      await idle();
      // A part that failed once cannot be had again before the page is loaded anew.
      if (!navigator.onLine) return;
      await fetchPart().catch(() => undefined);
    }
    await idle();
    isWarm.value = true;
  }
  onBeforeUnmount(() => clearTimeout(timer));
}

/** For what a part does by itself: the part is wanted from the first wish on, and does it when it is there. */
export function useLateParts() {
  const isWanted = shallowRef<boolean>(isWarm.value);
  watch(isWarm, () => {
    isWanted.value = true;
  });
  function whenThere<T>(part: Readonly<Ref<T | null>>): Promise<T> {
    isWanted.value = true;
    return new Promise((resolve) => {
      const stop = watch(
        part,
        (there) => {
          if (!there) return;
          resolve(there);
          void nextTick(() => stop());
        },
        { immediate: true, flush: 'post' },
      );
    });
  }
  return { isWanted, whenThere };
}

function idle(): Promise<unknown> {
  return new Promise((resolve) => {
    // Safari has none.
    if ('requestIdleCallback' in window) requestIdleCallback(resolve, { timeout: 2_000 });
    else setTimeout(resolve);
  });
}
