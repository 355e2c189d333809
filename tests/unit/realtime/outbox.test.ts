/** What waits for a slow connection stays small, in order, and honest. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ServerMessage } from '../../../server/realtime/messages.ts';
import { createOutbox } from '../../../server/realtime/outbox.ts';

function reader(slowMs = 60_000) {
  const got: ServerMessage[] = [];
  const closed: number[] = [];
  let take: (() => void) | undefined;
  const outbox = createOutbox(
    {
      send(message) {
        got.push(message);
        return new Promise((resolve) => {
          take = resolve;
        });
      },
      close: (code) => void closed.push(code),
    },
    { slowMs, cursor: () => 'now' },
  );
  const readAll = async (): Promise<void> => {
    while (take) {
      const next = take;
      take = undefined;
      next();
      await pause(0);
    }
  };
  return { outbox, got, closed, readAll };
}

function event(name: string, number: number, kind: 'insert' | 'update' | 'delete' = 'update'): ServerMessage {
  return { type: 'event', cursor: String(number), doctype: 'Task', name, event: kind };
}

describe('an outbox', () => {
  test('of one document the newest, behind what came since', async () => {
    const { outbox, got, readAll } = reader();
    outbox.put(event('first', 0));
    outbox.put(event('a', 1));
    outbox.put(event('b', 2));
    outbox.put(event('a', 3, 'delete'));
    await readAll();
    expect(got).toEqual([event('first', 0), event('b', 2), event('a', 3, 'delete')]);
  });

  test('what nobody has heard of is still new', async () => {
    const { outbox, got, readAll } = reader();
    outbox.put(event('first', 0));
    outbox.put(event('a', 1, 'insert'));
    outbox.put(event('a', 2));
    await readAll();
    expect(got[1]).toEqual(event('a', 2, 'insert'));
  });

  test('of too many documents the lists, of too many lists a resync; errors are kept', async () => {
    const { outbox, got, readAll } = reader();
    outbox.put(event('first', 0));
    for (let number = 1; number < 1_500; number++) outbox.put(event(`d${number}`, number));
    await readAll();
    expect(got[1]).toEqual({ type: 'list', cursor: '1001', doctype: 'Task' });
    expect(got).toHaveLength(500);
    const many = reader();
    many.outbox.put(event('first', 0));
    many.outbox.put({ type: 'error', id: '1', code: 'not_found', status: 404, message: '' });
    for (let number = 1; number < 1_500; number++)
      many.outbox.put({ type: 'list', cursor: String(number), doctype: `D${number}` });
    await many.readAll();
    expect(many.got.slice(1, 3).map(({ type }) => type)).toEqual(['error', 'resync']);
  });

  test('who takes nothing for too long is dropped', async () => {
    const { outbox, got, closed } = reader(30);
    outbox.put(event('a', 1));
    outbox.put(event('b', 2));
    await expect.poll(() => closed).toEqual([1013]);
    outbox.put(event('c', 3));
    expect(got).toHaveLength(1);
  });

  test('closed after what waits', async () => {
    const { outbox, got, closed, readAll } = reader();
    outbox.put(event('a', 1));
    outbox.put(event('b', 2));
    outbox.closeAfter(4401, '');
    outbox.put(event('c', 3));
    expect(closed).toEqual([]);
    await readAll();
    expect(got).toHaveLength(2);
    expect(closed).toEqual([4401]);
  });
});
