/** Where the keyboard stands in the grid: one cell, kept on the screen and in the tab order. */
import { nextTick, shallowRef } from 'vue';

export interface GridShape {
  rows(): number;
  columns(): number;
  root(): HTMLElement | null;
  reveal(row: number): void;
}

export function useGridCursor(shape: GridShape) {
  const row = shallowRef(0);
  const column = shallowRef(0);

  async function goTo(toRow: number, toColumn = column.value, isFocused = true): Promise<void> {
    row.value = clamp(toRow, shape.rows());
    column.value = clamp(toColumn, shape.columns());
    if (!isFocused) return;
    shape.reveal(row.value);
    await nextTick();
    // A row that was far away is drawn after the scroll has been seen.
    if (!focus()) requestAnimationFrame(() => requestAnimationFrame(focus));
  }

  function focus(): boolean {
    const cell = shape.root()?.querySelector<HTMLElement>(`[data-row="${row.value}"] [data-column="${column.value}"]`);
    cell?.focus({ preventScroll: true });
    return cell != null;
  }

  return { row, column, goTo, focus };
}

function clamp(value: number, many: number): number {
  return Math.max(0, Math.min(value, many - 1));
}
