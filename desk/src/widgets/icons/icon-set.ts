/** All icons that somebody may choose, fetched when the first one is to be shown. */
import { shallowRef } from 'vue';

export type IconSet = typeof import('virtual:icon-set')['default'];

const icons = shallowRef<IconSet | undefined>();
let isAsked = false;

/** Undefined until it is there; a fetch that failed is tried again by the next who asks. */
export function useIconSet() {
  if (!isAsked) void load();
  return icons;
}

async function load(): Promise<void> {
  isAsked = true;
  try {
    icons.value = (await import('virtual:icon-set')).default;
  } catch {
    isAsked = false;
  }
}
