/** Whether the command palette is open, and what it begins with: also what is typed before it is on the screen. */
import { shallowRef } from 'vue';

const isOpen = shallowRef(false);
let begin = '';
let isComing = false;

export function usePalette() {
  return {
    isOpen,
    /** `text` may begin with ">" for commands, "#" for names of documents, "?" for help. */
    open(text = ''): void {
      if (isOpen.value) return;
      begin = text;
      isOpen.value = true;
      isComing = true;
      window.addEventListener('keydown', collect, true);
    },
    /** It is there: from now on it hears the keys itself. Undefined when it has said so before. */
    arrive(): string | undefined {
      const typed = isComing ? begin : undefined;
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
  } else if (event.key === 'Backspace') begin = begin.slice(0, -1);
  else if (event.key.length === 1) begin += event.key;
}

function stop(): void {
  isComing = false;
  window.removeEventListener('keydown', collect, true);
}
