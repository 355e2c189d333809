/**
 * The cell that has the focus in a grid, and whether it is being written: the keyboard of the ARIA grid pattern
 * with the keys of a spreadsheet. Knows cells by row and column only.
 */
import { nextTick, type Ref, shallowRef } from 'vue';

export interface Cell {
  row: number;
  column: number;
}

interface Wish {
  root: Readonly<Ref<HTMLElement | null>>;
  rowCount(): number;
  columnCount(): number;
  isWritable(cell: Cell): boolean;
  /** Makes the row visible, as by turning the page. */
  show(row: number): void;
}

/** What in a cell takes keys. */
const BOXES = 'input:not([type="hidden"]), select, textarea, [role="spinbutton"], button, [tabindex="0"]';

export function useGridCursor(wish: Wish) {
  const at = shallowRef<Cell>({ row: 0, column: 0 });
  const isEditing = shallowRef(false);

  function within({ row, column }: Cell): Cell {
    const last = (count: number): number => Math.max(0, count - 1);
    return {
      row: Math.max(0, Math.min(last(wish.rowCount()), row)),
      column: Math.max(0, Math.min(last(wish.columnCount()), column)),
    };
  }

  function element({ row, column }: Cell): HTMLElement | null | undefined {
    return wish.root.value?.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`);
  }

  async function go(cell: Cell): Promise<void> {
    isEditing.value = false;
    at.value = within(cell);
    wish.show(at.value.row);
    await nextTick();
    element(at.value)?.focus();
  }

  /** Gives whether the cell can be written. */
  async function edit(cell: Cell = at.value): Promise<boolean> {
    at.value = within(cell);
    wish.show(at.value.row);
    if (!wish.isWritable(at.value)) {
      await go(at.value);
      return false;
    }
    isEditing.value = true;
    await nextTick();
    focusBox(element(at.value));
    return true;
  }

  /** The next cell that can be written, in reading order; undefined behind the last. */
  function nextWritable(from: Cell, step: 1 | -1): Cell | undefined {
    const columns = wish.columnCount();
    for (let place = from.row * columns + from.column + step; ; place += step) {
      if (place < 0 || place >= wish.rowCount() * columns) return undefined;
      const cell = { row: Math.floor(place / columns), column: place % columns };
      if (wish.isWritable(cell)) return cell;
    }
  }

  /** The cell that arrows and their like lead to. */
  function target(event: KeyboardEvent, pageSize: number): Cell | undefined {
    const { row, column } = at.value;
    const isWide = event.ctrlKey || event.metaKey;
    const isRtl = getComputedStyle(event.currentTarget as Element).direction === 'rtl' ? -1 : 1;
    const cells: Readonly<Record<string, Cell>> = {
      ArrowUp: { row: row - 1, column },
      ArrowDown: { row: row + 1, column },
      ArrowLeft: { row, column: column - isRtl },
      ArrowRight: { row, column: column + isRtl },
      Home: { row: isWide ? 0 : row, column: 0 },
      End: { row: isWide ? wish.rowCount() : row, column: wish.columnCount() },
      PageUp: { row: row - pageSize, column },
      PageDown: { row: row + pageSize, column },
    };
    return cells[event.key];
  }

  return { at, isEditing, go, edit, nextWritable, target };
}

/** A widget may come in its own chunk the first time. */
function focusBox(cell: HTMLElement | null | undefined, tries = 20): void {
  const box = cell?.querySelector<HTMLElement>(BOXES);
  if (box) {
    box.focus();
    if (box instanceof HTMLInputElement && box.type !== 'checkbox') box.select();
  } else if (cell?.isConnected && tries > 0) setTimeout(() => focusBox(cell, tries - 1), 25);
}
