/** The stream of this window: there while somebody is signed in, and asked again where none comes through. */
import { useQueryClient } from '@tanstack/vue-query';
import { readonly, shallowRef, watch } from 'vue';
import { createStream, type StreamState } from '../api/stream.ts';
import { useSession } from './useSession.ts';

/** Where no stream comes through, what is on the screen is read again so often. */
const WITHOUT_MS = 60_000;
const AGAIN_MS = 5_000;
/** Several that come together are asked for once. */
const NOTICE_MS = 300;

const { user, isExpired, check } = useSession();
const state = shallowRef<StreamState>('idle');

export const stream = createStream({
  url: () => `${window.location.origin.replace(/^http/, 'ws')}/api/v1/stream`,
  async signedOut() {
    await check();
    // The session is another by now, and the cookie with it.
    setTimeout(() => user.value && !isExpired.value && stream.start(user.value.stream_cursor), AGAIN_MS);
  },
});
stream.onState((next) => {
  state.value = next;
});
watch(
  () => (isExpired.value ? undefined : user.value?.user),
  (name) => {
    stream.stop();
    if (name !== undefined) stream.start(user.value?.stream_cursor);
  },
  // Before anybody follows anything.
  { immediate: true, flush: 'sync' },
);
setInterval(() => {
  if (state.value === 'down' && navigator.onLine && !document.hidden) stream.stale();
}, WITHOUT_MS);

export function useStreamState() {
  return readonly(state);
}

/** To be called once by the desk: what concerns the user is read again when it is another. */
export function useLiveNotices(): void {
  const client = useQueryClient();
  let isAsked = false;
  stream.onNotice(() => {
    if (isAsked) return;
    isAsked = true;
    setTimeout(() => {
      isAsked = false;
      // What notifications are made of first, so that they wait for it instead of asking, too.
      for (const key of ['my-work', 'notifications']) void client.invalidateQueries({ queryKey: [key] });
    }, NOTICE_MS);
  });
}

/** To be called once by the desk: what it knows of DocTypes is read again when they change. */
export function useLiveMeta(): void {
  const client = useQueryClient();
  let isAsked = false;
  stream.onMeta(() => {
    if (isAsked) return;
    isAsked = true;
    // Not all windows of everybody in the same moment.
    setTimeout(
      () => {
        isAsked = false;
        void client.invalidateQueries({ queryKey: ['meta'] });
      },
      200 + Math.random() * 1_000,
    );
  });
}
