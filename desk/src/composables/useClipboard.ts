/** Puts text where it can be pasted from, and says for a moment that it did. */
import { onBeforeUnmount, shallowRef } from 'vue';

const STAY = 2_000;

export function useClipboard() {
  const copied = shallowRef('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  onBeforeUnmount(() => clearTimeout(timer));

  /** `what` names it, where a page has several. Gives false when the browser does not allow it. */
  async function copy(text: string, what = text): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without https there is no clipboard; or it was refused.
      return false;
    }
    copied.value = what;
    clearTimeout(timer);
    timer = setTimeout(() => {
      copied.value = '';
    }, STAY);
    return true;
  }

  return { copy, copied };
}
