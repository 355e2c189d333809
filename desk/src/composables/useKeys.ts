/** Keys of a view. Single letters are off while somebody types, or altogether where the user wants it so; all of them while a dialog is open. */
import { onBeforeUnmount, onMounted } from 'vue';
import { useSingleKeys } from './useKeyHelp.ts';

/** By `Control+s` (⌘ on a Mac), `Alt+ArrowUp`, `j`. A handler that gives false lets the browser do its own. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

export function useKeys(keys: Keys): void {
  const listen = (event: KeyboardEvent): void => {
    const combined = nameOf(event);
    // The segments of a date keep every key from the browser, also those that they have no use for.
    if (
      event.isComposing ||
      (event.key === 'Escape' && wasOpen === event) ||
      (event.defaultPrevented && !/^Control\+[a-z]$/.test(combined))
    )
      return;
    const run = keys[combined];
    if (!run || isBusy(event, combined)) return;
    if (run(event) !== false) event.preventDefault();
  };
  onMounted(() => window.addEventListener('keydown', listen));
  onBeforeUnmount(() => window.removeEventListener('keydown', listen));
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const parts = [(event.ctrlKey || event.metaKey) && 'Control', event.altKey && 'Alt'];
  // Shift is part of a sign such as "?" and of nothing but its own keys otherwise.
  if (event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key))) parts.push('Shift');
  return [...parts.filter(Boolean), key].join('+');
}

/** An open list of choices takes Escape for itself, and is closed by the time that the key comes to the page. */
let wasOpen: KeyboardEvent | undefined;
window.addEventListener(
  'keydown',
  (event) => {
    const isOpen = (event.target as HTMLElement | null)?.getAttribute?.('aria-expanded') === 'true';
    wasOpen = isOpen ? event : undefined;
  },
  true,
);

const { hasSingleKeys } = useSingleKeys();

/** Whether a single letter means anything now. */
export function isKeyFree(event: KeyboardEvent): boolean {
  return !isBusy(event, event.key);
}

function isBusy(event: KeyboardEvent, combined: string): boolean {
  const target = event.target as HTMLElement | null;
  if (document.querySelector('[role="dialog"],[role="alertdialog"],[role="menu"]')) return true;
  if (!hasSingleKeys.value && event.key.length === 1 && !/^(Control|Alt)\+/.test(combined)) return true;
  const isTyping = target?.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]') != null;
  return isTyping && !combined.startsWith('Control+') && !combined.startsWith('Alt+') && combined !== 'Escape';
}
