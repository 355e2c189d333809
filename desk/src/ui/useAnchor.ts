/** The element that something was opened with: looked up each time, since another may stand in its place. */
import { type Ref, shallowRef, watch } from 'vue';

export function useAnchor(isOpen: Readonly<Ref<boolean>>, id: () => string) {
  const anchor = shallowRef<HTMLElement>();
  watch(
    isOpen,
    (isOn) => {
      if (isOn) anchor.value = document.getElementById(id()) ?? undefined;
    },
    { immediate: true, flush: 'sync' },
  );
  return anchor;
}
