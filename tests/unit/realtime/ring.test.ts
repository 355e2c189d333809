/** A cursor gives exactly what came after it, or says that this cannot be told. */
import { expect, test } from 'vitest';
import type { DocumentChange } from '../../../server/kernel/changes.ts';
import { createRing } from '../../../server/realtime/ring.ts';

const change = (name: string): DocumentChange => ({ doctype: 'Task', name, event: 'update' });

test('what came after a cursor, as far as it is kept', () => {
  const ring = createRing(10);
  const start = ring.cursor();
  const cursors = Array.from({ length: 100 }, (_, number) => {
    ring.add(change(`T${number}`));
    return ring.cursor();
  });
  expect(ring.since(ring.cursor())).toEqual([]);
  for (const back of [1, 5, 9]) {
    const missed = ring.since(cursors[99 - back] as string);
    expect(missed?.map(({ name }) => name)).toEqual(Array.from({ length: back }, (_, at) => `T${100 - back + at}`));
  }
  expect(ring.since(start)).toBeUndefined();
  expect(ring.since(cursors[50] as string)).toBeUndefined();
});

test('of another process, of the future, of before a gap, and no cursor', () => {
  const ring = createRing();
  ring.add(change('a'));
  const before = ring.cursor();
  const [me] = before.split('.');
  for (const cursor of [createRing().cursor(), `${me}.7`, `${me}.x`, '', me as string, `${me}.1.1`])
    expect(ring.since(cursor), cursor).toBeUndefined();
  ring.breakOff();
  expect(ring.since(before)).toBeUndefined();
  const after = ring.cursor();
  ring.add(change('b'));
  expect(ring.since(before)).toBeUndefined();
  expect(ring.since(after)?.map(({ name }) => name)).toEqual(['b']);
});
