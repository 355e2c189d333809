/** Whether the command palette is open, and what it begins with. */
import { shallowRef } from 'vue';

const isOpen = shallowRef(false);
const begin = shallowRef('');

export function usePalette() {
  return {
    isOpen,
    begin,
    /** `text` may begin with ">" for commands, "#" for names of documents, "?" for help. */
    open: (text = '') => {
      begin.value = text;
      isOpen.value = true;
    },
  };
}
