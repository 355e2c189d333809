/** What is chosen in a list, row by row and by stretches, forth and back. */
import { expect, test } from 'vitest';
import { useSelection } from '../../../desk/src/composables/useSelection.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const chosen = (selection: ReturnType<typeof useSelection>): string => [...selection.selected.value].sort().join('');

test('steps with Shift choose on, and let go on the way back', () => {
  const selection = useSelection(() => names);
  selection.toggle(1);
  selection.step(1, 2);
  selection.step(2, 3);
  expect(chosen(selection)).toBe('bcd');
  selection.step(3, 2);
  expect(chosen(selection)).toBe('bc');
  selection.step(2, 1);
  selection.step(1, 0);
  expect(chosen(selection)).toBe('ab');
});

test('a click with Shift chooses all between, from the first without one', () => {
  const selection = useSelection(() => names);
  selection.extend(3);
  expect(chosen(selection)).toBe('d');
  selection.extend(1);
  expect(chosen(selection)).toBe('bcd');
});

test('all, none, and one out again', () => {
  const selection = useSelection(() => names);
  selection.all();
  selection.toggle(0);
  expect(chosen(selection)).toBe('bcde');
  selection.clear();
  expect(selection.count.value).toBe(0);
});
