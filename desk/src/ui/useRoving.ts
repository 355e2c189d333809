/** One stop of the Tab key for a row of buttons; arrows, Home and End go along it. */
import { onMounted, onUpdated, type Ref } from 'vue';

const STOPS = 'button:not(:disabled)';

export function useRoving(row: Readonly<Ref<HTMLElement | null>>) {
  let current: HTMLElement | undefined;

  const stops = (): HTMLElement[] => [...(row.value?.querySelectorAll<HTMLElement>(STOPS) ?? [])];

  function settle(): void {
    const all = stops();
    const stop = current && all.includes(current) ? current : all[0];
    for (const button of row.value?.querySelectorAll<HTMLElement>('button') ?? [])
      button.tabIndex = button === stop ? 0 : -1;
  }
  onMounted(settle);
  onUpdated(settle);

  function go(to: HTMLElement | undefined): void {
    current = to;
    settle();
    to?.focus();
  }

  function key(event: KeyboardEvent): void {
    const all = stops();
    const at = all.indexOf(event.target as HTMLElement);
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const isRtl = getComputedStyle(row.value as HTMLElement).direction === 'rtl';
    const step = { ArrowRight: isRtl ? -1 : 1, ArrowLeft: isRtl ? 1 : -1 }[event.key];
    if (step !== undefined) go(all[(at + step + all.length) % all.length]);
    else if (event.key === 'Home') go(all[0]);
    else if (event.key === 'End') go(all.at(-1));
    else return;
    event.preventDefault();
  }

  function focusin(event: FocusEvent): void {
    current = event.target as HTMLElement;
    settle();
  }
  return { key, focusin };
}
