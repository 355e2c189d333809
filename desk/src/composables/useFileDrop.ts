/**
 * Files that are dragged over the page: dropped anywhere but on a field of their own, they are the page's. Without
 * it the browser would leave the form to show the file.
 */
import { onBeforeUnmount, onMounted, shallowRef } from 'vue';
import { filesIn, hasFiles } from './useUploads.ts';

export function useFileDrop({ mayTake, take }: { mayTake(): boolean; take(files: File[]): void }) {
  const isOver = shallowRef(false);

  /** A field that takes files, or a dialog over the page. */
  const isElsewhere = ({ target }: DragEvent): boolean =>
    target instanceof Element && target.closest('[data-file-drop], [role="dialog"], [role="alertdialog"]') !== null;

  function over(event: DragEvent): void {
    if (!hasFiles(event.dataTransfer) || event.defaultPrevented) {
      isOver.value = false;
      return;
    }
    event.preventDefault();
    isOver.value = mayTake() && !isElsewhere(event);
    if (event.dataTransfer) event.dataTransfer.dropEffect = isOver.value ? 'copy' : 'none';
  }

  function leave(event: DragEvent): void {
    if (event.relatedTarget === null) isOver.value = false;
  }

  function drop(event: DragEvent): void {
    const wasOver = isOver.value;
    isOver.value = false;
    if (event.defaultPrevented || !hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    if (wasOver && !isElsewhere(event)) take(filesIn(event.dataTransfer));
  }

  const listeners = { dragover: over, dragleave: leave, drop } as const;
  onMounted(() => {
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener as EventListener);
  });
  onBeforeUnmount(() => {
    for (const [name, listener] of Object.entries(listeners))
      window.removeEventListener(name, listener as EventListener);
  });
  return { isOver };
}
