/** The keyboard of a child grid: what each key does while cells are walked over, and while one is written. */
import { type Doc, type FieldMeta, isSet } from '../../meta/types.ts';
import type { useGridCursor } from './useGridCursor.ts';
import type { useGridRows } from './useGridRows.ts';

interface Keyed {
  cursor: ReturnType<typeof useGridCursor>;
  grid: ReturnType<typeof useGridRows>;
  rows(): readonly Doc[];
  columns(): readonly FieldMeta[];
  mayWrite(): boolean;
  pageSize: number;
  /** Makes a row there and begins to write it. */
  add(at: number): void;
  remove(which: readonly number[]): void;
  move(from: number, to: number): void;
  open(index: number): void;
  /** To what stands behind the grid: the way out of it by keyboard. */
  leave(): void;
}

/** Widgets that take the first key themselves; of others a typed sign takes the place of what is there. */
const KEEP: ReadonlySet<string> = new Set([
  'select',
  'date',
  'datetime',
  'time',
  'rating',
  'color',
  'icon',
  'attach',
  'attach-image',
  'signature',
]);

export function gridKeys(q: Keyed): (event: KeyboardEvent) => void {
  const { cursor, grid } = q;
  /** What Escape puts back. */
  let before: { row: number; fieldname: string; value: unknown } | undefined;

  function edit(cell = cursor.at.value): void {
    const fieldname = q.columns()[cell.column]?.fieldname ?? '';
    before = { row: cell.row, fieldname, value: q.rows()[cell.row]?.[fieldname] };
    void cursor.edit(cell);
  }

  /** True: the key is used up. */
  function onRow(event: KeyboardEvent): boolean {
    const { row, column } = cursor.at.value;
    const hasControl = event.ctrlKey || event.metaKey;
    if (!q.mayWrite() || !hasControl) return false;
    if (event.key === 'Enter') q.add(q.rows().length === 0 ? 0 : row + 1);
    else if (event.key.toLowerCase() === 'd') grid.fillDown(row, q.columns()[column]?.fieldname ?? '');
    else if (event.shiftKey && event.key === 'ArrowUp') q.move(row, row - 1);
    else if (event.shiftKey && event.key === 'ArrowDown') q.move(row, row + 1);
    else if (['Delete', 'Backspace'].includes(event.key) && !cursor.isEditing.value) q.remove([row]);
    else return false;
    return true;
  }

  function whileWriting(event: KeyboardEvent): boolean {
    const box = event.target as HTMLElement;
    // An open list of choices takes its keys first.
    const isOpen = box.getAttribute('aria-expanded') === 'true';
    const opensMore = box.tagName === 'BUTTON' && box.getAttribute('aria-haspopup') === 'dialog';
    const { row, column } = cursor.at.value;
    if (event.key === 'Escape' && !isOpen) {
      if (before?.row === row) grid.set(row, before.fieldname, before.value);
      void cursor.go({ row, column });
    } else if (event.key === 'Enter' && opensMore) return false;
    else if (event.key === 'Enter' && !isOpen && !event.shiftKey && !event.altKey) {
      void cursor.go({ row: row + 1, column });
    } else if (event.key === 'Tab') {
      const next = cursor.nextWritable({ row, column }, event.shiftKey ? -1 : 1);
      if (next) edit(next);
      else {
        cursor.isEditing.value = false;
        return false;
      }
    } else if (event.key === 'F2') void cursor.go({ row, column });
    else return false;
    return true;
  }

  function whileWalking(event: KeyboardEvent): boolean {
    const { row, column } = cursor.at.value;
    const field = q.columns()[column];
    const doc = q.rows()[row];
    if (!field || !doc) return false;
    const isWritable = grid.isWritable(field, doc);
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const target = cursor.target(event, q.pageSize);
    if (target && !event.altKey) void cursor.go(target);
    else if (event.key === 'Escape') q.leave();
    else if (event.key === 'Tab') return walk(event, row, column);
    else if (event.key === ' ' && event.shiftKey) grid.choose(row, !grid.chosen.value.has(row));
    else if (event.key === ' ' && isPlain && field.widget === 'check') {
      if (isWritable) grid.set(row, field.fieldname, !isSet(doc[field.fieldname]));
    } else if ((event.key === 'Enter' && event.shiftKey) || (event.key === 'Enter' && !isWritable)) q.open(row);
    else if (event.key === 'Enter' || event.key === 'F2') edit();
    else if (event.key === 'Delete' || event.key === 'Backspace') clear(row, field, isWritable);
    else if (isPlain && event.key.length === 1 && isWritable && q.mayWrite()) return replace(row, field);
    else return false;
    return true;
  }

  /** At the ends of the grid, Tab goes on to what stands beside it. */
  function walk(event: KeyboardEvent, row: number, column: number): boolean {
    const step = event.shiftKey ? -1 : 1;
    const count = q.columns().length;
    const place = row * count + column + step;
    if (place < 0 || place >= q.rows().length * count) return false;
    void cursor.go({ row: Math.floor(place / count), column: place % count });
    return true;
  }

  function clear(row: number, field: FieldMeta, isWritable: boolean): void {
    if (!q.mayWrite()) return;
    if (grid.chosen.value.size > 0) q.remove([...grid.chosen.value]);
    else if (isWritable) grid.set(row, field.fieldname, field.widget === 'check' ? false : null);
  }

  /** The sign itself goes into the box that opens under it: this only makes room. */
  function replace(row: number, field: FieldMeta): boolean {
    if (field.widget === 'check') return false;
    edit();
    if (!KEEP.has(field.widget)) grid.set(row, field.fieldname, null);
    return false;
  }

  return (event) => {
    const cell = (event.target as HTMLElement).closest('[data-cell]');
    if (event.defaultPrevented || event.isComposing || !cell) return;
    if (onRow(event) || (cursor.isEditing.value ? whileWriting(event) : whileWalking(event))) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
}
