/** Where the keyboard stands in the grid: one cell, kept on the screen and in the tab order. */
import { nextTick, readonly, shallowRef } from 'vue';

export interface GridShape {
  rows(): number;
  columns(): number;
  root(): HTMLElement | null;
  reveal(row: number): void;
}

/** Frames that a row may take to be drawn. */
const PATIENCE = 30;

export function useGridCursor(shape: GridShape) {
  const row = shallowRef(0);
  const column = shallowRef(0);

  async function goTo(toRow: number, toColumn = column.value, isFocused = true): Promise<void> {
    row.value = clamp(toRow, shape.rows());
    column.value = clamp(toColumn, shape.columns());
    if (!isFocused) return;
    await nextTick();
    shape.reveal(row.value);
    settle(row.value, PATIENCE);
  }

  /** A row that was far away is drawn some frames later; the keys must not get lost meanwhile. */
  function settle(wanted: number, frames: number): void {
    if (row.value !== wanted || focus() || frames === 0) return;
    shape.reveal(wanted);
    requestAnimationFrame(() => settle(wanted, frames - 1));
  }

  function focus(): boolean {
    const cell = shape.root()?.querySelector<HTMLElement>(`[data-row="${row.value}"] [data-column="${column.value}"]`);
    cell?.focus({ preventScroll: true });
    return cell != null;
  }

  /** The focus is in the grid, or was when the row that had it went off the screen. */
  const isInside = shallowRef(false);

  return {
    row,
    column,
    goTo,
    focus,
    isInside: readonly(isInside),
    enter(): void {
      isInside.value = true;
    },
    leave(event: FocusEvent): void {
      const left = event.target as Node;
      setTimeout(() => {
        if (left.isConnected && !shape.root()?.contains(document.activeElement)) isInside.value = false;
      });
    },
    /** After each drawing: a row that is back gets the focus back, unless it has gone elsewhere. */
    restore(): void {
      if (isInside.value && document.activeElement === document.body) focus();
    },
  };
}

function clamp(value: number, many: number): number {
  return Math.max(0, Math.min(value, many - 1));
}
