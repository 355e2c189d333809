/** Where somebody was in a form: its fields are off while it is saved and lose the focus, which comes back to them. */
import { nextTick, type Ref, watch } from 'vue';

export function useKeptFocus(isOff: Readonly<Ref<boolean>>) {
  let before: { element: HTMLElement; id: string; cell: string | undefined } | undefined;

  // Before the page is drawn again: then the focus is gone.
  watch(isOff, (off) => off && remember(), { flush: 'sync' });
  watch(isOff, (off) => off || void back(), { flush: 'post' });

  function remember(): void {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return;
    before = { element, id: element.id, cell: element.closest<HTMLElement>('[data-path]')?.dataset.path };
  }

  /** Only where nobody has it meanwhile. */
  async function back(): Promise<void> {
    await nextTick();
    if (!before || (document.activeElement && document.activeElement !== document.body)) return;
    place(before)?.focus({ preventScroll: true });
    // What had it is there no more, as a button that has done its work.
    if (document.activeElement === document.body)
      document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }

  return { back };
}

/** A cell that was being written is one that is walked over then. */
function place({
  element,
  id,
  cell,
}: {
  element: HTMLElement;
  id: string;
  cell: string | undefined;
}): HTMLElement | null {
  if (element.isConnected) return element;
  if (cell !== undefined) return document.querySelector<HTMLElement>(`[data-path="${CSS.escape(cell)}"]`);
  return id === '' ? null : document.getElementById(id);
}
