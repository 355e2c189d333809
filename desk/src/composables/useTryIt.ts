/** One request of the API's pages: sent with the session of this browser, its answer kept to be shown. */
import { onBeforeUnmount, shallowRef } from 'vue';
import { type RawAnswer, sendRaw } from '../api/openapi.ts';
import type { SampleRequest } from '../meta/sample-text.ts';

export type { RawAnswer } from '../api/openapi.ts';

export function useTryIt() {
  const answer = shallowRef<RawAnswer | undefined>();
  /** Why no answer came. */
  const failure = shallowRef('');
  const isSending = shallowRef(false);
  let abort: AbortController | undefined;
  onBeforeUnmount(() => abort?.abort());

  async function send(request: SampleRequest): Promise<void> {
    abort?.abort();
    const mine = new AbortController();
    abort = mine;
    isSending.value = true;
    failure.value = '';
    answer.value = undefined;
    try {
      const got = await sendRaw(request, mine.signal);
      if (abort === mine) answer.value = got;
    } catch (error) {
      if (!mine.signal.aborted) failure.value = (error as Error).message;
    } finally {
      if (abort === mine) isSending.value = false;
    }
  }

  return { answer, failure, isSending, send };
}
