/** Which rows are chosen, where the cursor is, and what Shift reaches from. */
import { computed, shallowRef } from 'vue';

export function useSelection(names: () => readonly string[]) {
  const selected = shallowRef<ReadonlySet<string>>(new Set());
  let anchor = -1;

  function toggle(index: number): void {
    const name = names()[index];
    if (name === undefined) return;
    const next = new Set(selected.value);
    if (!next.delete(name)) next.add(name);
    selected.value = next;
    anchor = index;
  }

  /** From where the last choice was made to here. */
  function extend(index: number): void {
    if (anchor < 0) anchor = index;
    const [from, to] = anchor < index ? [anchor, index] : [index, anchor];
    selected.value = new Set([...selected.value, ...names().slice(from, to + 1)]);
  }

  /** A step with Shift from `from` to `to`: a row that is left behind on the way back is let go. */
  function step(from: number, to: number): void {
    if (anchor < 0 || selected.value.size === 0) anchor = from;
    const next = new Set(selected.value);
    const [low, high] = anchor < to ? [anchor, to] : [to, anchor];
    for (const name of names().slice(low, high + 1)) next.add(name);
    const left = names()[from];
    if (left !== undefined && (from < low || from > high)) next.delete(left);
    selected.value = next;
  }

  return {
    selected,
    count: computed(() => selected.value.size),
    toggle,
    extend,
    step,
    /** Those that are loaded. */
    all: () => {
      selected.value = new Set(names());
    },
    only: (chosen: Iterable<string>) => {
      selected.value = new Set(chosen);
    },
    clear: () => {
      selected.value = new Set();
      anchor = -1;
    },
  };
}
