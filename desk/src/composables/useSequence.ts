/** Two keys one after the other, as `g` then `h`. The second one is taken before any other key of the page. */
import { onBeforeUnmount, onMounted } from 'vue';
import { isKeyFree } from './useKeys.ts';

const WAIT_MS = 1_200;

export function useSequence(first: string, seconds: Readonly<Record<string, () => unknown>>): void {
  let until = 0;
  const listen = (event: KeyboardEvent): void => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (!isPlain || !isKeyFree(event)) return;
    const isSecond = event.timeStamp < until;
    until = !isSecond && event.key === first ? event.timeStamp + WAIT_MS : 0;
    const run = isSecond ? seconds[event.key] : undefined;
    if (!run) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    run();
  };
  onMounted(() => window.addEventListener('keydown', listen, true));
  onBeforeUnmount(() => window.removeEventListener('keydown', listen, true));
}
