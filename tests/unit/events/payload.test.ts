/** Batches on their way to other processes: nothing is lost but detail. */
import { describe, expect, test } from 'vitest';
import { ANYTHING, type ChangeBatch, createChangeBuffer } from '../../../server/events/change-buffer.ts';
import { heardBy } from '../../../server/events/change-feed.ts';
import { decodePayload, encodePayload } from '../../../server/events/payload.ts';
import { addChange, type ChangeEvent, type ChangeMap, type DocumentChange } from '../../../server/kernel/changes.ts';

const change = (doctype: string, name: string, event: ChangeEvent = 'update', tenant?: string): DocumentChange =>
  tenant === undefined ? { doctype, name, event } : { doctype, name, event, tenant };
const complete = (...changes: DocumentChange[]): ChangeBatch => ({ changes, isComplete: true });
const many = (count: number, of: (n: number) => DocumentChange): DocumentChange[] =>
  Array.from({ length: count }, (_, n) => of(n));

describe('the text of a notice', () => {
  const sent = (batch: ChangeBatch): ChangeBatch => {
    const text = encodePayload('me', batch);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(7999);
    const { from, batch: heard } = decodePayload(text);
    expect(from).toBe('me');
    return heard;
  };

  test('says what fits, in order, whatever the names are', () => {
    const batch = complete(
      change('Müll "2"', 'a\nb\u0000', 'insert'),
      change('Task', '\ud800', 'rename', 'acme'),
      change('Task', '', 'update'),
    );
    expect(sent(batch)).toEqual(batch);
  });

  test('names DocTypes only when the documents are too many, once for each tenant', () => {
    const tenants = ['a', 'b', undefined];
    const batch = complete(...many(900, (n) => change('Sales Order', `SO-${n}`, 'insert', tenants[n % 3])));
    expect(sent(batch)).toEqual(
      complete(
        change('Sales Order', '', 'update', 'a'),
        change('Sales Order', '', 'update', 'b'),
        change('Sales Order', ''),
      ),
    );
  });

  test('says that it may be anything when even those are too many, and counts bytes', () => {
    expect(sent(complete(...many(300, (n) => change(`${n} ${'ü'.repeat(20)}`, 'x'))))).toEqual(ANYTHING);
    expect(sent(ANYTHING)).toEqual(ANYTHING);
  });

  test.each([
    '',
    'null',
    '[]',
    '{"from":1}',
    '["x",[["Task"]]]',
    '["x",[["Task","a","insert",1]]]',
    '["x",{"a":1}]',
    '{',
  ])('that is not understood may mean anything: %s', (text) => expect(decodePayload(text).batch).toEqual(ANYTHING));
});

describe('what waits', () => {
  test('one document is one change, its last; a new one stays new', () => {
    const map: ChangeMap = new Map();
    for (const event of ['insert', 'update', 'update'] as const) addChange(map, change('Task', 'a', event));
    addChange(map, change('Task', 'b'));
    for (const event of ['insert', 'delete'] as const) addChange(map, change('Task', 'c', event));
    addChange(map, change('Task', 'b', 'submit'));
    expect([...map.values()]).toEqual([
      change('Task', 'a', 'insert'),
      change('Task', 'b', 'submit'),
      change('Task', 'c', 'delete'),
    ]);
  });

  test('has an end: first the names go, then everything', () => {
    const buffer = createChangeBuffer();
    for (const each of many(5000, (n) => change(n % 2 ? 'Task' : 'Note', `${n}`))) buffer.add(complete(each));
    const { changes = [], isComplete } = buffer.take() ?? {};
    expect(isComplete).toBe(true);
    expect(changes.length).toBeLessThanOrEqual(500);
    expect(changes).toContainEqual(change('Task', ''));
    expect(changes).toContainEqual(change('Note', ''));
    expect(buffer.isEmpty()).toBe(true);
    buffer.add(complete(...many(5000, (n) => change(`Type ${n}`, 'x'))));
    expect(buffer.take()).toEqual(ANYTHING);
    expect(buffer.take()).toBeUndefined();
  });

  test('what could not be sent comes before what was written since', () => {
    const buffer = createChangeBuffer();
    buffer.add(complete(change('Task', 'a', 'delete')));
    const unsent = buffer.take() as ChangeBatch;
    buffer.add(complete(change('Task', 'a', 'insert'), change('Task', 'b')));
    buffer.putBack(unsent);
    expect(buffer.take()).toEqual(complete(change('Task', 'a', 'insert'), change('Task', 'b')));
    buffer.putBack(ANYTHING);
    expect(buffer.take()).toEqual(ANYTHING);
  });
});

test('a tenant hears of its own documents and of common ones', () => {
  const batch = complete(
    change('Role', 'x'),
    change('Task', 'a', 'insert', 'one'),
    change('Task', 'b', 'insert', 'two'),
  );
  expect(heardBy('one', batch).changes.map(({ name }) => name)).toEqual(['x', 'a']);
  expect(heardBy(undefined, batch).changes.map(({ name }) => name)).toEqual(['x']);
  expect(heardBy('one', ANYTHING)).toEqual(ANYTHING);
});
