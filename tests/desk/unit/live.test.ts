/** The stream of the desk without a server: when it comes back, what it shares, and what of its words it takes. */
import { describe, expect, it } from 'vitest';
import { delayOf } from '../../../desk/src/api/back-off.ts';
import { readSaid } from '../../../desk/src/api/stream-messages.ts';
import { createTopics } from '../../../desk/src/api/stream-topics.ts';

describe('coming back', () => {
  it('waits longer each time, half a minute at most, and never no time at all', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 50, 5000].map((attempt) => delayOf({ attempt, isStopping: false }, 1));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
    expect(delayOf({ attempt: 0, isStopping: false }, 0)).toBe(250);
  });

  it('spreads over seconds when the server stops', () => {
    const delays = Array.from({ length: 101 }, (_, at) => delayOf({ attempt: 0, isStopping: true }, at / 100));
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(4_000);
  });
});

describe('topics', () => {
  it('are shared by all who ask for the same', () => {
    const topics = createTopics();
    const first = topics.follow({ doctype: 'A' });
    const named = topics.follow({ doctype: 'A', name: 'x' });
    expect([first.isNew, named.isNew, topics.follow({ doctype: 'A' }).isNew]).toEqual([true, true, false]);
    const heard: string[] = [];
    first.one.listeners.add(({ kind }) => heard.push(`all ${kind}`));
    named.one.listeners.add(({ kind }) => heard.push(`x ${kind}`));
    topics.tell({ doctype: 'A', name: 'x' }, { kind: 'all' });
    topics.tellAll({ kind: 'lost', code: 'not_found' }, 'A');
    topics.tellAll({ kind: 'all' }, 'B');
    expect(heard).toEqual(['x all', 'all lost', 'x lost']);
  });
});

it('passes over what is no message', () => {
  expect(readSaid('{"type":"pong","cursor":"a.1"}')).toEqual({ type: 'pong', cursor: 'a.1' });
  expect([readSaid('{'), readSaid('null'), readSaid('7'), readSaid('{"type":1}'), readSaid(undefined)]).toEqual(
    Array(5).fill(undefined),
  );
});
