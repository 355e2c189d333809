/** The keys of the present page for the sheet of shortcuts, and whether single keys count at all. */
import { computed, type MaybeRefOrGetter, onScopeDispose, readonly, shallowReactive, shallowRef, toValue } from 'vue';

export interface KeyGroup {
  title: string;
  keys: readonly (readonly [keys: readonly string[], does: string])[];
}

const STORED = 'desk-single-keys';
const OFF = 'off';
const given = shallowReactive(new Set<MaybeRefOrGetter<readonly KeyGroup[]>>());
const groups = computed(() => [...given].flatMap((each) => toValue(each)));
const isOpen = shallowRef(false);
const hasSingleKeys = shallowRef(localStorage.getItem(STORED) !== OFF);

/** Stand on the sheet as long as the page is there. */
export function useKeyGroups(own: MaybeRefOrGetter<readonly KeyGroup[]>): void {
  given.add(own);
  onScopeDispose(() => given.delete(own));
}

export function useKeySheet() {
  return {
    groups,
    isOpen,
    open: () => {
      isOpen.value = true;
    },
  };
}

/** Some people speak to their computer, or hit keys by accident: for them single letters do nothing (WCAG 2.1.4). */
export function useSingleKeys() {
  const set = (isOn: boolean): void => {
    hasSingleKeys.value = isOn;
    localStorage.setItem(STORED, isOn ? '' : OFF);
  };
  return { hasSingleKeys: readonly(hasSingleKeys), set };
}
