/**
 * What a button opens, where that comes with its first use: the click or key that asked for it is not lost, and one who
 * turned to something else meanwhile is left alone.
 */
import { onBeforeUnmount, type Ref, shallowRef, useId, watch } from 'vue';
import { watchFocus } from './last-place.ts';
import { type Late, tellOfLostPart } from './late.ts';

/** Before that nobody has waited. */
const SHOWN_AFTER_MS = 300;

/** `ownId`: the id that the button has already. */
export function useOpening(isOpen: Ref<boolean>, part: Late, ownId?: string) {
  watchFocus();
  const madeId = useId();
  const triggerId = ownId ?? madeId;
  const contentId = useId();
  /** It stays once it was there, so that it can close as it opened. */
  const wasOpen = shallowRef(false);
  const isWaiting = shallowRef(false);
  let stop = (): void => undefined;

  function wait(): void {
    const shown = setTimeout(() => {
      isWaiting.value = true;
    }, SHOWN_AFTER_MS);
    const leave = (event: Event): void => {
      const isElsewhere = !document.getElementById(triggerId)?.contains(event.target as Node);
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : isElsewhere) isOpen.value = false;
    };
    const events = ['pointerdown', 'focusin', 'keydown'];
    for (const name of events) document.addEventListener(name, leave, true);
    stop = () => {
      clearTimeout(shown);
      isWaiting.value = false;
      for (const name of events) document.removeEventListener(name, leave, true);
      stop = () => undefined;
    };
    part.bring().catch(() => {
      if (isOpen.value) tellOfLostPart();
      isOpen.value = false;
    });
  }

  watch(
    isOpen,
    (isOn) => {
      stop();
      if (!isOn) return;
      wasOpen.value = true;
      if (!part.component.value) wait();
    },
    { immediate: true, flush: 'sync' },
  );
  // Before it is drawn, since it takes the focus then.
  watch(part.component, () => stop(), { flush: 'sync' });
  onBeforeUnmount(() => stop());

  return { triggerId, contentId, wasOpen, isWaiting };
}
