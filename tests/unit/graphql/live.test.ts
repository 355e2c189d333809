/** The parts of live queries: the newest value only, one run for all, who depends on what, how many come in. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { createAdmission } from '../../../server/graphql/live/admission.ts';
import { createDependents, docTypesIn } from '../../../server/graphql/live/dependencies.ts';
import { createLatest, mapped } from '../../../server/graphql/live/latest.ts';
import { createShared, createSlots } from '../../../server/graphql/live/slots.ts';
import { docType, planOf, snapshotOf } from '../../support/plans.ts';

describe('the latest value', () => {
  const latest = () => {
    const on = { begin: vi.fn(), leave: vi.fn() };
    return { on, slot: createLatest<string>(on) };
  };

  test('gives way to the next, and begins when it is read', async () => {
    const { on, slot } = latest();
    expect(on.begin).not.toHaveBeenCalled();
    const first = slot.next();
    expect(on.begin).toHaveBeenCalledTimes(1);
    slot.offer('a', 'a');
    expect(await first).toEqual({ done: false, value: 'a' });
    for (const value of ['b', 'c', 'd']) slot.offer(value, value);
    expect((await slot.next()).value).toBe('d');
    expect(on.begin).toHaveBeenCalledTimes(1);
  });

  test('is nothing new when it is the one that was taken last', async () => {
    const { slot } = latest();
    slot.offer('a', 'a');
    await slot.next();
    slot.offer('b', 'b');
    slot.offer('a', 'a');
    const next = slot.next();
    slot.offer('c', 'c');
    expect((await next).value).toBe('c');
  });

  test('is still to be had after the end, unless there is a last word', async () => {
    const { on, slot } = latest();
    slot.offer('a', 'a');
    slot.end();
    slot.offer('b', 'b');
    expect((await slot.next()).value).toBe('a');
    expect((await slot.next()).done).toBe(true);
    const other = latest().slot;
    other.offer('a', 'a');
    other.end('why');
    expect((await other.next()).value).toBe('why');
    expect((await other.next()).done).toBe(true);
    expect(on.leave).toHaveBeenCalledTimes(1);
  });

  test('lets go of a reader who waits, through a mapping too', async () => {
    const { on, slot } = latest();
    const outer = mapped(slot, (value) => value.length);
    const waiting = outer.next();
    await outer.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(on.leave).toHaveBeenCalledTimes(1);
  });
});

describe('shared runs', () => {
  const gate = () => {
    const opened = Promise.withResolvers<void>();
    return { open: opened.resolve, passed: opened.promise };
  };

  test('one for all who ask before it begins, then one for all who asked meanwhile', async () => {
    const share = createShared<number>(createSlots(4));
    const gates = [gate(), gate()];
    let runs = 0;
    const run = async (): Promise<number> => {
      const mine = runs++;
      await gates[mine]?.passed;
      return mine;
    };
    const before = [1, 2, 3].map(() => share('same', run));
    await turn();
    const meanwhile = [1, 2, 3].map(() => share('same', run));
    await turn();
    expect(runs).toBe(1);
    gates[0]?.open();
    expect(await Promise.all(before)).toEqual([0, 0, 0]);
    gates[1]?.open();
    expect(await Promise.all(meanwhile)).toEqual([1, 1, 1]);
    expect(runs).toBe(2);
  });

  test('a failure is everybody’s who shared it, and of no one after', async () => {
    const share = createShared<number>(createSlots(1));
    const failing = async (): Promise<number> => {
      throw new Error('no');
    };
    const both = [share('k', failing), share('k', failing)];
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await share('k', async () => 7)).toBe(7);
  });

  test('no more than so many at once', async () => {
    const slots = createSlots(2);
    let now = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++now);
      await turn();
      now--;
    };
    await Promise.all(Array.from({ length: 20 }, () => slots.run(work)));
    expect(most).toBe(2);
  });
});

describe('dependencies', () => {
  const snapshot = snapshotOf([planOf(docType('Sales Order', ['title'])), planOf(docType('Note', ['title']))]);

  test.each([
    ['select "t0"."name" from "sales_order" as "t0"', ['Sales Order']],
    ['select 1 from note where x in (select name from "sales_order")', ['Note', 'Sales Order']],
    [`select 'note' as "a""note" from other where "o" = 'it''s a note'`, []],
  ])('%s', (text, expected) => {
    expect([...docTypesIn(snapshot, text)].sort()).toEqual(expected);
  });

  test('are looked up by DocType, and gone with who has them', () => {
    const dependents = createDependents<string>();
    dependents.add('a', ['X', 'Y']);
    dependents.add('b', ['X']);
    expect([...dependents.of('X')]).toEqual(['a', 'b']);
    dependents.set('a', new Set(['Z']));
    expect([...dependents.of('X')]).toEqual(['b']);
    expect([...dependents.of('Z')]).toEqual(['a']);
    dependents.remove('b');
    expect([...dependents.of('X')]).toEqual([]);
  });
});

test('who leaves twice has left once', () => {
  const admission = createAdmission(2, (most) => `at most ${most}`);
  const [first] = [admission.enter('u'), admission.enter('u')];
  expect(() => admission.enter('u')).toThrow('at most 2');
  admission.enter('v');
  first?.();
  first?.();
  admission.enter('u');
  expect(() => admission.enter('u')).toThrow();
  expect(admission.count()).toBe(3);
});
