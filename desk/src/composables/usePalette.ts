/** Whether the command palette is open, and what it begins with: also what is typed before it is on the screen. */
import { shallowRef } from 'vue';

const isOpen = shallowRef(false);
let begin = '';
let isComing = false;
let isEntered = false;

/** What was typed before the palette was there. */
export interface Early {
  text: string;
  /** Enter came last. */
  isEntered: boolean;
}

export function usePalette() {
  return {
    isOpen,
    /** `text` may begin with ">" for commands, "#" for names of documents, "?" for help. */
    open(text = ''): void {
      if (isOpen.value) return;
      begin = text;
      isEntered = false;
      isOpen.value = true;
      isComing = true;
      window.addEventListener('keydown', collect, true);
    },
    /** It is there: from now on it hears the keys itself. Undefined when it has said so before. */
    arrive(): Early | undefined {
      const typed = isComing ? { text: begin, isEntered } : undefined;
      stop();
      return typed;
    },
  };
}

function collect(event: KeyboardEvent): void {
  if (!isComing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  if (event.key === 'Escape') {
    isOpen.value = false;
    stop();
  } else if (isEntered) return;
  else if (event.key === 'Enter') isEntered = true;
  else if (event.key === 'Backspace') begin = begin.slice(0, -1);
  else if (event.key.length === 1) begin += event.key;
}

function stop(): void {
  isComing = false;
  window.removeEventListener('keydown', collect, true);
}
