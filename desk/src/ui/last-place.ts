/**
 * Where on the page the focus was last, menus and dialogs aside. A dialog gives the focus back to what it was opened
 * from; where that was a command of a menu, which is gone by then, it goes to where the menu was asked for.
 */
const FLOATING = '[role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]';
let last: HTMLElement | undefined;
let isWatched = false;

const placeOf = ({ target }: Event): HTMLElement | undefined =>
  target instanceof HTMLElement && !target.closest(FLOATING) ? target : undefined;

/** Once is enough. To be called by what opens something. */
export function watchFocus(): void {
  if (isWatched) return;
  isWatched = true;
  document.addEventListener('focusin', (event) => {
    last = placeOf(event) ?? last;
  });
  document.addEventListener('focusout', (event) => {
    // To nowhere, by a click beside everything.
    if (event.relatedTarget === null && placeOf(event)?.isConnected) last = undefined;
  });
}

/** When a dialog has closed: unless something has the focus by then. */
export function keepFocus(): void {
  setTimeout(() => {
    if (document.activeElement !== document.body) return;
    (last?.isConnected ? last : document.getElementById('main'))?.focus();
  });
}
