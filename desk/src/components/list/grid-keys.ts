/** What the keys of a list do inside its grid. Typing in an editor never comes here. */
import type { useSelection } from '../../composables/useSelection.ts';
import type { useGridCursor } from './useGridCursor.ts';

export interface GridActions {
  cursor: ReturnType<typeof useGridCursor>;
  selection: ReturnType<typeof useSelection>;
  rows(): number;
  perScreen(): number;
  open(row: number, isNewTab?: boolean): void;
  edit(row: number, column: number): void;
}

const FAR = Number.MAX_SAFE_INTEGER;

export function gridKey(event: KeyboardEvent, actions: GridActions): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const { cursor, selection } = actions;
  const { value: row } = cursor.row;
  const { value: column } = cursor.column;
  const isControl = event.ctrlKey || event.metaKey;
  const step = (to: number): void => {
    const bounded = Math.max(0, Math.min(to, actions.rows() - 1));
    if (event.shiftKey) selection.step(row, bounded);
    void cursor.goTo(bounded);
  };
  const run = keys(actions, { row, column, isControl, step })[
    event.key.length === 1 ? event.key.toLowerCase() : event.key
  ];
  if (!run || (isControl && !['a', 'Enter', 'Home', 'End'].includes(event.key))) return;
  event.preventDefault();
  event.stopPropagation();
  run();
}

interface Here {
  row: number;
  column: number;
  isControl: boolean;
  step(to: number): void;
}

function keys({ cursor, selection, perScreen, open, edit }: GridActions, { row, column, isControl, step }: Here) {
  const map: Record<string, (() => void) | undefined> = {
    ArrowDown: () => step(row + 1),
    ArrowUp: () => step(row - 1),
    j: () => step(row + 1),
    k: () => step(row - 1),
    PageDown: () => step(row + perScreen()),
    PageUp: () => step(row - perScreen()),
    ArrowRight: () => void cursor.goTo(row, column + 1),
    ArrowLeft: () => void cursor.goTo(row, column - 1),
    Home: () => void cursor.goTo(isControl ? 0 : row, 0),
    End: () => void cursor.goTo(isControl ? FAR : row, FAR),
    ' ': () => selection.toggle(row),
    Enter: () => open(row, isControl),
    F2: () => edit(row, column),
    e: isControl ? undefined : () => edit(row, column),
    a: isControl ? () => selection.all() : undefined,
    Escape: selection.count.value > 0 ? () => selection.clear() : undefined,
  };
  return map;
}
