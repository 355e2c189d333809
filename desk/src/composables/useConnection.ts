/** Whether the server is there: by what came of each request and of the stream, and asked again until it is. */
import { useQueryClient } from '@tanstack/vue-query';
import { readonly, shallowRef, watch } from 'vue';
import { delayOf } from '../api/back-off.ts';
import { onReach, probe } from '../api/client.ts';
import { stream, useStreamState } from './useStream.ts';

const isAway = shallowRef(!navigator.onLine);
const isTrying = shallowRef(false);
const returned = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let attempt = 0;
let isLeaving = false;
const OFFLINE_MS = 1_000;

onReach((isReached) => (isReached ? back() : away()));
window.addEventListener('offline', () => {
  away();
  // An answer that was under way may say otherwise, and so may a server that is on this machine.
  setTimeout(() => void probe(), OFFLINE_MS);
});
window.addEventListener('online', () => void retry());
// Requests that end with the page say nothing of the server.
window.addEventListener('pagehide', () => {
  isLeaving = true;
});
window.addEventListener('pageshow', () => {
  isLeaving = false;
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) stream.retry();
});
const state = useStreamState();
watch(state, (now) => {
  // A proxy may have cut the stream alone.
  if (now === 'down' && !isAway.value) void probe();
});

function away(): void {
  if (isLeaving || timer !== undefined) return;
  isAway.value = true;
  timer = setTimeout(
    () => {
      timer = undefined;
      void probe();
    },
    delayOf({ attempt: attempt + 2, isStopping: false }, Math.random()),
  );
  attempt += 1;
}

function back(): void {
  clearTimeout(timer);
  timer = undefined;
  attempt = 0;
  if (!isAway.value) return;
  isAway.value = false;
  stream.retry();
  for (const listener of returned) listener();
}

async function retry(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  isTrying.value = true;
  await probe();
  isTrying.value = false;
}

export function useConnection() {
  return { isAway: readonly(isAway), isTrying: readonly(isTrying), retry };
}

/** To be called once by the desk: what failed while the server was away is asked again. What changed is told by the stream. */
export function useReturn(said: () => void): void {
  const client = useQueryClient();
  returned.add(() => {
    void client.refetchQueries({ type: 'active', predicate: ({ state: { status } }) => status === 'error' });
    said();
  });
}
