/** The DocTypes that this user wants at hand, in their order. */
import { useKept } from './useUserStore.ts';

export function usePins() {
  const { value: pins, write } = useKept<readonly string[]>('pins', '', []);
  return {
    pins,
    isPinned: (doctype: string) => pins.value.includes(doctype),
    toggle: (doctype: string) =>
      write(pins.value.includes(doctype) ? pins.value.filter((name) => name !== doctype) : [...pins.value, doctype]),
  };
}
